#include "textflag.h"

// Sixteen channels at a time. In the transforms SI and DI point at the first pixel read and made; R8, 3·R8 = R12 and 5·R8 = R13 bytes lie
// between the pixels read, R9, 3·R9 = R14 and 5·R9 = R15 between those made, R10 and R11 between one combination and the next.
// CX combinations are left. The constants are those of winograd_transform.go.

DATA points<>+0(SB)/4, $0x3f2aaaab // P1
DATA points<>+4(SB)/4, $0x3ee38e39 // P2
DATA points<>+8(SB)/4, $0x3e97b426 // P3
DATA points<>+12(SB)/4, $0x3fc00000 // Q1
DATA points<>+16(SB)/4, $0x40100000 // Q2
DATA points<>+20(SB)/4, $0x40580000 // Q3
DATA points<>+24(SB)/4, $0x402c71c7 // PQ
DATA points<>+28(SB)/4, $0xbf1f81f8 // IP
DATA points<>+32(SB)/4, $0x3dfc0fc1 // IQ
DATA points<>+36(SB)/4, $0xbed4ad4b // P1N
DATA points<>+40(SB)/4, $0x3e3d0bd1 // Q1N
DATA points<>+44(SB)/4, $0xbe8dc8dd // P2N
DATA points<>+48(SB)/4, $0x3e8dc8dd // Q2N
GLOBL points<>(SB), RODATA|NOPTR, $52

#define ARGUMENTS \
	MOVQ dst+0(FP), DI        \
	MOVQ toPixel+8(FP), R9    \
	MOVQ toNext+16(FP), R11   \
	MOVQ src+24(FP), SI       \
	MOVQ fromPixel+32(FP), R8 \
	MOVQ fromNext+40(FP), R10 \
	MOVQ n+48(FP), CX         \
	SHLQ $2, R8               \
	SHLQ $2, R9               \
	SHLQ $2, R10              \
	SHLQ $2, R11              \
	LEAQ (R8)(R8*2), R12      \
	LEAQ (R8)(R8*4), R13      \
	LEAQ (R9)(R9*2), R14      \
	LEAQ (R9)(R9*4), R15

// NEXT moves on to the next combination.
#define NEXT(again) \
	ADDQ R10, SI \
	ADDQ R11, DI \
	DECQ CX      \
	JNZ  again

// PAIRS replaces the values at ±p, in a and b, and at ±q, in c and d, by their sums and differences.
#define PAIRS(a, b, c, d) \
	VADDPS  b, a, Z6  \
	VSUBPS  b, a, b   \
	VMOVAPS Z6, a     \
	VADDPS  d, c, Z6  \
	VSUBPS  d, c, d   \
	VMOVAPS Z6, c

// func windowsAVX512(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)
TEXT ·windowsAVX512(SB), NOSPLIT, $0-56
	ARGUMENTS
	VBROADCASTSS points<>+0(SB), Z20 // P1
	VBROADCASTSS points<>+4(SB), Z21 // P2
	VBROADCASTSS points<>+12(SB), Z22 // Q1
	VBROADCASTSS points<>+16(SB), Z23 // Q2
	VBROADCASTSS points<>+24(SB), Z24 // PQ

again:
	VMOVUPS (SI), Z0
	VMOVUPS (SI)(R8*1), Z1
	VMOVUPS (SI)(R8*2), Z2
	VMOVUPS (SI)(R12*1), Z3
	VMOVUPS (SI)(R8*4), Z4
	VMOVUPS (SI)(R13*1), Z5
	VADDPS Z4, Z0, Z6
	VFNMADD231PS Z24, Z2, Z6
	VMOVUPS Z6, (DI)
	VADDPS Z5, Z1, Z7
	VFNMADD231PS Z24, Z3, Z7
	VMOVUPS Z7, (DI)(R15*1)
	VMOVAPS Z4, Z8
	VFNMADD231PS Z23, Z2, Z8
	VMULPS Z20, Z3, Z9
	VFNMADD231PS Z22, Z1, Z9
	VADDPS Z9, Z8, Z18
	VSUBPS Z9, Z8, Z19
	VMOVUPS Z18, (DI)(R9*1)
	VMOVUPS Z19, (DI)(R9*2)
	VFNMADD231PS Z21, Z2, Z4
	VMULPS Z22, Z3, Z11
	VFNMADD231PS Z20, Z1, Z11
	VADDPS Z11, Z4, Z18
	VSUBPS Z11, Z4, Z19
	VMOVUPS Z18, (DI)(R14*1)
	VMOVUPS Z19, (DI)(R9*4)
	NEXT(again)
	VZEROUPPER
	RET

