#include "textflag.h"

// ROW adds eight products of a row of X with three rows of W, in Y13 to Y15.
#define ROW(x, a, b, c) \
	VMOVUPS     (x)(CX*1), Y12 \
	VFMADD231PS Y13, Y12, a    \
	VFMADD231PS Y14, Y12, b    \
	VFMADD231PS Y15, Y12, c

// SUM stores, or adds to what keep selects, the four sums of the eights in four registers.
#define SUM(a, b, c, d, aX, bX) \
	VHADDPS      b, a, a      \
	VHADDPS      d, c, c      \
	VHADDPS      c, a, a      \
	VEXTRACTF128 $1, a, bX    \
	VADDPS       bX, aX, aX   \
	VANDPS       (DI), X15, X14 \
	VADDPS       X14, aX, aX  \
	VMOVUPS      aX, (DI)     \
	ADDQ         DX, DI

// func dotsAVX2(t *float32, ldt int, x *float32, ldx int, w *float32, ldw, eights int, keep uint32)
TEXT ·dotsAVX2(SB), NOSPLIT, $0-60
	MOVQ   t+0(FP), DI
	MOVQ   ldt+8(FP), DX
	MOVQ   x+16(FP), SI
	MOVQ   ldx+24(FP), AX
	MOVQ   w+32(FP), R8
	MOVQ   ldw+40(FP), BX
	MOVQ   eights+48(FP), R15
	SHLQ   $2, DX
	LEAQ   (SI)(AX*4), R11
	LEAQ   (R11)(AX*4), R12
	LEAQ   (R12)(AX*4), R13
	LEAQ   (R8)(BX*4), R9
	LEAQ   (R9)(BX*4), R10
	SHLQ   $5, R15
	XORQ   CX, CX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7
	VXORPS Y8, Y8, Y8
	VXORPS Y9, Y9, Y9
	VXORPS Y10, Y10, Y10
	VXORPS Y11, Y11, Y11

eight:
	VMOVUPS (R8)(CX*1), Y13
	VMOVUPS (R9)(CX*1), Y14
	VMOVUPS (R10)(CX*1), Y15
	ROW(SI, Y0, Y4, Y8)
	ROW(R11, Y1, Y5, Y9)
	ROW(R12, Y2, Y6, Y10)
	ROW(R13, Y3, Y7, Y11)
	ADDQ $32, CX
	CMPQ CX, R15
	JLT  eight

	VBROADCASTSS keep+56(FP), Y15
	SUM(Y0, Y1, Y2, Y3, X0, X1)
	SUM(Y4, Y5, Y6, Y7, X4, X5)
	SUM(Y8, Y9, Y10, Y11, X8, X9)
	VZEROUPPER
	RET
