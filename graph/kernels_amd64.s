#include "textflag.h"

DATA one<>+0(SB)/4, $0x3f800000
GLOBL one<>(SB), RODATA|NOPTR, $4

// func stepAVX512(dst, x *float32, n int)
TEXT ·stepAVX512(SB), NOSPLIT, $0-24
	MOVQ         dst+0(FP), DI
	MOVQ         x+8(FP), SI
	MOVQ         n+16(FP), DX
	VPXORD       Z0, Z0, Z0
	VBROADCASTSS one<>(SB), Z1
	KXNORW       K1, K1, K1

again:
	CMPQ DX, $16
	JGE  vector
	TESTQ DX, DX
	JZ   done
	MOVQ DX, CX
	MOVQ $1, AX
	SHLQ CX, AX
	DECQ AX
	KMOVW AX, K1

vector:
	VMOVUPS.Z (SI), K1, Z2
	VCMPPS    $0x1e, Z0, Z2, K2 // greater than
	VMOVAPS.Z Z1, K2, Z3
	VMOVUPS   Z3, K1, (DI)
	ADDQ      $64, SI
	ADDQ      $64, DI
	SUBQ      $16, DX
	JG        again

done:
	VZEROUPPER
	RET
