// The transforms' arguments: SI and DI point at the first pixel read and made; R8, 3·R8 = R12 and 5·R8 = R13 bytes lie between the pixels
// read, R9, 3·R9 = R14 and 5·R9 = R15 between those made, R10 and R11 between one combination and the next. CX combinations are left.
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

// POINT is one of the points of vectors_amd64.go, by its index there.
#define POINT(i) ·points+4*i(SB)
#define P1 0
#define P2 1
#define P3 2
#define Q1 3
#define Q2 4
#define Q3 5
#define PQ 6
#define IP 7
#define IQ 8
#define P1N 9
#define Q1N 10
#define P2N 11
#define Q2N 12
