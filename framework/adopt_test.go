package framework_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A feature is a plugin with routes.
type feature struct {
	plugin
	diary
}

func newFeature() *feature {
	f := &feature{}
	f.start = func(context.Context, component.Host) error { f.note("start"); return nil }
	f.stop = func(context.Context, component.Host) error { f.note("stop"); return nil }
	f.linkUp = func(context.Context, component.Sender) error { f.note("up"); return nil }
	f.linkDown = func() { f.note("down") }
	return f
}

func (f *feature) Routes(r *router.Router) {
	r.Namespace("x", "urn:example:x")
	r.Get("x:x").To(func(context.Context, *component.Request) (component.Response, error) { return nil, nil })
}

func (f *feature) CatalogChanged(context.Context, component.Catalog) error {
	f.note("changed")
	return nil
}

// TestMounted: what is mounted is a plugin too, once, wherever it is mounted and
// whether it is given to Use as well.
func TestMounted(t *testing.T) {
	for _, use := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			f := newFeature()
			mount := func(r *router.Router) {
				r.At("a@", func(r *router.Router) { r.Mount(f) })
				r.At("b@", func(r *router.Router) { r.Mount(f) })
			}
			sc := newScript(t)
			s := sc.play(func(a *framework.App) {
				a.Routes = mount
				if use {
					a.Use(f)
				}
			})
			p := sc.accept()
			<-s.Ready()
			if err := s.Replace(mount); err != nil {
				t.Fatal(err)
			}
			err := s.Replace(func(r *router.Router) { r.At("c@", func(r *router.Router) { r.Mount(newFeature()) }) })
			if err == nil || !strings.Contains(err.Error(), "Replace mounts a *framework_test.feature, which is to be told of the start") {
				t.Errorf("another one mounted later: %v", err)
			}
			synctest.Wait()
			s.stop()
			p.wantClose(true)
			if err := s.end(); err != nil {
				t.Error(err)
			}
			if got := f.String(); got != "start up changed down stop" {
				t.Errorf("use %t: %s", use, got)
			}
		})
	}
}

// A steppingFeature has steps of the start, which are over when routes are compiled.
type steppingFeature struct{ *feature }

func (steppingFeature) Steps() []boot.Step { return nil }

// A surroundingFeature has middleware for all actions, which are written by then.
type surroundingFeature struct{ *feature }

func (surroundingFeature) Middleware() component.Middleware { return component.Chain() }

// TestMountedTooLate: what would have to be there before the routes is refused.
func TestMountedTooLate(t *testing.T) {
	for _, m := range []router.Mounter{steppingFeature{newFeature()}, surroundingFeature{newFeature()}} {
		synctest.Test(t, func(t *testing.T) {
			s := newScript(t).play(func(a *framework.App) {
				a.Routes = func(r *router.Router) { r.Mount(m) }
			})
			err := s.ended()
			if exitCode(err) != 70 || !strings.Contains(err.Error(), "so give it to App.Use") {
				t.Errorf("%T: %v", m, err)
			}
		})
	}
}

// An announcingFeature has a word for all presence.
type announcingFeature struct{}

func (announcingFeature) Routes(*router.Router) {}
func (announcingFeature) Announce(component.Sender, stanza.Out) []element.Part {
	return []element.Part{element.New("urn:example:word", "word")}
}

// TestMountedAnnouncer: what is mounted has its say in presence, too.
func TestMountedAnnouncer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		s := sc.play(func(a *framework.App) {
			a.Routes = func(r *router.Router) { r.Mount(announcingFeature{}) }
		})
		p := sc.accept()
		if err := s.Send(t.Context(), stanza.NewPresence(stanza.TypeAvailable, alice)); err != nil {
			t.Fatal(err)
		}
		if n := p.want("presence"); n.Child("urn:example:word", "word").IsZero() {
			t.Errorf("sent %v", n)
		}
		s.stop()
		p.wantPresence("unavailable", domain, "alice@localhost/desk")
		p.wantClose(true)
		if err := s.end(); err != nil {
			t.Error(err)
		}
	})
}

// A teller says something in presence.
type teller struct{}

func (teller) Announce(component.Sender, stanza.Out) []element.Part {
	return []element.Part{element.New("urn:example:said", "said")}
}

// failing is a plugin that panics when asked for what to say.
type failing struct{}

func (failing) Announce(component.Sender, stanza.Out) []element.Part { panic("nothing to say") }

// TestAnnouncePanics: a plugin that fails when presence goes out holds up neither that
// nor those who replace routes.
func TestAnnouncePanics(t *testing.T) {
	script, app := managed(t)
	app.Use(failing{}, teller{})
	s := runApp(t, app)
	c := script.accept()
	c.enabled()
	for range 3 {
		if n := c.stanza(); n.Local() != "presence" || n.Child("urn:example:said", "said").IsZero() {
			t.Fatalf("it said %s", n)
		}
		<-s.Ready()
		if err := s.Replace(app.Routes); err != nil { // says it again
			t.Fatal(err)
		}
	}
	s.log.await(t, "a plugin failed when asked for what to say in presence")
}

// A tardy plugin takes its time when it is told of new routes.
type tardy struct {
	begun, free chan struct{}
	told        []component.Catalog
}

func (s *tardy) CatalogChanged(_ context.Context, now component.Catalog) error {
	if s.told = append(s.told, now); len(s.told) == 1 {
		close(s.begun)
		<-s.free
	}
	return nil
}

// TestNews: what a slow plugin is still to be told of new routes is bounded, and the last
// is among it.
func TestNews(t *testing.T) {
	script, app := managed(t)
	plugin := &tardy{begun: make(chan struct{}), free: make(chan struct{})}
	app.Use(plugin)
	s := runApp(t, app)
	script.accept().enabled()
	<-s.Ready()
	done := make(chan error)
	go func() { done <- s.Replace(app.Routes) }()
	<-plugin.begun
	for range 500 {
		if err := s.Replace(app.Routes); err != nil {
			t.Fatal(err)
		}
	}
	close(plugin.free)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := len(plugin.told); n != 65 || plugin.told[64] != s.Catalog() {
		t.Errorf("it was told %d times", n)
	}
}
