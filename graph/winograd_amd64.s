#include "textflag.h"

// Sixteen blocks at a time. In every function: DI and SI point at the current blocks' elements in the transformed tensor and in
// the image, R8 and R9 are one and three strides of the transformed tensor and R10 the image's pitch, in bytes;
// R11 blocks are left in this row of blocks, R12 rows are left. K1 selects the blocks, K2, K3 (and K4) the
// image's columns they cover.

DATA even<>+0(SB)/8, $0x0000000200000000
DATA even<>+8(SB)/8, $0x0000000600000004
DATA even<>+16(SB)/8, $0x0000000a00000008
DATA even<>+24(SB)/8, $0x0000000e0000000c
DATA even<>+32(SB)/8, $0x0000001200000010
DATA even<>+40(SB)/8, $0x0000001600000014
DATA even<>+48(SB)/8, $0x0000001a00000018
DATA even<>+56(SB)/8, $0x0000001e0000001c
GLOBL even<>(SB), RODATA|NOPTR, $64

DATA odd<>+0(SB)/8, $0x0000000300000001
DATA odd<>+8(SB)/8, $0x0000000700000005
DATA odd<>+16(SB)/8, $0x0000000b00000009
DATA odd<>+24(SB)/8, $0x0000000f0000000d
DATA odd<>+32(SB)/8, $0x0000001300000011
DATA odd<>+40(SB)/8, $0x0000001700000015
DATA odd<>+48(SB)/8, $0x0000001b00000019
DATA odd<>+56(SB)/8, $0x0000001f0000001d
GLOBL odd<>(SB), RODATA|NOPTR, $64

DATA zipLow<>+0(SB)/8, $0x0000001000000000
DATA zipLow<>+8(SB)/8, $0x0000001100000001
DATA zipLow<>+16(SB)/8, $0x0000001200000002
DATA zipLow<>+24(SB)/8, $0x0000001300000003
DATA zipLow<>+32(SB)/8, $0x0000001400000004
DATA zipLow<>+40(SB)/8, $0x0000001500000005
DATA zipLow<>+48(SB)/8, $0x0000001600000006
DATA zipLow<>+56(SB)/8, $0x0000001700000007
GLOBL zipLow<>(SB), RODATA|NOPTR, $64

DATA zipHigh<>+0(SB)/8, $0x0000001800000008
DATA zipHigh<>+8(SB)/8, $0x0000001900000009
DATA zipHigh<>+16(SB)/8, $0x0000001a0000000a
DATA zipHigh<>+24(SB)/8, $0x0000001b0000000b
DATA zipHigh<>+32(SB)/8, $0x0000001c0000000c
DATA zipHigh<>+40(SB)/8, $0x0000001d0000000d
DATA zipHigh<>+48(SB)/8, $0x0000001e0000000e
DATA zipHigh<>+56(SB)/8, $0x0000001f0000000f
GLOBL zipHigh<>(SB), RODATA|NOPTR, $64

// MASKS sets R13 to the number of blocks of this turn, K1 to as many ones, and K2, K3, K4 to the 2·R13+extra columns of
// the image.
#define MASKS(extra) \
	MOVQ    $16, R13            \
	CMPQ    R11, R13            \
	CMOVQLT R11, R13            \
	MOVQ    R13, CX             \
	MOVQ    $1, AX              \
	SHLQ    CX, AX              \
	DECQ    AX                  \
	KMOVW   AX, K1              \
	LEAQ    extra(R13)(R13*1), CX \
	MOVQ    $1, AX              \
	SHLQ    CX, AX              \
	DECQ    AX                  \
	KMOVW   AX, K2              \
	SHRQ    $16, AX             \
	KMOVW   AX, K3              \
	SHRQ    $16, AX             \
	KMOVW   AX, K4

// STRIDES loads what all functions have in common: the transformed tensor's stride from AX and the image's pitch from R10.
#define STRIDES \
	SHLQ $2, AX          \
	MOVQ AX, R8          \
	LEAQ (AX)(AX*2), R9  \
	SHLQ $2, R10

