//go:build !purego && !race

#include "textflag.h"

// Sixteen bytes at a time, with what every amd64 has (SSE2). For what the functions do see
// scan.go. In reading a value of 12 bytes takes 2.5 ns instead of 5, a text of 120 bytes 9
// instead of 29; in writing 4.6 instead of 6.4, and 9 instead of 38.

// Sixteen of each.
DATA sixteen<>+0(SB)/8, $0x2020202020202020 // the first that is no control
DATA sixteen<>+8(SB)/8, $0x2020202020202020
DATA sixteen<>+16(SB)/8, $0x1F1F1F1F1F1F1F1F // the last that is one
DATA sixteen<>+24(SB)/8, $0x1F1F1F1F1F1F1F1F
DATA sixteen<>+32(SB)/8, $0x0202020202020202 // in what "<" and ">" differ
DATA sixteen<>+40(SB)/8, $0x0202020202020202
DATA sixteen<>+48(SB)/8, $0x3E3E3E3E3E3E3E3E // ">"
DATA sixteen<>+56(SB)/8, $0x3E3E3E3E3E3E3E3E
DATA sixteen<>+64(SB)/8, $0x2626262626262626 // "&"
DATA sixteen<>+72(SB)/8, $0x2626262626262626
GLOBL sixteen<>(SB), RODATA|NOPTR, $80

// CONSTANTS loads what MARKUP needs, into X10 to X13; x is eight bytes.
#define CONSTANTS(x) \
	MOVQ       x, X13;                \
	PUNPCKLQDQ X13, X13;              \
	MOVOU      sixteen<>+32(SB), X10; \
	MOVOU      sixteen<>+48(SB), X11; \
	MOVOU      sixteen<>+64(SB), X12

// MARKUP sets those bytes of X1 to 0xFF that in X0 are one of "<>&" or x. It leaves the
// others, and destroys X0, X2 and X3.
#define MARKUP \
	MOVO    X0, X2;  \
	POR     X10, X2; \
	PCMPEQB X11, X2; \
	MOVO    X0, X3;  \
	PCMPEQB X12, X3; \
	PCMPEQB X13, X0; \
	POR     X2, X1;  \
	POR     X3, X0;  \
	POR     X0, X1

// func stop(b []byte, i int, x uint64) int
TEXT ·stop(SB), NOSPLIT, $0-48
	MOVQ  b_base+0(FP), SI
	MOVQ  b_len+8(FP), DX
	MOVQ  b_cap+16(FP), CX
	MOVQ  i+24(FP), AX
	CONSTANTS(x+32(FP))
	MOVOU sixteen<>+16(SB), X9
	SUBQ  $16, CX              // the last index from which sixteen bytes can be loaded

loop:
	CMPQ     AX, DX
	JGE      none
	CMPQ     AX, CX
	JGT      done
	MOVOU    (SI)(AX*1), X0
	MOVO     X0, X1
	PMINUB   X9, X1
	PCMPEQB  X0, X1
	MARKUP
	PMOVMSKB X1, R8
	ADDQ     $16, AX
	TESTL    R8, R8
	JZ       loop
	BSFL     R8, R8
	LEAQ     -16(AX)(R8*1), AX
	CMPQ     AX, DX
	JLT      done

none:
	MOVQ DX, AX

done:
	MOVQ AX, ret+40(FP)
	RET

// MARKS sets the bit of R8 for each byte of X0 that copyPlain looks for. Signed, bytes
// beyond ASCII are less than all others.
#define MARKS \
	MOVO     X8, X1; \
	PCMPGTB  X0, X1; \
	MARKUP;          \
	PMOVMSKB X1, R8

// func copyPlain(b []byte, s string, x uint64) int
TEXT ·copyPlain(SB), NOSPLIT, $0-56
	MOVQ  b_base+0(FP), DI
	ADDQ  b_len+8(FP), DI
	MOVQ  s_base+24(FP), SI
	MOVQ  s_len+32(FP), DX
	CONSTANTS(x+40(FP))
	MOVOU sixteen<>+0(SB), X8
	CMPQ  DX, $16
	JLT   halves
	XORL  AX, AX
	SUBQ  $16, DX

loop:
	MOVOU (SI)(AX*1), X0
	MOVOU X0, (DI)(AX*1)
	MARKS
	TESTL R8, R8
	JNZ   found
	ADDQ  $16, AX
	CMPQ  AX, DX
	JLT   loop

	MOVQ  DX, AX         // at the end some bytes once more: less work than one by one
	MOVOU (SI)(AX*1), X0
	MOVOU X0, (DI)(AX*1)
	MARKS
	ORL   $0x10000, R8

found:
	BSFL R8, R8
	ADDQ R8, AX
	MOVQ AX, ret+48(FP)
	RET

halves: // two of eight or four bytes, which may have some in common
	CMPQ       DX, $8
	JLT        four
	MOVQ       (SI), X0
	MOVQ       -8(SI)(DX*1), X4
	MOVQ       X0, (DI)
	MOVQ       X4, -8(DI)(DX*1)
	PUNPCKLQDQ X4, X0
	MARKS
	ORL        $0x10000, R8
	BSFL       R8, AX
	LEAQ       -16(DX)(AX*1), CX
	CMPQ       AX, $8
	CMOVQGE    CX, AX
	MOVQ       AX, ret+48(FP)
	RET

four:
	MOVL      (SI), X0
	MOVL      -4(SI)(DX*1), X4
	MOVL      X0, (DI)
	MOVL      X4, -4(DI)(DX*1)
	PUNPCKLLQ X4, X0
	MARKS
	ORL       $0x100, R8
	BSFL      R8, AX
	LEAQ      -8(DX)(AX*1), CX
	CMPQ      AX, $4
	CMOVQGE   CX, AX
	MOVQ      AX, ret+48(FP)
	RET
