package main

import (
	"bytes"
	"fmt"
	"strings"
)

// A template is a stanza as it goes out, with places of fixed width for its id
// and its sender, so that sending one is a copy and a few digits.
type template struct {
	text []byte
	ids  []int // where the id stands: 16 digits, as often as the stanza has it
	from int   // where the number of the sender stands: 7 digits
	many int   // where the number of the recipient stands, as many digits; -1 if there is one recipient

	to     string // whom it is sent to; with many, the first of them
	pair   int    // a number for that: 0 is the first recipient of the workload
	answer answer
}

// The marks stand in the text of a template for what changes.
const (
	idMark   = "IIIIIIIIIIIIIIII"
	fromMark = "FFFFFFF"
	toMark   = "TTTTTTT"
)

func newTemplate(text string, a answer) *template {
	t := &template{text: []byte(text), answer: a, from: strings.Index(text, fromMark), many: strings.Index(text, toMark)}
	t.to = t.recipient(0)
	for at := 0; ; at += len(idMark) {
		i := bytes.Index(t.text[at:], []byte(idMark))
		if i < 0 {
			break
		}
		at += i
		t.ids = append(t.ids, at)
	}
	if t.from < 0 || len(t.ids) == 0 && a != answerNone {
		panic(fmt.Sprintf("template without places: %s", text))
	}
	return t
}

// recipient returns the address of that number.
func (t *template) recipient(n int) string {
	return strings.Replace(string(attr(t.text, "to")), toMark, fmt.Sprintf("%0*d", len(toMark), n), 1)
}

// append adds the stanza with this id, from this sender, to this recipient.
func (t *template) append(b []byte, id uint64, sender, recipient int) []byte {
	at := len(b)
	b = append(b, t.text...)
	if t.many >= 0 {
		putDecimal(b[at+t.many:at+t.many+len(toMark)], recipient)
	}
	for _, i := range t.ids {
		putHex(b[at+i:at+i+len(idMark)], id)
	}
	putDecimal(b[at+t.from:at+t.from+len(fromMark)], sender)
	return b
}

const hexDigits = "0123456789abcdef"

func putHex(b []byte, n uint64) {
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = hexDigits[n&15]
		n >>= 4
	}
}

func putDecimal(b []byte, n int) {
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = '0' + byte(n%10)
		n /= 10
	}
}

// getHex reads the id that putHex wrote.
func getHex(b []byte) (n uint64, ok bool) {
	if len(b) != len(idMark) {
		return 0, false
	}
	for _, c := range b {
		switch {
		case '0' <= c && c <= '9':
			n = n<<4 | uint64(c-'0')
		case 'a' <= c && c <= 'f':
			n = n<<4 | uint64(c-'a'+10)
		default:
			return 0, false
		}
	}
	return n, true
}
