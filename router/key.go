package router

// Key says in words by what the table finds the route before anything of it is
// tried: "payload {urn:x}tweet", "@from = 'a@b'", "starts-with(body, '!')". A
// route that is tried on every stanza of its kind has the key "scan".
func (e *Entry) Key() string { return "scan" }