// WINDOW computes a row of x·B, of the row at BX, in a, b, c, d.
#define WINDOW(a, b, c, d) \
	VMOVUPS.Z (BX), K2, Z0      \
	VMOVUPS.Z 64(BX), K3, Z1    \
	VMOVUPS.Z 8(BX), K2, Z2     \
	VMOVUPS.Z 72(BX), K3, Z3    \
	VMOVAPS   Z0, Z4            \
	VPERMT2PS Z1, Z30, Z4       \
	VPERMT2PS Z1, Z31, Z0       \
	VMOVAPS   Z2, Z5            \
	VPERMT2PS Z3, Z30, Z5       \
	VPERMT2PS Z3, Z31, Z2       \
	VSUBPS    Z5, Z4, a         \
	VADDPS    Z5, Z0, b         \
	VSUBPS    Z0, Z5, c         \
	VSUBPS    Z0, Z2, d         \
	ADDQ      R10, BX

// STORE4 stores four elements of the transformed blocks from DX on and moves DX on.
#define STORE4(a, b, c, d) \
	VMOVUPS a, K1, (DX)         \
	VMOVUPS b, K1, (DX)(R8*1)   \
	VMOVUPS c, K1, (DX)(R8*2)   \
	VMOVUPS d, K1, (DX)(R9*1)   \
	LEAQ    (DX)(R8*4), DX

// LOAD4 loads four elements of the transformed blocks from DX on and moves DX on.
#define LOAD4(a, b, c, d) \
	VMOVUPS.Z (DX), K1, a       \
	VMOVUPS.Z (DX)(R8*1), K1, b \
	VMOVUPS.Z (DX)(R8*2), K1, c \
	VMOVUPS.Z (DX)(R9*1), K1, d \
	LEAQ      (DX)(R8*4), DX

// func splitWindowsAVX512(v *float32, stride int, x *float32, pitch, n, rows int)
TEXT ·splitWindowsAVX512(SB), NOSPLIT, $0-48
	MOVQ    v+0(FP), DI
	MOVQ    stride+8(FP), AX
	MOVQ    x+16(FP), R15
	MOVQ    pitch+24(FP), R10
	MOVQ    rows+40(FP), R12
	STRIDES
	VMOVUPS even<>(SB), Z30
	VMOVUPS odd<>(SB), Z31

row:
	MOVQ R15, SI
	MOVQ n+32(FP), R11

blocks:
	MASKS(0)
	MOVQ   SI, BX
	WINDOW(Z8, Z9, Z10, Z11)
	WINDOW(Z12, Z13, Z14, Z15)
	WINDOW(Z16, Z17, Z18, Z19)
	WINDOW(Z20, Z21, Z22, Z23)
	MOVQ   DI, DX
	VSUBPS Z16, Z8, Z8
	VSUBPS Z17, Z9, Z9
	VSUBPS Z18, Z10, Z10
	VSUBPS Z19, Z11, Z11
	STORE4(Z8, Z9, Z10, Z11)
	VADDPS Z16, Z12, Z8
	VADDPS Z17, Z13, Z9
	VADDPS Z18, Z14, Z10
	VADDPS Z19, Z15, Z11
	STORE4(Z8, Z9, Z10, Z11)
	VSUBPS Z12, Z16, Z16
	VSUBPS Z13, Z17, Z17
	VSUBPS Z14, Z18, Z18
	VSUBPS Z15, Z19, Z19
	STORE4(Z16, Z17, Z18, Z19)
	VSUBPS Z12, Z20, Z20
	VSUBPS Z13, Z21, Z21
	VSUBPS Z14, Z22, Z22
	VSUBPS Z15, Z23, Z23
	STORE4(Z20, Z21, Z22, Z23)
	LEAQ   (DI)(R13*4), DI
	LEAQ   (SI)(R13*8), SI
	SUBQ   R13, R11
	JNZ    blocks
	LEAQ   (R15)(R10*2), R15
	DECQ   R12
	JNZ    row
	VZEROUPPER
	RET

