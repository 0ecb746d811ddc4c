package stream

import "bytes"

// bigToken is how long a tag may be that needs nothing behind it.
const bigToken = 1 << 10

// owe notes how many bytes have to follow what was added behind mark. Servers
// that parse with expat put off looking at a long tag again that was cut in two
// until about as many bytes more have come (its answer to CVE-2023-52425; a tag
// of 3 kB is enough for ejabberd, of 10 kB for Prosody): a stanza with such a
// tag, and all behind it, would stay there until something else is sent.
//
// A tag is what lies between "<" and ">", since the Writer escapes both elsewhere.
func (o *outbox) owe(mark int) {
	b := o.filling.Bytes()[mark:]
	owed := max(0, o.owed-len(b))
	for len(b) > bigToken {
		from := bytes.IndexByte(b, '<')
		if from < 0 {
			break
		}
		b = b[from:]
		n := bytes.IndexByte(b, '>') + 1
		b = b[n:]
		if n > bigToken {
			owed = max(owed, n-len(b))
		}
	}
	o.owed = owed
}

// pad adds what is owed as white space, which may stand between stanzas (RFC
// 6120 section 11.7): what is queued is about to be written, and nobody knows
// when the next stanza comes.
func (o *outbox) pad() {
	for ; o.owed > 0; o.owed -= min(o.owed, len(blanks)) {
		o.filling.Text(blanks[:min(o.owed, len(blanks))])
	}
}

var blanks = string(bytes.Repeat([]byte{' '}, bigToken))
