package prompt

import "golang.org/x/term"

func NewHistory() term.History { return new(history) }
