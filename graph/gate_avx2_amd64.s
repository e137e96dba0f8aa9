#include "textflag.h"

// func gateAVX2(dst, a, b *float32, eights int)
TEXT ·gateAVX2(SB), NOSPLIT, $0-32
	MOVQ  dst+0(FP), DI
	MOVQ  a+8(FP), SI
	MOVQ  b+16(FP), BX
	MOVQ  eights+24(FP), CX
	VXORPS Y0, Y0, Y0

again:
	VMOVUPS (BX), Y1
	VCMPPS  $0x1e, Y0, Y1, Y2 // greater than
	VANDPS  (SI), Y2, Y3
	VMOVUPS Y3, (DI)
	ADDQ    $32, SI
	ADDQ    $32, BX
	ADDQ    $32, DI
	DECQ    CX
	JNZ     again
	VZEROUPPER
	RET
