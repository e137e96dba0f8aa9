#include "textflag.h"

// TRANSPOSE puts the columns of the eight rows in Y0 … Y7 into Y8 … Y15.
#define TRANSPOSE \
	VUNPCKLPS  Y1, Y0, Y8           \
	VUNPCKHPS  Y1, Y0, Y9           \
	VUNPCKLPS  Y3, Y2, Y10          \
	VUNPCKHPS  Y3, Y2, Y11          \
	VUNPCKLPS  Y5, Y4, Y12          \
	VUNPCKHPS  Y5, Y4, Y13          \
	VUNPCKLPS  Y7, Y6, Y14          \
	VUNPCKHPS  Y7, Y6, Y15          \
	VUNPCKLPD  Y10, Y8, Y0          \ // columns 0 and 4 of rows 0 to 3
	VUNPCKHPD  Y10, Y8, Y1          \
	VUNPCKLPD  Y11, Y9, Y2          \
	VUNPCKHPD  Y11, Y9, Y3          \
	VUNPCKLPD  Y14, Y12, Y4         \ // columns 0 and 4 of rows 4 to 7
	VUNPCKHPD  Y14, Y12, Y5         \
	VUNPCKLPD  Y15, Y13, Y6         \
	VUNPCKHPD  Y15, Y13, Y7         \
	VPERM2F128 $0x20, Y4, Y0, Y8    \
	VPERM2F128 $0x20, Y5, Y1, Y9    \
	VPERM2F128 $0x20, Y6, Y2, Y10   \
	VPERM2F128 $0x20, Y7, Y3, Y11   \
	VPERM2F128 $0x31, Y4, Y0, Y12   \
	VPERM2F128 $0x31, Y5, Y1, Y13   \
	VPERM2F128 $0x31, Y6, Y2, Y14   \
	VPERM2F128 $0x31, Y7, Y3, Y15

// CHANNELS loads eight pixels of eight channels, R8 bytes apart, from BX on, and moves BX on by eight channels.
#define CHANNELS \
	VMOVUPS (BX), Y0        \
	VMOVUPS (BX)(R8*1), Y1  \
	VMOVUPS (BX)(R8*2), Y2  \
	VMOVUPS (BX)(R12*1), Y3 \
	LEAQ    (BX)(R8*4), BX  \
	VMOVUPS (BX), Y4        \
	VMOVUPS (BX)(R8*1), Y5  \
	VMOVUPS (BX)(R8*2), Y6  \
	VMOVUPS (BX)(R12*1), Y7 \
	LEAQ    (BX)(R8*4), BX

#define TOLANES(half) \
	CHANNELS                   \
	TRANSPOSE                  \
	VMOVUPS Y8, half(DI)       \
	VMOVUPS Y9, half+64(DI)    \
	VMOVUPS Y10, half+128(DI)  \
	VMOVUPS Y11, half+192(DI)  \
	VMOVUPS Y12, half+256(DI)  \
	VMOVUPS Y13, half+320(DI)  \
	VMOVUPS Y14, half+384(DI)  \
	VMOVUPS Y15, half+448(DI)

// STORE stores one channel's pixels at BX, added to what stands there where Y0 has ones, and moves BX on by a channel.
#define STORE(pixels) \
	VANDPS  (BX), Y0, Y1         \
	VADDPS  Y1, pixels, pixels   \
	VMOVUPS pixels, (BX)         \
	ADDQ    R8, BX

#define FROMLANES(half) \
	VMOVUPS half(SI), Y0           \
	VMOVUPS half+64(SI), Y1        \
	VMOVUPS half+128(SI), Y2       \
	VMOVUPS half+192(SI), Y3       \
	VMOVUPS half+256(SI), Y4       \
	VMOVUPS half+320(SI), Y5       \
	VMOVUPS half+384(SI), Y6       \
	VMOVUPS half+448(SI), Y7       \
	TRANSPOSE                      \
	VBROADCASTSS keep+32(FP), Y0   \
	STORE(Y8)                      \
	STORE(Y9)                      \
	STORE(Y10)                     \
	STORE(Y11)                     \
	STORE(Y12)                     \
	STORE(Y13)                     \
	STORE(Y14)                     \
	STORE(Y15)

// ZEROS stores zeros for the absent half of eight pixels' lanes.
#define ZEROS(half) \
	VXORPS  Y0, Y0, Y0        \
	VMOVUPS Y0, half(DI)      \
	VMOVUPS Y0, half+64(DI)   \
	VMOVUPS Y0, half+128(DI)  \
	VMOVUPS Y0, half+192(DI)  \
	VMOVUPS Y0, half+256(DI)  \
	VMOVUPS Y0, half+320(DI)  \
	VMOVUPS Y0, half+384(DI)  \
	VMOVUPS Y0, half+448(DI)

// func toLanesAVX2(dst, src *float32, pitch, tiles, channels int)
TEXT ·toLanesAVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ pitch+16(FP), R8
	MOVQ tiles+24(FP), CX
	SHLQ $2, R8
	LEAQ (R8)(R8*2), R12

tile:
	MOVQ SI, BX
	TOLANES(0)
	CMPQ channels+32(FP), $8
	JEQ  half
	TOLANES(32)

next:
	ADDQ $32, SI
	ADDQ $512, DI
	DECQ CX
	JNZ  tile
	VZEROUPPER
	RET

half:
	ZEROS(32)
	JMP next

// func fromLanesAVX2(dst *float32, pitch int, src *float32, tiles, keep, channels int)
TEXT ·fromLanesAVX2(SB), NOSPLIT, $0-48
	MOVQ dst+0(FP), DI
	MOVQ pitch+8(FP), R8
	MOVQ src+16(FP), SI
	MOVQ tiles+24(FP), CX
	SHLQ $2, R8

tile:
	MOVQ DI, BX
	FROMLANES(0)
	CMPQ channels+40(FP), $8
	JEQ  next
	FROMLANES(32)

next:
	ADDQ $512, SI
	ADDQ $32, DI
	DECQ CX
	JNZ  tile
	VZEROUPPER
	RET
