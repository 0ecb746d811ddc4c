package xpath

import "strings"

// A function is a row of the core library (section 4).
type function struct {
	name     string
	code     functionCode
	result   Type
	min, max int  // arguments; max -1: any number
	nodes    bool // the argument must be a node-set
	self     bool // a left-out argument is the context node
}

// A functionCode names a function in the evaluator's switches.
type functionCode uint8

const (
	fnLast functionCode = iota
	fnPosition
	fnCount
	fnLocalName
	fnNamespaceURI
	fnName
	fnString
	fnConcat
	fnStartsWith
	fnContains
	fnSubstringBefore
	fnSubstringAfter
	fnSubstring
	fnStringLength
	fnNormalizeSpace
	fnTranslate
	fnBoolean
	fnNot
	fnTrue
	fnFalse
	fnLang
	fnNumber
	fnSum
	fnFloor
	fnCeiling
	fnRound
)

// library is the core function library without id(), which needs a DTD.
var library = []function{
	{"last", fnLast, Number, 0, 0, false, false},
	{"position", fnPosition, Number, 0, 0, false, false},
	{"count", fnCount, Number, 1, 1, true, false},
	{"local-name", fnLocalName, String, 0, 1, true, true},
	{"namespace-uri", fnNamespaceURI, String, 0, 1, true, true},
	{"name", fnName, String, 0, 1, true, true},
	{"string", fnString, String, 0, 1, false, true},
	{"concat", fnConcat, String, 2, -1, false, false},
	{"starts-with", fnStartsWith, Boolean, 2, 2, false, false},
	{"contains", fnContains, Boolean, 2, 2, false, false},
	{"substring-before", fnSubstringBefore, String, 2, 2, false, false},
	{"substring-after", fnSubstringAfter, String, 2, 2, false, false},
	{"substring", fnSubstring, String, 2, 3, false, false},
	{"string-length", fnStringLength, Number, 0, 1, false, true},
	{"normalize-space", fnNormalizeSpace, String, 0, 1, false, true},
	{"translate", fnTranslate, String, 3, 3, false, false},
	{"boolean", fnBoolean, Boolean, 1, 1, false, false},
	{"not", fnNot, Boolean, 1, 1, false, false},
	{"true", fnTrue, Boolean, 0, 0, false, false},
	{"false", fnFalse, Boolean, 0, 0, false, false},
	{"lang", fnLang, Boolean, 1, 1, false, false},
	{"number", fnNumber, Number, 0, 1, false, true},
	{"sum", fnSum, Number, 1, 1, true, false},
	{"floor", fnFloor, Number, 1, 1, false, false},
	{"ceiling", fnCeiling, Number, 1, 1, false, false},
	{"round", fnRound, Number, 1, 1, false, false},
}

// argument returns what the i-th argument is converted to.
func (f *function) argument(i int) Type {
	switch f.code {
	case fnBoolean, fnNot:
		return Boolean
	case fnNumber, fnFloor, fnCeiling, fnRound:
		return Number
	case fnSubstring:
		if i > 0 {
			return Number
		}
	}
	if f.nodes {
		return NodeSet
	}
	return String
}

// usage says how to call f.
func (f *function) usage() string {
	if f.max == 0 {
		return "leave the parentheses empty"
	}
	return "write " + f.name + map[functionCode]string{
		fnConcat:          "(a, b, …)",
		fnStartsWith:      "(text, start)",
		fnContains:        "(text, part)",
		fnSubstringBefore: "(text, mark)",
		fnSubstringAfter:  "(text, mark)",
		fnSubstring:       "(text, first, length); the first character is 1, and the length may be left out",
		fnTranslate:       "(text, 'abc', 'ABC')",
		fnLang:            "('en')",
		fnNot:             "(condition)",
		fnBoolean:         "(condition)",
		fnFloor:           "(number)",
		fnCeiling:         "(number)",
		fnRound:           "(number)",
	}[f.code] + map[bool]string{true: "(path)"}[f.nodes || f.self]
}

