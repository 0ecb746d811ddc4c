package stream

import "slices"

// NSErrors is the namespace of the defined stream error conditions and their
// text (RFC 6120 section 4.9.2).
const NSErrors = "urn:ietf:params:xml:ns:xmpp-streams"

// Condition is a defined condition of stream errors (RFC 6120 section 4.9.3):
// the local name of its element. As an error it is what errors.Is finds in an
// [Error]:
//
//	if errors.Is(err, stream.Conflict) { … }
type Condition string

// The 25 defined conditions.
const (
	BadFormat              Condition = "bad-format"               // XML that cannot be processed
	BadNamespacePrefix     Condition = "bad-namespace-prefix"     // a prefix that is not supported
	Conflict               Condition = "conflict"                 // another stream took, or has, the name
	ConnectionTimeout      Condition = "connection-timeout"       // the peer seems to be gone
	HostGone               Condition = "host-gone"                // the name is no longer served
	HostUnknown            Condition = "host-unknown"             // the name is not served
	ImproperAddressing     Condition = "improper-addressing"      // a stanza without, or a header with a bad, address
	InternalServerError    Condition = "internal-server-error"    // misconfigured or broken
	InvalidFrom            Condition = "invalid-from"             // a from that is not the sender's to use
	InvalidNamespace       Condition = "invalid-namespace"        // a stream or content namespace that is not supported
	InvalidXML             Condition = "invalid-xml"              // XML that a validating peer refuses
	NotAuthorized          Condition = "not-authorized"           // not, or wrongly, authenticated
	NotWellFormed          Condition = "not-well-formed"          // not well-formed XML
	PolicyViolation        Condition = "policy-violation"         // against a local policy, as a size limit
	RemoteConnectionFailed Condition = "remote-connection-failed" // a needed third party is not reached
	Reset                  Condition = "reset"                    // to be negotiated anew
	ResourceConstraint     Condition = "resource-constraint"      // too few resources
	RestrictedXML          Condition = "restricted-xml"           // comments, DTDs and the like
	SeeOtherHost           Condition = "see-other-host"           // to be tried elsewhere; see Error.Host
	SystemShutdown         Condition = "system-shutdown"          // the server goes down
	UndefinedCondition     Condition = "undefined-condition"      // none of these
	UnsupportedEncoding    Condition = "unsupported-encoding"     // not UTF-8
	UnsupportedFeature     Condition = "unsupported-feature"      // a mandatory feature is missing
	UnsupportedStanzaType  Condition = "unsupported-stanza-type"  // an element that does not belong there
	UnsupportedVersion     Condition = "unsupported-version"      // a version of XMPP that is not supported
)

var conditions = []Condition{
	BadFormat, BadNamespacePrefix, Conflict, ConnectionTimeout, HostGone, HostUnknown, ImproperAddressing,
	InternalServerError, InvalidFrom, InvalidNamespace, InvalidXML, NotAuthorized, NotWellFormed, PolicyViolation,
	RemoteConnectionFailed, Reset, ResourceConstraint, RestrictedXML, SeeOtherHost, SystemShutdown, UndefinedCondition,
	UnsupportedEncoding, UnsupportedFeature, UnsupportedStanzaType, UnsupportedVersion,
}

// Conditions returns all defined conditions, in alphabetical order.
func Conditions() []Condition { return slices.Clone(conditions) }

// Error makes a Condition an error.
func (c Condition) Error() string { return "stream: " + string(c) }
