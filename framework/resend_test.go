package framework_test

import (
	"testing"
	"testing/synctest"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/stanza"
)

// TestWithoutResend: who takes the step resend out of the list of a link does not
// have what is to be sent kept for ever.
func TestWithoutResend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		s := sc.play(func(a *framework.App) {
			a.BootLink = func(list *boot.Sequence) { list.Remove("resend") }
		})
		p := sc.accept()
		<-s.Ready()
		p.cut()
		synctest.Wait()
		for _, body := range []string{"first", "second"} {
			if err := s.Send(t.Context(), stanza.NewMessage(alice, body)); err != nil {
				t.Fatal(err)
			}
		}
		p = sc.accept()
		for _, want := range []string{"first", "second"} {
			if got := p.want("message").Child(element.NSClient, "body").Text(); got != want {
				t.Errorf("the server got %q, want %q", got, want)
			}
		}
	})
}