// func windowsTAVX512(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)
TEXT ·windowsTAVX512(SB), NOSPLIT, $0-56
	ARGUMENTS
	VBROADCASTSS points<>+0(SB), Z20 // P1
	VBROADCASTSS points<>+4(SB), Z21 // P2
	VBROADCASTSS points<>+12(SB), Z22 // Q1
	VBROADCASTSS points<>+16(SB), Z23 // Q2
	VBROADCASTSS points<>+24(SB), Z24 // PQ

again:
	VMOVUPS (SI), Z0
	VMOVUPS (SI)(R8*1), Z1
	VMOVUPS (SI)(R8*2), Z2
	VMOVUPS (SI)(R12*1), Z3
	VMOVUPS (SI)(R8*4), Z4
	VMOVUPS (SI)(R13*1), Z5
	PAIRS(Z1, Z2, Z3, Z4)
	VMOVUPS (DI), Z8
	VADDPS Z0, Z8, Z8
	VMOVUPS Z8, (DI)
	VMOVUPS (DI)(R9*1), Z8
	VADDPS Z5, Z8, Z8
	VFNMADD231PS Z22, Z2, Z8
	VFNMADD231PS Z20, Z4, Z8
	VMOVUPS Z8, (DI)(R9*1)
	VMOVUPS (DI)(R9*2), Z8
	VFNMADD231PS Z24, Z0, Z8
	VFNMADD231PS Z23, Z1, Z8
	VFNMADD231PS Z21, Z3, Z8
	VMOVUPS Z8, (DI)(R9*2)
	VMOVUPS (DI)(R14*1), Z8
	VFMADD231PS Z20, Z2, Z8
	VFMADD231PS Z22, Z4, Z8
	VFNMADD231PS Z24, Z5, Z8
	VMOVUPS Z8, (DI)(R14*1)
	VMOVUPS (DI)(R9*4), Z8
	VADDPS Z0, Z8, Z8
	VADDPS Z1, Z8, Z8
	VADDPS Z3, Z8, Z8
	VMOVUPS Z8, (DI)(R9*4)
	VMOVUPS (DI)(R15*1), Z8
	VADDPS Z5, Z8, Z8
	VMOVUPS Z8, (DI)(R15*1)
	NEXT(again)
	VZEROUPPER
	RET

// func blocksAVX512(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)
TEXT ·blocksAVX512(SB), NOSPLIT, $0-56
	ARGUMENTS
	VBROADCASTSS points<>+0(SB), Z20 // P1
	VBROADCASTSS points<>+4(SB), Z21 // P2
	VBROADCASTSS points<>+8(SB), Z22 // P3
	VBROADCASTSS points<>+12(SB), Z23 // Q1
	VBROADCASTSS points<>+16(SB), Z24 // Q2
	VBROADCASTSS points<>+20(SB), Z25 // Q3

again:
	VMOVUPS (SI), Z0
	VMOVUPS (SI)(R8*1), Z1
	VMOVUPS (SI)(R8*2), Z2
	VMOVUPS (SI)(R12*1), Z3
	VMOVUPS Z0, (DI)
	VMOVUPS Z3, (DI)(R15*1)
	VMOVAPS Z0, Z8
	VFMADD231PS Z21, Z2, Z8
	VMULPS Z20, Z1, Z9
	VFMADD231PS Z22, Z3, Z9
	VADDPS Z9, Z8, Z18
	VSUBPS Z9, Z8, Z19
	VMOVUPS Z18, (DI)(R9*1)
	VMOVUPS Z19, (DI)(R9*2)
	VFMADD231PS Z24, Z2, Z0
	VMULPS Z23, Z1, Z11
	VFMADD231PS Z25, Z3, Z11
	VADDPS Z11, Z0, Z18
	VSUBPS Z11, Z0, Z19
	VMOVUPS Z18, (DI)(R14*1)
	VMOVUPS Z19, (DI)(R9*4)
	NEXT(again)
	VZEROUPPER
	RET

// func blocksTAVX512(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)
TEXT ·blocksTAVX512(SB), NOSPLIT, $0-56
	ARGUMENTS
	VBROADCASTSS points<>+0(SB), Z20 // P1
	VBROADCASTSS points<>+4(SB), Z21 // P2
	VBROADCASTSS points<>+8(SB), Z22 // P3
	VBROADCASTSS points<>+12(SB), Z23 // Q1
	VBROADCASTSS points<>+16(SB), Z24 // Q2
	VBROADCASTSS points<>+20(SB), Z25 // Q3