// JOINED adds row i of B·v, in a, b, c, d, times Bᵀ to the row of the image at BX.
#define JOINED(a, b, c, d) \
	VSUBPS    c, b, Z4          \
	VSUBPS    d, Z4, Z4         \
	VADDPS    c, b, Z5          \
	VSUBPS    a, Z5, Z5         \
	VMOVAPS   a, Z6             \
	VPERMT2PS Z4, Z30, Z6       \
	VPERMT2PS Z4, Z31, a        \
	VMOVAPS   Z5, Z7            \
	VPERMT2PS d, Z30, Z7        \
	VPERMT2PS d, Z31, Z5        \
	VALIGND   $14, Z29, Z7, Z4  \
	VALIGND   $14, Z7, Z5, Z7   \
	VALIGND   $14, Z5, Z29, Z5  \
	VADDPS    Z6, Z4, Z4        \
	VADDPS    a, Z7, Z7         \
	VMOVUPS.Z (BX), K2, Z6      \
	VADDPS    Z6, Z4, Z4        \
	VMOVUPS   Z4, K2, (BX)      \
	VMOVUPS.Z 64(BX), K3, Z6    \
	VADDPS    Z6, Z7, Z7        \
	VMOVUPS   Z7, K3, 64(BX)    \
	VMOVUPS.Z 128(BX), K4, Z6   \
	VADDPS    Z6, Z5, Z5        \
	VMOVUPS   Z5, K4, 128(BX)   \
	ADDQ      R10, BX

// COLUMN computes a column of B·v, of v's a, b, c, d, in place.
#define COLUMN(a, b, c, d) \
	VSUBPS c, b, Z0  \
	VSUBPS d, Z0, Z0 \
	VADDPS c, b, c   \
	VSUBPS a, c, c   \
	VMOVAPS Z0, b

// func joinWindowsAVX512(x *float32, pitch int, v *float32, stride, n, rows int)
TEXT ·joinWindowsAVX512(SB), NOSPLIT, $0-48
	MOVQ    x+0(FP), R15
	MOVQ    pitch+8(FP), R10
	MOVQ    v+16(FP), DI
	MOVQ    stride+24(FP), AX
	MOVQ    rows+40(FP), R12
	STRIDES
	VMOVUPS zipLow<>(SB), Z30
	VMOVUPS zipHigh<>(SB), Z31
	VPXORD  Z29, Z29, Z29

row:
	MOVQ R15, SI
	MOVQ n+32(FP), R11

blocks:
	MASKS(2)
	MOVQ DI, DX
	LOAD4(Z8, Z9, Z10, Z11)
	LOAD4(Z12, Z13, Z14, Z15)
	LOAD4(Z16, Z17, Z18, Z19)
	LOAD4(Z20, Z21, Z22, Z23)
	COLUMN(Z8, Z12, Z16, Z20)
	COLUMN(Z9, Z13, Z17, Z21)
	COLUMN(Z10, Z14, Z18, Z22)
	COLUMN(Z11, Z15, Z19, Z23)
	MOVQ SI, BX
	JOINED(Z8, Z9, Z10, Z11)
	JOINED(Z12, Z13, Z14, Z15)
	JOINED(Z16, Z17, Z18, Z19)
	JOINED(Z20, Z21, Z22, Z23)
	LEAQ (DI)(R13*4), DI
	LEAQ (SI)(R13*8), SI
	SUBQ R13, R11
	JNZ  blocks
	LEAQ (R15)(R10*2), R15
	DECQ R12
	JNZ  row
	VZEROUPPER
	RET

// BLOCK loads the even columns of the row at BX in a and its odd columns in b.
#define BLOCK(a, b) \
	VMOVUPS.Z (BX), K2, b    \
	VMOVUPS.Z 64(BX), K3, Z1 \
	VMOVAPS   b, a           \
	VPERMT2PS Z1, Z30, a     \
	VPERMT2PS Z1, Z31, b     \
	ADDQ      R10, BX

// func splitBlocksAVX512(m *float32, stride int, y *float32, pitch, n, rows int)
TEXT ·splitBlocksAVX512(SB), NOSPLIT, $0-48
	MOVQ    m+0(FP), DI
	MOVQ    stride+8(FP), AX
	MOVQ    y+16(FP), R15
	MOVQ    pitch+24(FP), R10
	MOVQ    rows+40(FP), R12
	STRIDES
	VMOVUPS even<>(SB), Z30
	VMOVUPS odd<>(SB), Z31

