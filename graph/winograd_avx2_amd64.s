#include "textflag.h"
#include "winograd_amd64.h"

// Sixteen channels at a time, in two halves of eight. The operations and their order are those of winograd_avx512_amd64.s, so both make the
// same bits.

#define WINDOW_POINTS \
	VBROADCASTSS POINT(P1), Y10 \
	VBROADCASTSS POINT(P2), Y11 \
	VBROADCASTSS POINT(Q1), Y12 \
	VBROADCASTSS POINT(Q2), Y13 \
	VBROADCASTSS POINT(PQ), Y14

#define BLOCK_POINTS \
	VBROADCASTSS POINT(P1), Y10 \
	VBROADCASTSS POINT(P2), Y11 \
	VBROADCASTSS POINT(P3), Y12 \
	VBROADCASTSS POINT(Q1), Y13 \
	VBROADCASTSS POINT(Q2), Y14 \
	VBROADCASTSS POINT(Q3), Y15

#define KERNEL_POINTS \
	VBROADCASTSS POINT(IP), Y10  \
	VBROADCASTSS POINT(IQ), Y11  \
	VBROADCASTSS POINT(P1N), Y12 \
	VBROADCASTSS POINT(Q1N), Y13 \
	VBROADCASTSS POINT(P2N), Y14 \
	VBROADCASTSS POINT(Q2N), Y15

// PAIRS replaces the values at ±p, in a and b, and at ±q, in c and d, by their sums and differences.
#define PAIRS(a, b, c, d) \
	VADDPS  b, a, Y6 \
	VSUBPS  b, a, b  \
	VMOVAPS Y6, a    \
	VADDPS  d, c, Y6 \
	VSUBPS  d, c, d  \
	VMOVAPS Y6, c

#define LOAD3(half) \
	VMOVUPS half(SI), Y0       \
	VMOVUPS half(SI)(R8*1), Y1 \
	VMOVUPS half(SI)(R8*2), Y2

#define LOAD4(half) \
	LOAD3(half)                 \
	VMOVUPS half(SI)(R12*1), Y3

#define LOAD6(half) \
	LOAD4(half)                 \
	VMOVUPS half(SI)(R8*4), Y4  \
	VMOVUPS half(SI)(R13*1), Y5

// BOTH stores the sum and the difference of a and b at two places.
#define BOTH(a, b, sum, difference) \
	VADDPS  b, a, Y6      \
	VSUBPS  b, a, Y7      \
	VMOVUPS Y6, sum       \
	VMOVUPS Y7, difference

#define WINDOWS(half) \
	LOAD6(half)                                      \
	VADDPS       Y4, Y0, Y6                          \
	VFNMADD231PS Y14, Y2, Y6                         \
	VMOVUPS      Y6, half(DI)                        \
	VADDPS       Y5, Y1, Y7                          \
	VFNMADD231PS Y14, Y3, Y7                         \
	VMOVUPS      Y7, half(DI)(R15*1)                 \
	VMOVAPS      Y4, Y8                              \
	VFNMADD231PS Y13, Y2, Y8                         \
	VMULPS       Y10, Y3, Y9                         \
	VFNMADD231PS Y12, Y1, Y9                         \
	BOTH(Y8, Y9, half(DI)(R9*1), half(DI)(R9*2))     \
	VFNMADD231PS Y11, Y2, Y4                         \
	VMULPS       Y12, Y3, Y9                         \
	VFNMADD231PS Y10, Y1, Y9                         \
	BOTH(Y4, Y9, half(DI)(R14*1), half(DI)(R9*4))

// func windowsAVX2(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)
TEXT ·windowsAVX2(SB), NOSPLIT, $0-56
	ARGUMENTS
	WINDOW_POINTS

again:
	WINDOWS(0)
	WINDOWS(32)
	NEXT(again)
	VZEROUPPER
	RET

#define WINDOWST(half) \
	LOAD6(half)                         \
	PAIRS(Y1, Y2, Y3, Y4)               \
	VADDPS       half(DI), Y0, Y8       \
	VMOVUPS      Y8, half(DI)           \
	VADDPS       half(DI)(R9*1), Y5, Y8 \
	VFNMADD231PS Y12, Y2, Y8            \
	VFNMADD231PS Y10, Y4, Y8            \
	VMOVUPS      Y8, half(DI)(R9*1)     \
	VMOVUPS      half(DI)(R9*2), Y8     \
	VFNMADD231PS Y14, Y0, Y8            \
	VFNMADD231PS Y13, Y1, Y8            \
	VFNMADD231PS Y11, Y3, Y8            \
	VMOVUPS      Y8, half(DI)(R9*2)     \
	VMOVUPS      half(DI)(R14*1), Y8    \
	VFMADD231PS  Y10, Y2, Y8            \
	VFMADD231PS  Y12, Y4, Y8            \
	VFNMADD231PS Y14, Y5, Y8            \
	VMOVUPS      Y8, half(DI)(R14*1)    \
	VADDPS       half(DI)(R9*4), Y0, Y8 \
	VADDPS       Y1, Y8, Y8             \
	VADDPS       Y3, Y8, Y8             \
	VMOVUPS      Y8, half(DI)(R9*4)     \
	VADDPS       half(DI)(R15*1), Y5, Y8 \
	VMOVUPS      Y8, half(DI)(R15*1)