// A route is decided by the stanza alone: none of these may open a file or
// run an expression whose time is not bounded.
const (
	xpath2 = "XPath 2 is not offered; "
	xslt   = "it belongs to XSLT, not to XPath 1.0"
)

// elsewhere are functions that authors know from XPath 2 and XSLT: what they
// are told.
var elsewhere = map[string]string{
	"id":                    "it needs a DTD, which XMPP forbids (RFC 6120 section 11.1): write //*[@id='x']",
	"doc":                   xpath2 + "a route sees its stanza and nothing else",
	"document":              xslt + "; a route sees its stanza and nothing else",
	"collection":            xpath2 + "a route sees its stanza and nothing else",
	"unparsed-text":         xpath2 + "a route sees its stanza and nothing else",
	"matches":               xpath2 + "compare with a hole, as in body={name:regexp}, or write contains() or starts-with()",
	"replace":               xpath2 + "write translate() for single characters",
	"tokenize":              xpath2 + "write contains(concat(' ', normalize-space(x), ' '), ' word ')",
	"ends-with":             xpath2 + "compare with a hole, as in body={name:.*end}, or write substring(s, string-length(s) - string-length(end) + 1) = end",
	"lower-case":            xpath2 + "compare with a hole, as in body={name:(?i)regexp}, or write translate(s, 'ABC...', 'abc...')",
	"upper-case":            xpath2 + "write translate(s, 'abc...', 'ABC...')",
	"exists":                xpath2 + "write boolean(), or the path alone",
	"empty":                 xpath2 + "write not()",
	"abs":                   xpath2 + "compare with both signs",
	"min":                   xpath2 + "write x[not(//x < .)]",
	"max":                   xpath2 + "write x[not(//x > .)]",
	"avg":                   xpath2 + "write sum(x) div count(x)",
	"string-join":           xpath2 + "write concat()",
	"distinct-values":       xpath2 + "write x[not(. = preceding::x)]",
	"data":                  xpath2 + "write string()",
	"node-name":             xpath2 + "write name()",
	"root":                  xpath2 + "write /",
	"compare":               xpath2 + "write =",
	"deep-equal":            xpath2 + "compare what matters, part by part",
	"index-of":              xpath2 + "write count(x/preceding-sibling::*) + 1",
	"current-dateTime":      xpath2 + "decide by time in the action",
	"current":               xslt,
	"key":                   xslt,
	"generate-id":           xslt,
	"format-number":         xslt,
	"system-property":       xslt,
	"function-available":    xslt,
	"unparsed-entity-uri":   xslt,
	"element-available":     xslt,
	"if":                    xpath2 + "write (a and b) or (not(a) and c)",
	"encode-for-uri":        xpath2 + "do it in the action",
	"codepoints-to-string":  xpath2 + "write the string",
	"normalize-unicode":     xpath2 + "do it in the action",
	"subsequence":           xpath2 + "write x[position() >= a and position() < b]",
	"reverse":               xpath2 + "write x[last() - position() + 1]",
	"one-or-more":           xpath2 + "write count(x) >= 1",
	"zero-or-one":           xpath2 + "write count(x) <= 1",
	"exactly-one":           xpath2 + "write count(x) = 1",
	"resolve-uri":           xpath2 + "do it in the action",
	"unordered":             xpath2 + "write the path alone",
	"local-name-from-QName": xpath2 + "write local-name()",
}

// lookup finds a function by its name.
func lookup(name string) *function {
	for i := range library {
		if library[i].name == name {
			return &library[i]
		}
	}
	return nil
}

// nearest returns the known name with the fewest edits from name, "" if all
// are too far to be what was meant: any letter is one edit from any other, but none from
// itself in another case.
func nearest(name string, known []string) string {
	best, distance := "", max(1, len(name)/3)
	for _, k := range known {
		if d := edits(strings.ToLower(name), strings.ToLower(k)); d <= distance && d < len(name) && (best == "" || d < distance) {
			best, distance = k, d
		}
	}
	return best
}

// edits is the Levenshtein distance, with names cut at 64 bytes.
func edits(a, b string) int {
	a, b = a[:min(len(a), 64)], b[:min(len(b), 64)]
	var row [65]int
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
