#include "textflag.h"

// func gateAVX512(dst, a, b *float32, n int)
TEXT ·gateAVX512(SB), NOSPLIT, $0-32
	MOVQ   dst+0(FP), DI
	MOVQ   a+8(FP), SI
	MOVQ   b+16(FP), BX
	MOVQ   n+24(FP), DX
	VPXORD Z0, Z0, Z0
	KXNORW K1, K1, K1

again:
	CMPQ  DX, $16
	JGE   vector
	TESTQ DX, DX
	JZ    done
	MOVQ  DX, CX
	MOVQ  $1, AX
	SHLQ  CX, AX
	DECQ  AX
	KMOVW AX, K1

vector:
	VMOVUPS.Z (BX), K1, Z2
	VCMPPS    $0x1e, Z0, Z2, K2 // greater than
	VMOVUPS.Z (SI), K2, Z3      // K2 ⊆ K1: 0 is not greater
	VMOVUPS   Z3, K1, (DI)
	ADDQ      $64, SI
	ADDQ      $64, BX
	ADDQ      $64, DI
	SUBQ      $16, DX
	JG        again

done:
	VZEROUPPER
	RET

DATA evens<>+0(SB)/4, $0
DATA evens<>+4(SB)/4, $2
DATA evens<>+8(SB)/4, $4
DATA evens<>+12(SB)/4, $6
DATA evens<>+16(SB)/4, $8
DATA evens<>+20(SB)/4, $10
DATA evens<>+24(SB)/4, $12
DATA evens<>+28(SB)/4, $14
DATA evens<>+32(SB)/4, $16
DATA evens<>+36(SB)/4, $18
DATA evens<>+40(SB)/4, $20
DATA evens<>+44(SB)/4, $22
DATA evens<>+48(SB)/4, $24
DATA evens<>+52(SB)/4, $26
DATA evens<>+56(SB)/4, $28
DATA evens<>+60(SB)/4, $30
GLOBL evens<>(SB), RODATA|NOPTR, $64

DATA odds<>+0(SB)/4, $1
DATA odds<>+4(SB)/4, $3
DATA odds<>+8(SB)/4, $5
DATA odds<>+12(SB)/4, $7
DATA odds<>+16(SB)/4, $9
DATA odds<>+20(SB)/4, $11
DATA odds<>+24(SB)/4, $13
DATA odds<>+28(SB)/4, $15
DATA odds<>+32(SB)/4, $17
DATA odds<>+36(SB)/4, $19
DATA odds<>+40(SB)/4, $21
DATA odds<>+44(SB)/4, $23
DATA odds<>+48(SB)/4, $25
DATA odds<>+52(SB)/4, $27
DATA odds<>+56(SB)/4, $29
DATA odds<>+60(SB)/4, $31
GLOBL odds<>(SB), RODATA|NOPTR, $64

DATA places<>+0(SB)/4, $0x3f800000 // 1
DATA places<>+4(SB)/4, $0x40000000 // 2
DATA places<>+8(SB)/4, $0x40400000 // 3
GLOBL places<>(SB), RODATA|NOPTR, $12

// PAIR loads the even columns of a row of the windows in a and the odd ones in b.
#define PAIR(row, a, b) \
	VMOVUPS.Z (row), K2, b    \
	VMOVUPS.Z 64(row), K3, Z0 \
	VMOVAPS   b, a            \
	VPERMT2PS Z0, Z30, a      \
	VPERMT2PS Z0, Z31, b      \
	ADDQ      $128, row

// GREATER says where b is greater than a: nothing is greater than NaN, and NaN than everything else.
#define GREATER(a, b, is) \
	VCMPPS $0x07, a, a, is     \ // not NaN
	VCMPPS $0x16, a, b, is, is // not less or equal

// func placesOfMaxAVX512(dst, top, bottom *float32, n int)
TEXT ·placesOfMaxAVX512(SB), NOSPLIT, $0-32
	MOVQ         dst+0(FP), DI
	MOVQ         top+8(FP), SI
	MOVQ         bottom+16(FP), BX
	MOVQ         n+24(FP), DX
	VMOVUPS      evens<>(SB), Z30
	VMOVUPS      odds<>(SB), Z31
	VBROADCASTSS places<>+0(SB), Z21
	VBROADCASTSS places<>+4(SB), Z22
	VBROADCASTSS places<>+8(SB), Z23

again:
	MOVQ      $16, CX
	CMPQ      DX, CX
	CMOVQLT   DX, CX
	MOVQ      $1, AX
	SHLQ      CX, AX
	DECQ      AX
	KMOVW     AX, K1
	SHLQ      $1, CX
	MOVQ      $1, AX
	SHLQ      CX, AX
	DECQ      AX
	KMOVW     AX, K2
	SHRQ      $16, AX
	KMOVW     AX, K3
	PAIR(SI, Z1, Z2)
	PAIR(BX, Z3, Z4)
	GREATER(Z1, Z2, K4) // the right one
	VMOVAPS.Z Z21, K4, Z5
	VBLENDMPS Z2, Z1, K4, Z6
	GREATER(Z3, Z4, K5)
	VMOVAPS   Z22, Z7
	VMOVAPS   Z23, K5, Z7
	VBLENDMPS Z4, Z3, K5, Z8
	GREATER(Z6, Z8, K6) // the lower ones
	VMOVAPS   Z7, K6, Z5
	VMOVUPS   Z5, K1, (DI)
	ADDQ      $64, DI
	SUBQ      $16, DX
	JG        again
	VZEROUPPER
	RET