// func windowsTAVX2(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)
TEXT ·windowsTAVX2(SB), NOSPLIT, $0-56
	ARGUMENTS
	WINDOW_POINTS

again:
	WINDOWST(0)
	WINDOWST(32)
	NEXT(again)
	VZEROUPPER
	RET

#define BLOCKS(half) \
	LOAD4(half)                                     \
	VMOVUPS     Y0, half(DI)                        \
	VMOVUPS     Y3, half(DI)(R15*1)                 \
	VMOVAPS     Y0, Y8                              \
	VFMADD231PS Y11, Y2, Y8                         \
	VMULPS      Y10, Y1, Y9                         \
	VFMADD231PS Y12, Y3, Y9                         \
	BOTH(Y8, Y9, half(DI)(R9*1), half(DI)(R9*2))    \
	VFMADD231PS Y14, Y2, Y0                         \
	VMULPS      Y13, Y1, Y9                         \
	VFMADD231PS Y15, Y3, Y9                         \
	BOTH(Y0, Y9, half(DI)(R14*1), half(DI)(R9*4))

// func blocksAVX2(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)
TEXT ·blocksAVX2(SB), NOSPLIT, $0-56
	ARGUMENTS
	BLOCK_POINTS

again:
	BLOCKS(0)
	BLOCKS(32)
	NEXT(again)
	VZEROUPPER
	RET

#define BLOCKST(half) \
	LOAD6(half)                        \
	PAIRS(Y1, Y2, Y3, Y4)              \
	VADDPS      Y1, Y0, Y0             \
	VADDPS      Y3, Y0, Y0             \
	VMOVUPS     Y0, half(DI)           \
	VMULPS      Y10, Y2, Y8            \
	VFMADD231PS Y13, Y4, Y8            \
	VMOVUPS     Y8, half(DI)(R9*1)     \
	VMULPS      Y11, Y1, Y9            \
	VFMADD231PS Y14, Y3, Y9            \
	VMOVUPS     Y9, half(DI)(R9*2)     \
	VFMADD231PS Y12, Y2, Y5            \
	VFMADD231PS Y15, Y4, Y5            \
	VMOVUPS     Y5, half(DI)(R14*1)

// func blocksTAVX2(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)
TEXT ·blocksTAVX2(SB), NOSPLIT, $0-56
	ARGUMENTS
	BLOCK_POINTS

again:
	BLOCKST(0)
	BLOCKST(32)
	NEXT(again)
	VZEROUPPER
	RET

#define KERNELS(half) \
	LOAD3(half)                                     \
	VMOVUPS     Y0, half(DI)                        \
	VMOVUPS     Y2, half(DI)(R15*1)                 \
	VMULPS      Y10, Y0, Y8                         \
	VFMADD231PS Y14, Y2, Y8                         \
	VMULPS      Y12, Y1, Y9                         \
	BOTH(Y8, Y9, half(DI)(R9*1), half(DI)(R9*2))    \
	VMULPS      Y11, Y0, Y8                         \
	VFMADD231PS Y15, Y2, Y8                         \
	VMULPS      Y13, Y1, Y9                         \
	BOTH(Y8, Y9, half(DI)(R14*1), half(DI)(R9*4))

// func kernelsAVX2(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)
TEXT ·kernelsAVX2(SB), NOSPLIT, $0-56
	ARGUMENTS
	KERNEL_POINTS

again:
	KERNELS(0)
	KERNELS(32)
	NEXT(again)
	VZEROUPPER
	RET

#define KERNELST(half) \
	LOAD6(half)                        \
	PAIRS(Y1, Y2, Y3, Y4)              \
	VFMADD231PS Y10, Y1, Y0            \
	VFMADD231PS Y11, Y3, Y0            \
	VMOVUPS     Y0, half(DI)           \
	VMULPS      Y12, Y2, Y8            \
	VFMADD231PS Y13, Y4, Y8            \
	VMOVUPS     Y8, half(DI)(R9*1)     \
	VFMADD231PS Y14, Y1, Y5            \
	VFMADD231PS Y15, Y3, Y5            \
	VMOVUPS     Y5, half(DI)(R9*2)

// func kernelsTAVX2(dst *float32, toPixel, toNext int, src *float32, fromPixel, fromNext, n int)
TEXT ·kernelsTAVX2(SB), NOSPLIT, $0-56
	ARGUMENTS
	KERNEL_POINTS

again:
	KERNELST(0)
	KERNELST(32)
	NEXT(again)
	VZEROUPPER
	RET
