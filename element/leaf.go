package element

// Leaf writes an element that holds nothing but text, perhaps none: what Tag, Text and
// End write together, in two thirds of the time.
//
//	var body = element.NewTag(element.NSClient, "body")
//
//	w.Leaf(body, "Art thou not Romeo?") // <body>Art thou not Romeo?</body>
func (w *Writer) Leaf(t *Tag, text string, values ...string) {
	if w.err != nil {
		return
	}
	mark, in := len(w.buf), w.in
	if w.leaf(t, text, values) {
		return
	}
	// Something is wrong, or unusual: the long way says what.
	w.buf, w.in, w.err = w.buf[:mark], in, nil
	w.Tag(t, values...)
	w.Text(text)
	w.End()
}

// leaf is Leaf inside another element. It reports whether all is good; if not, nobody
// knows what it has written.
func (w *Writer) leaf(t *Tag, text string, values []string) bool {
	depth := len(w.open)
	if depth == 0 || t.space == NSXML || beyond(depth+1, w.Limits.Depth) || beyond(w.elements+1, w.Limits.Elements) {
		return false
	}
	b := w.buf
	if w.in {
		b = append(b, '>')
	}
	begin := t.declared
	if w.open[depth-1].space == t.space {
		begin = t.begin
	}
	w.buf = append(b, begin...)
	if len(values) > 0 {
		w.gen, w.attrs = 0, 0
		if w.values(t, values); w.err != nil {
			return false
		}
	}
	if text == "" {
		w.buf = append(w.buf, "/>"...)
	} else {
		b = append(w.buf, '>')
		if n := plainIn(b, text, each*'&'); n == len(text) {
			b = b[:len(b)+n]
		} else {
			b = w.escape(b, text, stopsEscape)
		}
		w.buf = append(b, t.end...)
	}
	if w.err != nil || beyond(len(w.buf)-w.first, w.Limits.Bytes) {
		return false
	}
	w.elements++
	w.in = false
	return true
}
