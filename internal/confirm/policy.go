package confirm

import (
	"time"
	"unsafe"

	"github.com/emp-framework/emp/stanza"
)

// Wanted reports whether a stanza is sent at least once: messages but for errors,
// answers to iqs, and presence about subscriptions, unless Once says otherwise. Other
// presence is a state, which is announced anew on each link; a question has its
// own fate, for who asks learns that no answer came.
func Wanted(o *stanza.Out) bool {
	if o.Once {
		return false
	}
	switch o.Kind {
	case stanza.Message:
		return o.Type != stanza.TypeError
	case stanza.IQ:
		return o.Type == stanza.TypeResult || o.Type == stanza.TypeError
	case stanza.Presence:
		switch o.Type {
		case stanza.TypeSubscribe, stanza.TypeSubscribed, stanza.TypeUnsubscribe, stanza.TypeUnsubscribed:
			return true
		}
	}
	return false
}

// AnyWanted reports whether one of the stanzas is Wanted.
func AnyWanted(outs []stanza.Out) bool {
	for i := range outs {
		if Wanted(&outs[i]) {
			return true
		}
	}
	return false
}

// answers reports whether all that is Wanted of outs are answers to iqs.
func answers(outs []stanza.Out) bool {
	for i := range outs {
		if outs[i].Kind != stanza.IQ && Wanted(&outs[i]) {
			return false
		}
	}
	return true
}

// age is how long stanzas are worth sending: as long as the most patient of them.
func (o *Options) age(outs []stanza.Out) time.Duration {
	if answers(outs) {
		return o.AnswerAge
	}
	return max(o.AnswerAge, o.Age)
}

// sizeOf is how much memory stanzas hold, about. A tree that several share is
// counted for each.
func sizeOf(outs []stanza.Out) int {
	size := int(unsafe.Sizeof(entry{}))
	for i := range outs {
		o := &outs[i]
		size += int(unsafe.Sizeof(*o)) + len(o.ID) + len(o.Subject) + len(o.Body) + len(o.Thread) + len(o.Status)
		for _, n := range o.Payload {
			size += n.Size()
		}
	}
	return size
}
