package jid

// AppendText appends the prepared address; nothing for the zero JID. It
// implements [encoding.TextAppender].
func (j JID) AppendText(b []byte) ([]byte, error) { return append(b, j.text...), nil }

// MarshalText returns the prepared address, empty for the zero JID, so that a
// JID can be a field in JSON, an attribute in encoding/xml or a flag
// (flag.TextVar). It implements [encoding.TextMarshaler].
func (j JID) MarshalText() ([]byte, error) { return []byte(j.text), nil }

// UnmarshalText reads an address as [Parse] does; an empty text is the zero JID.
// For what peers wrote use a field of type [Address], which is lenient. It
// implements [encoding.TextUnmarshaler].
func (j *JID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*j = JID{}
		return nil
	}
	read, err := Parse(string(text))
	if err != nil {
		return err
	}
	*j = read
	return nil
}

// AppendText appends what [Address.String] returns. It implements
// [encoding.TextAppender].
func (a Address) AppendText(b []byte) ([]byte, error) { return append(b, a.String()...), nil }

// MarshalText returns what [Address.String] returns. It implements
// [encoding.TextMarshaler].
func (a Address) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads an address as [Received] does; an empty text is the zero
// Address. It implements [encoding.TextUnmarshaler].
func (a *Address) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*a = Address{}
		return nil
	}
	read, err := Received(string(text))
	if err != nil {
		return err
	}
	*a = read
	return nil
}
