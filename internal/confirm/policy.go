package confirm

import (
	"time"

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

// age is how long the stanza of a record is worth sending.
func (o *Options) age(r *record) time.Duration {
	if r.wanted && r.iq || !r.wanted && !r.asked { // who asks has a limit of his own
		return o.AnswerAge
	}
	return max(o.AnswerAge, o.Age)
}

func wantsOriginID(o *stanza.Out) bool {
	return o.Kind == stanza.Message && Wanted(o) && o.OriginID() == ""
}
