package element

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A deviation is a difference from another parser that is as it should be.
type deviation struct {
	name, why string
	of        string // the peer; "" means both
	explains  func(difference) bool
}

// deviations is all that the Parser and its peers are known to differ in.
// encoding/xml is Strict, xmlquery as it comes.
var deviations = []deviation{
	{
		name: "comments, processing instructions, declarations of types",
		why:  "RFC 6120 section 11.1 forbids them; the peers hand them over, and take anything for a directive",
		explains: stricter(func(d difference, _ *SyntaxError) bool { return d.theirs.foreign }, "a comment", "a processing instruction", "a document type declaration",
			`behind "<!`, `behind "<?": a name`),
	},
	{
		name: "bytes that are no characters of XML",
		why:  "the peers look at them in names, texts and values only, not in declarations and the like",
		explains: stricter(func(d difference, e *SyntaxError) bool {
			return bytes.Contains(d.in[:e.Offset], []byte("<?")) || bytes.Contains(d.in[:e.Offset], []byte("<!"))
		}, "bytes that are no UTF-8", "is not allowed in XML", "a NUL byte"),
	},
	{
		name:     "other encodings",
		why:      "RFC 6120 section 11.6 allows UTF-8 only; xmlquery converts",
		of:       "xmlquery",
		explains: stricter(nil, "an encoding other than UTF-8"),
	},
	{
		name: "XML declaration",
		why:  "XML 1.0 section 2.8 says where it stands and what is in it; the peers take it for a processing instruction and look for two words in it",
		explains: stricter(nil, "an XML declaration that is not at the start", "an XML declaration without a version", "an XML declaration with something else in it",
			"standalone is neither", "XML of a version other", "an encoding other than UTF-8", "an XML declaration of more than"),
	},
	{
		name:     "text outside of elements",
		why:      "there is none between stanzas, nor around the root of a document",
		explains: stricter(func(d difference, _ *SyntaxError) bool { return d.theirs.outside }, "text between the elements", "does not begin with XML"),
	},
	{
		name:     "CDATA outside of elements",
		why:      "a CDATA section stands where text may stand (XML 1.0 section 2.7)",
		explains: stricter(nil, "a CDATA section outside of an element"),
	},
	{
		name:     "references outside of elements",
		why:      "no reference stands outside of an element, not even one to white space (XML 1.0 section 2.8)",
		explains: stricter(func(d difference, e *SyntaxError) bool { return d.in[e.Offset] == '&' && !d.theirs.outside }, "text between the elements", "does not begin with XML"),
	},
	{
		name:     "undeclared prefixes",
		why:      "not namespace-well-formed; encoding/xml makes the prefix the namespace, xmlquery that of attributes",
		explains: stricter(nil, "is not declared"),
	},
	{
		name:     "attributes twice",
		why:      "not well-formed (XML 1.0 section 3.1), nor is the same expanded name twice, nor the same declaration",
		explains: stricter(nil, "appears twice in one tag", "declared twice in one tag"),
	},
	{
		name: "reserved namespaces",
		why:  "Namespaces in XML 1.0 section 3: xml and xmlns are what they are, and no prefix is undeclared",
		explains: stricter(nil, "the prefix xmlns is declared", "the namespace of xmlns is declared", "belong together", "has the reserved prefix xmlns",
			"the declaration of prefix"),
	},
	{
		name: "colons",
		why:  "a name is a prefix, one colon and a local part, both names (Namespaces in XML 1.0 section 4); the peers take :a, a: and a:1",
		explains: stricter(func(d difference, e *SyntaxError) bool {
			return d.in[e.Offset] == ':' || e.Offset > 0 && d.in[e.Offset-1] == ':'
		}, "the first character of a name"),
	},
	{
		name: "no white space between attributes",
		why:  "XML 1.0 section 3.1, production 40",
		explains: stricter(func(d difference, e *SyntaxError) bool {
			return e.Offset > 0 && strings.IndexByte("'\"", d.in[e.Offset-1]) >= 0
		}, "in a start tag: white space"),
	},
	{
		name:     "references to surrogates",
		why:      "a reference is to a character (XML 1.0 section 4.1); the peers make U+FFFD of it",
		explains: stricter(nil, "a reference to U+D8", "a reference to U+D9", "a reference to U+DA", "a reference to U+DB", "a reference to U+DC", "a reference to U+DD", "a reference to U+DE", "a reference to U+DF"),
	},
	{
		name: "names of the fifth edition",
		why:  "XML 1.0 fifth edition has more of them; the peers have the fourth",
		explains: func(d difference) bool {
			return d.i < 0 && d.ours.err == nil && d.theirs.err != nil && strings.Contains(d.theirs.err.Error(), "name") && strings.ContainsFunc(string(d.in), fifthEditionOnly)
		},
	},
	{
		name:     "limits",
		why:      "an element beyond a limit is skipped",
		explains: func(d difference) bool { return d.i < 0 && d.ours.over != "" },
	},
	{
		name: "no element",
		why:  "a stream may have none for a while; a document of xmlquery has one",
		of:   "xmlquery",
		explains: func(d difference) bool {
			return d.i < 0 && d.ours.err == nil && len(d.ours.entries) == 0 && d.theirs.err.Error() == "xmlquery: invalid XML document"
		},
	},
	{
		name: "white space in values",
		why:  "is normalized to spaces (XML 1.0 section 3.3.3); the peers keep it, in namespaces too",
		explains: func(d difference) bool {
			our, their := d.our, d.their
			return d.i >= 0 && normalized(our.value, their.value) && normalized(our.name.Space, their.name.Space) &&
				our.kind != KindText && our.kind == their.kind && our.name.Local == their.name.Local && our.parent == their.parent
		},
	},
	{
		name: "content namespaces",
		why:  "whatever the stream calls its content namespace, it reads as jabber:client where a stanza or its child declares it (TestParseTree has where not)",
		explains: func(d difference) bool {
			their := d.their
			if their.name.Space == "jabber:server" || their.name.Space == "jabber:component:accept" {
				their.name.Space = NSClient
			}
			return d.i >= 0 && d.our == their && d.our.kind == KindElement
		},
	},
	{
		name: "namespaces called xmlns",
		why:  "encoding/xml does not tell its attributes from declarations",
		explains: func(d difference) bool {
			return d.i >= 0 && slices.ContainsFunc(d.ours.entries, func(e entry) bool { return e.kind == KindAttribute && e.name.Space == "xmlns" })
		},
	},
}

