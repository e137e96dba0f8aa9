#include "textflag.h"

// ROW adds a row's element, times the sixteen of B in Y0 and Y1, to a row of C in two registers.
#define ROW(element, left, right) \
	VBROADCASTSS element, Y2   \
	VFMADD231PS  Y0, Y2, left  \
	VFMADD231PS  Y1, Y2, right

// BEGIN starts a row of C: with what stands there where Y3 has ones, and 0 elsewhere.
#define BEGIN(c, left, right) \
	VANDPS (c), Y3, left    \
	VANDPS 32(c), Y3, right

#define END(c, left, right) \
	VMOVUPS left, (c)    \
	VMOVUPS right, 32(c)

// func multiplyAVX2(c *float32, ldc int, a *float32, row, col int, b *float32, ldb, k, fours int, keep uint32)
TEXT ·multiplyAVX2(SB), NOSPLIT, $0-76
	MOVQ         c+0(FP), DI
	MOVQ         ldc+8(FP), R9
	MOVQ         a+16(FP), SI
	MOVQ         row+24(FP), R8
	MOVQ         col+32(FP), R10
	MOVQ         ldb+48(FP), R11
	MOVQ         fours+64(FP), DX
	VBROADCASTSS keep+72(FP), Y3
	SHLQ         $2, R8
	SHLQ         $2, R9
	SHLQ         $2, R10
	SHLQ         $2, R11
	LEAQ         (R8)(R8*2), R12

four:
	LEAQ (DI)(R9*1), AX
	LEAQ (DI)(R9*2), BX
	LEAQ (BX)(R9*1), R13
	BEGIN(DI, Y8, Y9)
	BEGIN(AX, Y10, Y11)
	BEGIN(BX, Y12, Y13)
	BEGIN(R13, Y14, Y15)
	MOVQ SI, R14
	MOVQ b+40(FP), R15
	MOVQ k+56(FP), CX

again:
	VMOVUPS (R15), Y0
	VMOVUPS 32(R15), Y1
	ROW((R14), Y8, Y9)
	ROW((R14)(R8*1), Y10, Y11)
	ROW((R14)(R8*2), Y12, Y13)
	ROW((R14)(R12*1), Y14, Y15)
	ADDQ    R10, R14
	ADDQ    R11, R15
	DECQ    CX
	JNZ     again
	END(DI, Y8, Y9)
	END(AX, Y10, Y11)
	END(BX, Y12, Y13)
	END(R13, Y14, Y15)
	LEAQ    (SI)(R8*4), SI
	LEAQ    (DI)(R9*4), DI
	DECQ    DX
	JNZ     four
	VZEROUPPER
	RET