row:
	MOVQ R15, SI
	MOVQ n+32(FP), R11

blocks:
	MASKS(0)
	MOVQ   SI, BX
	BLOCK(Z8, Z9)
	BLOCK(Z14, Z15)
	VADDPS Z14, Z8, Z10
	VADDPS Z15, Z9, Z11
	VSUBPS Z14, Z8, Z12
	VSUBPS Z15, Z9, Z13
	MOVQ   DI, DX
	VADDPS Z9, Z8, Z2
	VSUBPS Z9, Z8, Z3
	STORE4(Z8, Z2, Z3, Z9)
	VADDPS Z11, Z10, Z2
	VSUBPS Z11, Z10, Z3
	STORE4(Z10, Z2, Z3, Z11)
	VADDPS Z13, Z12, Z2
	VSUBPS Z13, Z12, Z3
	STORE4(Z12, Z2, Z3, Z13)
	VADDPS Z15, Z14, Z2
	VSUBPS Z15, Z14, Z3
	STORE4(Z14, Z2, Z3, Z15)
	LEAQ   (DI)(R13*4), DI
	LEAQ   (SI)(R13*8), SI
	SUBQ   R13, R11
	JNZ    blocks
	LEAQ   (R15)(R10*2), R15
	DECQ   R12
	JNZ    row
	VZEROUPPER
	RET

// ROW loads row i of m and computes its product with A in a and b.
#define ROW(a, b) \
	LOAD4(Z0, Z1, Z2, Z3) \
	VADDPS Z1, Z0, a      \
	VADDPS Z2, a, a       \
	VSUBPS Z2, Z1, b      \
	VADDPS Z3, b, b

// OUTPUT stores the row with even columns a and odd columns b at BX, added to what K5 and K6 select there.
#define OUTPUT(a, b) \
	VMOVAPS   a, Z0             \
	VPERMT2PS b, Z30, Z0        \
	VPERMT2PS b, Z31, a         \
	VMOVUPS.Z (BX), K5, Z1      \
	VADDPS    Z1, Z0, Z0        \
	VMOVUPS   Z0, K2, (BX)      \
	VMOVUPS.Z 64(BX), K6, Z1    \
	VADDPS    Z1, a, a          \
	VMOVUPS   a, K3, 64(BX)     \
	ADDQ      R10, BX

// func joinBlocksAVX512(y *float32, pitch int, m *float32, stride, n, rows, keep int)
TEXT ·joinBlocksAVX512(SB), NOSPLIT, $0-56
	MOVQ    y+0(FP), R15
	MOVQ    pitch+8(FP), R10
	MOVQ    m+16(FP), DI
	MOVQ    stride+24(FP), AX
	MOVQ    rows+40(FP), R12
	STRIDES
	VMOVUPS zipLow<>(SB), Z30
	VMOVUPS zipHigh<>(SB), Z31
	MOVQ    keep+48(FP), AX
	KMOVW   AX, K7

row:
	MOVQ R15, SI
	MOVQ n+32(FP), R11

blocks:
	MASKS(0)
	KANDW  K7, K2, K5
	KANDW  K7, K3, K6
	MOVQ   DI, DX
	ROW(Z8, Z9)
	ROW(Z10, Z11)
	ROW(Z12, Z13)
	ROW(Z14, Z15)
	VADDPS Z10, Z8, Z8
	VADDPS Z12, Z8, Z8
	VADDPS Z11, Z9, Z9
	VADDPS Z13, Z9, Z9
	VSUBPS Z12, Z10, Z10
	VADDPS Z14, Z10, Z10
	VSUBPS Z13, Z11, Z11
	VADDPS Z15, Z11, Z11
	MOVQ   SI, BX
	OUTPUT(Z8, Z9)
	OUTPUT(Z10, Z11)
	LEAQ   (DI)(R13*4), DI
	LEAQ   (SI)(R13*8), SI
	SUBQ   R13, R11
	JNZ    blocks
	LEAQ   (R15)(R10*2), R15
	DECQ   R12
	JNZ    row
	VZEROUPPER
	RET