// stricter makes a deviation of what the Parser refuses with one of these
// messages, and the peer takes, and if also (unless nil) holds.
func stricter(also func(difference, *SyntaxError) bool, messages ...string) func(difference) bool {
	return func(d difference) bool {
		var syntax *SyntaxError
		if d.i >= 0 || d.theirs.err != nil || !errors.As(d.ours.err, &syntax) {
			return false
		}
		return slices.ContainsFunc(messages, func(m string) bool { return strings.Contains(syntax.Msg, m) }) && (also == nil || also(d, syntax))
	}
}

// normalized reports whether ours is their value, some of its white space, that
// which was not written as a reference, made spaces.
func normalized(ours, theirs string) bool {
	if len(ours) != len(theirs) {
		return false
	}
	for i := range len(ours) {
		if ours[i] != theirs[i] && (ours[i] != ' ' || theirs[i] != '\t' && theirs[i] != '\n') {
			return false
		}
	}
	return true
}

// fifthEditionOnly reports whether r may stand somewhere in a name of the
// fifth edition where it may not by the fourth.
func fifthEditionOnly(r rune) bool {
	if r < utf8.RuneSelf {
		return false
	}
	return nameRune(r, true) && !unicode.Is(nameStart45, r) || nameRune(r, false) && !unicode.Is(nameStart45, r) && !unicode.Is(nameMore45, r)
}

// explain returns the name of the deviation that explains a difference.
func explain(peer string, d difference) string {
	for _, dev := range deviations {
		if (dev.of == "" || dev.of == peer) && dev.explains(d) {
			return dev.name
		}
	}
	return ""
}
