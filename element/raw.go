package element

// Raw writes whole elements as a Writer with the same Space has written them before.
// They are not looked at again.
func (w *Writer) Raw(words []byte) {
	if w.err == nil {
		w.buf = append(w.buf, words...)
	}
}
