package router

import "bytes"

// A trie finds those of many texts that a text begins with, in a time that
// depends on their lengths and not on how many there are.
type trie struct {
	label string // what texts go on with here
	index *index // nil where no text ends
	first []byte // what they go on with behind that: a byte for each of next
	next  []*trie
}

// add returns the place for the index of a text.
func (t *trie) add(text string) **index {
	for {
		n := 0
		for n < min(len(t.label), len(text)) && t.label[n] == text[n] {
			n++
		}
		if n < len(t.label) { // they part inside the label
			rest := *t
			rest.label = t.label[n+1:]
			*t = trie{label: t.label[:n], first: []byte{t.label[n]}, next: []*trie{&rest}}
		}
		if text = text[n:]; text == "" {
			return &t.index
		}
		i := bytes.IndexByte(t.first, text[0])
		if i < 0 {
			i = len(t.next)
			t.first, t.next = append(t.first, text[0]), append(t.next, &trie{label: text[1:]})
		}
		t, text = t.next[i], text[1:]
	}
}

// below returns the node that goes on with the first byte of text, and what
// lies behind it. The node is nil if there is none.
func (t *trie) below(text string) (*trie, string) {
	if text != "" {
		if i := bytes.IndexByte(t.first, text[0]); i >= 0 {
			return t.next[i], text[1:]
		}
	}
	return nil, ""
}
