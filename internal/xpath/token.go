package xpath

// A tokenKind is a kind of ExprToken (section 3.7), with names already told
// apart by the rules there.
type tokenKind uint8

const (
	tokenEnd       tokenKind = iota
	tokenName                // a name test: a, p:a, p:*, *
	tokenFunction            // a name before (
	tokenNodeType            // node, text, comment, processing-instruction before (
	tokenAxis                // a name before ::
	tokenVariable            // $name
	tokenLiteral             // 'x' or "x"
	tokenNumber              // 12, 1.5, .5
	tokenHole                // {name} or {name:regexp}
	tokenOpen                // (
	tokenClose               // )
	tokenBracket             // [
	tokenUnbracket           // ]
	tokenDot                 // .
	tokenDotDot              // ..
	tokenAt                  // @
	tokenComma               // ,
	tokenColons              // ::

	// Operators; from here on section 3.7's rule reads what follows as an operand.
	tokenSlash
	tokenSlashes
	tokenUnion
	tokenOr
	tokenAnd
	tokenEqual
	tokenNotEqual
	tokenLess
	tokenLessEqual
	tokenGreater
	tokenGreaterEqual
	tokenPlus
	tokenMinus
	tokenMultiply
	tokenDiv
	tokenMod
)

// A token is one word of an expression.
type token struct {
	kind   tokenKind
	off    int    // of its first byte
	end    int    // behind its last byte
	text   string // local name, literal without quotes, digits, hole without braces
	prefix string // of a name
}

// startsOperand reports whether what follows t must be an operand: the
// condition of the disambiguating rules of section 3.7.
func (t token) startsOperand() bool {
	switch t.kind {
	case tokenAt, tokenColons, tokenOpen, tokenBracket, tokenComma:
		return true
	}
	return t.kind >= tokenSlash
}

// binary gives the binary operators their precedence, lowest first, and what
// they do. Union binds tighter than the unary minus and is parsed apart.
var binary = map[tokenKind]struct {
	precedence int
	op         operator
}{
	tokenOr:           {1, 0},
	tokenAnd:          {2, 0},
	tokenEqual:        {3, opEqual},
	tokenNotEqual:     {3, opNotEqual},
	tokenLess:         {4, opLess},
	tokenLessEqual:    {4, opLessEqual},
	tokenGreater:      {4, opGreater},
	tokenGreaterEqual: {4, opGreaterEqual},
	tokenPlus:         {5, opAdd},
	tokenMinus:        {5, opSubtract},
	tokenMultiply:     {6, opMultiply},
	tokenDiv:          {6, opDivide},
	tokenMod:          {6, opModulo},
}

var operatorNames = map[string]tokenKind{
	"or": tokenOr, "and": tokenAnd, "div": tokenDiv, "mod": tokenMod,
}

var nodeTypes = map[string]bool{
	"node": true, "text": true, "comment": true, "processing-instruction": true,
}

// signs are the operators and brackets, the longer before their beginnings.
var signs = []struct {
	text string
	kind tokenKind
}{
	{"::", tokenColons}, {"//", tokenSlashes}, {"!=", tokenNotEqual},
	{"<=", tokenLessEqual}, {">=", tokenGreaterEqual}, {"..", tokenDotDot},
	{"(", tokenOpen}, {")", tokenClose}, {"[", tokenBracket}, {"]", tokenUnbracket},
	{"@", tokenAt}, {",", tokenComma}, {"/", tokenSlash}, {"|", tokenUnion},
	{"=", tokenEqual}, {"<", tokenLess}, {">", tokenGreater},
	{"+", tokenPlus}, {"-", tokenMinus}, {".", tokenDot},
}

// foreign are signs of other languages, with what XPath has for them.
var foreign = []struct{ text, cure string }{
	{"==", "write = for equality"},
	{"&&", "write and"},
	{"||", "write or for a choice, | for a union, concat() for strings"},
	{"!", "write not(...), or != for inequality"},
	{"&", "write and"},
	{"=~", "compare with a hole, as in body={name:regexp}, or write contains() or starts-with()"},
	{":=", "XPath 1.0 has no let"},
}
