package element

import "math"

// Limits bound what one stanza may cost. The zero value of each field stands
// for its default. A stanza beyond Bytes, Depth, Attrs, Elements or Name is
// skipped and reported as an EventExcess: its syntax and the balance of its
// tags are still checked, its namespaces and double attributes no more, its
// memory is not kept, and the stream goes on, since any stranger can have such
// a stanza relayed to us. Only beyond HardBytes or HardDepth, which no server
// relays, or in the tags of the stream itself, parsing ends with the stream
// error policy-violation.
type Limits struct {
	Bytes     int // of a stanza, from its "<" to its last ">"; default 1 MiB, at most 1 GiB. RFC 6120 section 13.12 wants at least 10,000
	Depth     int // of elements, the stanza itself being at depth 1; default 256
	Attrs     int // attributes and namespace declarations of one element, and declarations in scope; default 256, at most 65,535
	Elements  int // in a stanza, itself included; default 10,000
	Name      int // bytes of a name, with its prefix, or namespace name; default 1,024, at most 65,534
	HardBytes int // of a skipped stanza; default 64 MiB, at least Bytes
	HardDepth int // of a skipped stanza; default 1,048,576, at least Depth
}

// A Limit names one of the Limits, as it stands in an EventExcess.
type Limit string

// The limits that make a stanza excessive.
const (
	LimitBytes    Limit = "bytes"
	LimitDepth    Limit = "depth"
	LimitAttrs    Limit = "attributes"
	LimitElements Limit = "elements"
	LimitName     Limit = "name"
)

func (l Limits) withDefaults() Limits {
	or := func(v *int, d, top int) {
		if *v <= 0 {
			*v = d
		}
		*v = min(*v, top)
	}
	or(&l.Bytes, 1<<20, 1<<30)
	or(&l.Depth, 256, 1<<20)
	or(&l.Attrs, 256, 0xFFFF)
	or(&l.Elements, 10_000, 1<<26)
	or(&l.Name, 1024, outerSpace-1)
	or(&l.HardBytes, 64<<20, math.MaxInt/2)
	or(&l.HardDepth, 1<<20, 1<<30)
	l.HardBytes, l.HardDepth = max(l.HardBytes, l.Bytes), max(l.HardDepth, l.Depth)
	return l
}