again:
	VMOVUPS (SI), Z0
	VMOVUPS (SI)(R8*1), Z1
	VMOVUPS (SI)(R8*2), Z2
	VMOVUPS (SI)(R12*1), Z3
	VMOVUPS (SI)(R8*4), Z4
	VMOVUPS (SI)(R13*1), Z5
	PAIRS(Z1, Z2, Z3, Z4)
	VADDPS Z1, Z0, Z0
	VADDPS Z3, Z0, Z0
	VMOVUPS Z0, (DI)
	VMULPS Z20, Z2, Z8
	VFMADD231PS Z23, Z4, Z8
	VMOVUPS Z8, (DI)(R9*1)
	VMULPS Z21, Z1, Z9
	VFMADD231PS Z24, Z3, Z9
	VMOVUPS Z9, (DI)(R9*2)
	VFMADD231PS Z22, Z2, Z5
	VFMADD231PS Z25, Z4, Z5
	VMOVUPS Z5, (DI)(R14*1)
	NEXT(again)
	VZEROUPPER
	RET

// func kernelsAVX512(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)
TEXT ·kernelsAVX512(SB), NOSPLIT, $0-56
	ARGUMENTS
	VBROADCASTSS points<>+28(SB), Z20 // IP
	VBROADCASTSS points<>+32(SB), Z21 // IQ
	VBROADCASTSS points<>+36(SB), Z22 // P1N
	VBROADCASTSS points<>+40(SB), Z23 // Q1N
	VBROADCASTSS points<>+44(SB), Z24 // P2N
	VBROADCASTSS points<>+48(SB), Z25 // Q2N

again:
	VMOVUPS (SI), Z0
	VMOVUPS (SI)(R8*1), Z1
	VMOVUPS (SI)(R8*2), Z2
	VMOVUPS Z0, (DI)
	VMOVUPS Z2, (DI)(R15*1)
	VMULPS Z20, Z0, Z8
	VFMADD231PS Z24, Z2, Z8
	VMULPS Z22, Z1, Z9
	VADDPS Z9, Z8, Z18
	VSUBPS Z9, Z8, Z19
	VMOVUPS Z18, (DI)(R9*1)
	VMOVUPS Z19, (DI)(R9*2)
	VMULPS Z21, Z0, Z10
	VFMADD231PS Z25, Z2, Z10
	VMULPS Z23, Z1, Z11
	VADDPS Z11, Z10, Z18
	VSUBPS Z11, Z10, Z19
	VMOVUPS Z18, (DI)(R14*1)
	VMOVUPS Z19, (DI)(R9*4)
	NEXT(again)
	VZEROUPPER
	RET

// func kernelsTAVX512(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)
TEXT ·kernelsTAVX512(SB), NOSPLIT, $0-56
	ARGUMENTS
	VBROADCASTSS points<>+28(SB), Z20 // IP
	VBROADCASTSS points<>+32(SB), Z21 // IQ
	VBROADCASTSS points<>+36(SB), Z22 // P1N
	VBROADCASTSS points<>+40(SB), Z23 // Q1N
	VBROADCASTSS points<>+44(SB), Z24 // P2N
	VBROADCASTSS points<>+48(SB), Z25 // Q2N

again:
	VMOVUPS (SI), Z0
	VMOVUPS (SI)(R8*1), Z1
	VMOVUPS (SI)(R8*2), Z2
	VMOVUPS (SI)(R12*1), Z3
	VMOVUPS (SI)(R8*4), Z4
	VMOVUPS (SI)(R13*1), Z5
	PAIRS(Z1, Z2, Z3, Z4)
	VFMADD231PS Z20, Z1, Z0
	VFMADD231PS Z21, Z3, Z0
	VMOVUPS Z0, (DI)
	VMULPS Z22, Z2, Z8
	VFMADD231PS Z23, Z4, Z8
	VMOVUPS Z8, (DI)(R9*1)
	VFMADD231PS Z24, Z1, Z5
	VFMADD231PS Z25, Z3, Z5
	VMOVUPS Z5, (DI)(R9*2)
	NEXT(again)
	VZEROUPPER
	RET

// QUAD transposes four rows, in Z0 … Z3, in blocks of four: a, b, c, d get columns 0, 1, 2, 3 of every block.
#define QUAD(a, b, c, d) \
	VUNPCKLPS Z1, Z0, Z4 \
	VUNPCKHPS Z1, Z0, Z5 \
	VUNPCKLPS Z3, Z2, Z6 \
	VUNPCKHPS Z3, Z2, Z7 \
	VUNPCKLPD Z6, Z4, a  \
	VUNPCKHPD Z6, Z4, b  \
	VUNPCKLPD Z7, Z5, c  \
	VUNPCKHPD Z7, Z5, d

// BLOCKS transposes the blocks of four registers: Z4, Z5, Z6, Z7 get their blocks 0, 1, 2, 3.
#define BLOCKS(a, b, c, d) \
	VSHUFF32X4 $0x44, b, a, Z0   \
	VSHUFF32X4 $0xee, b, a, Z1   \
	VSHUFF32X4 $0x44, d, c, Z2   \
	VSHUFF32X4 $0xee, d, c, Z3   \
	VSHUFF32X4 $0x88, Z2, Z0, Z4 \
	VSHUFF32X4 $0xdd, Z2, Z0, Z5 \
	VSHUFF32X4 $0x88, Z3, Z1, Z6 \
	VSHUFF32X4 $0xdd, Z3, Z1, Z7

// MASK sets DX to the number of pixels of this tile, of CX that are left, and K1 to as many ones.
#define MASK \
	MOVQ    CX, R13  \
	MOVQ    $16, DX  \
	CMPQ    CX, DX   \
	CMOVQLT CX, DX   \
	MOVQ    DX, CX   \
	MOVQ    $1, AX   \
	SHLQ    CX, AX   \
	DECQ    AX       \
	KMOVW   AX, K1   \
	MOVQ    R13, CX

#define CHANNELS \
	VMOVUPS.Z (BX), K1, Z0        \
	VMOVUPS.Z (BX)(R8*1), K1, Z1  \
	VMOVUPS.Z (BX)(R8*2), K1, Z2  \
	VMOVUPS.Z (BX)(R12*1), K1, Z3 \
	LEAQ      (BX)(R8*4), BX

#define PIXELS(from) \
	VMOVUPS Z4, from(DI)     \
	VMOVUPS Z5, from+256(DI) \
	VMOVUPS Z6, from+512(DI) \
	VMOVUPS Z7, from+768(DI)

// func toLanesAVX512(dst, src *float32, pitch, n int)
TEXT ·toLanesAVX512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ pitch+16(FP), R8
	MOVQ n+24(FP), CX
	SHLQ $2, R8
	LEAQ (R8)(R8*2), R12

tile:
	MASK
	MOVQ SI, BX
	CHANNELS
	QUAD(Z16, Z17, Z18, Z19)
	CHANNELS
	QUAD(Z20, Z21, Z22, Z23)
	CHANNELS
	QUAD(Z24, Z25, Z26, Z27)
	CHANNELS
	QUAD(Z28, Z29, Z30, Z31)
	BLOCKS(Z16, Z20, Z24, Z28)
	PIXELS(0)
	BLOCKS(Z17, Z21, Z25, Z29)
	PIXELS(64)
	BLOCKS(Z18, Z22, Z26, Z30)
	PIXELS(128)
	BLOCKS(Z19, Z23, Z27, Z31)
	PIXELS(192)
	ADDQ $64, SI
	ADDQ $1024, DI
	SUBQ DX, CX
	JNZ  tile
	VZEROUPPER
	RET

#define LOAD(from) \
	VMOVUPS from(SI), Z0     \
	VMOVUPS from+64(SI), Z1  \
	VMOVUPS from+128(SI), Z2 \
	VMOVUPS from+192(SI), Z3

// STORE stores one channel's pixels at address, added to those that K2 selects.
#define STORE(pixels, address) \
	VMOVUPS.Z address, K2, Z0    \
	VADDPS    Z0, pixels, pixels \
	VMOVUPS   pixels, K1, address

// STORE4 stores every fourth channel from BX on and moves BX on by one channel.
#define STORE4 \
	STORE(Z4, (BX))        \
	STORE(Z5, (BX)(R9*1))  \
	STORE(Z6, (BX)(R9*2))  \
	STORE(Z7, (BX)(R14*1)) \
	ADDQ R8, BX

// func fromLanesAVX512(dst *float32, pitch int, src *float32, n, keep int)
TEXT ·fromLanesAVX512(SB), NOSPLIT, $0-40
	MOVQ  dst+0(FP), DI
	MOVQ  pitch+8(FP), R8
	MOVQ  src+16(FP), SI
	MOVQ  n+24(FP), CX
	MOVQ  keep+32(FP), AX
	KMOVW AX, K3
	SHLQ  $2, R8
	LEAQ  (R8*4), R9
	LEAQ  (R9)(R9*2), R14

tile:
	MASK
	KANDW K3, K1, K2
	LOAD(0)
	QUAD(Z16, Z17, Z18, Z19)
	LOAD(256)
	QUAD(Z20, Z21, Z22, Z23)
	LOAD(512)
	QUAD(Z24, Z25, Z26, Z27)
	LOAD(768)
	QUAD(Z28, Z29, Z30, Z31)
	MOVQ  DI, BX
	BLOCKS(Z16, Z20, Z24, Z28)
	STORE4
	BLOCKS(Z17, Z21, Z25, Z29)
	STORE4
	BLOCKS(Z18, Z22, Z26, Z30)
	STORE4
	BLOCKS(Z19, Z23, Z27, Z31)
	STORE4
	ADDQ  $1024, SI
	ADDQ  $64, DI
	SUBQ  DX, CX
	JNZ   tile
	VZEROUPPER
	RET
