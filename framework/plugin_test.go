package framework_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

// A plugin does what its functions say.
type plugin struct {
	start    func(ctx context.Context, host component.Host) error
	stop     func(ctx context.Context, host component.Host) error
	linkUp   func(ctx context.Context, link component.Sender) error
	linkDown func()

	host component.Host
}

func (p *plugin) Start(ctx context.Context, host component.Host) error {
	p.host = host
	if p.start == nil {
		return nil
	}
	return p.start(ctx, host)
}

func (p *plugin) Stop(ctx context.Context) error {
	if p.stop == nil {
		return nil
	}
	return p.stop(ctx, p.host)
}

func (p *plugin) LinkUp(ctx context.Context, link component.Sender) error {
	if p.linkUp == nil {
		return nil
	}
	return p.linkUp(ctx, link)
}

func (p *plugin) LinkDown() {
	if p.linkDown != nil {
		p.linkDown()
	}
}

// exitCode is what a program exits with for err.
func exitCode(err error) int {
	var coded interface{ ExitCode() int }
	if errors.As(err, &coded) {
		return coded.ExitCode()
	}
	return 1
}

// A diary notes what happens, in order.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) note(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.lines, " ")
}

// plugin returns one that notes all that happens to it.
func (d *diary) plugin(name string) *plugin {
	return &plugin{
		start:    func(context.Context, component.Host) error { d.note("start-" + name); return nil },
		stop:     func(context.Context, component.Host) error { d.note("stop-" + name); return nil },
		linkUp:   func(context.Context, component.Sender) error { d.note("up-" + name); return nil },
		linkDown: func() { d.note("down-" + name) },
	}
}

// extra is a plugin with routes and steps.
type extra struct{ *diary }

func (e extra) Routes(r *router.Router) {
	r.Message("[subject]").To(func(_ context.Context, req *component.Request) (component.Response, error) {
		return req.Reply("extra"), nil
	})
}

func (e extra) Steps() []boot.Step {
	step := func(name string) boot.Step {
		return boot.Step{
			Name: name,
			Run:  func(context.Context) error { e.note(name); return nil },
			Undo: func(context.Context) error { e.note("undo-" + name); return nil },
		}
	}
	return []boot.Step{step("one"), step("two")}
}

func TestPlugins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc, d := newScript(t), &diary{}
		s := sc.play(func(a *framework.App) { a.Use(d.plugin("a"), extra{d}, d.plugin("b")) })
		p := sc.accept()
		<-s.Ready()
		p.say("<message" + fromAlice + "><subject>x</subject><body>y</body></message><message" + fromAlice + "><subject>x</subject></message>")
		for _, want := range []string{"Hackity Hack!", "extra"} { // its routes stand behind
			if m := p.want("message"); !strings.Contains(m.String(), want) {
				t.Errorf("answered with %v, want %q", m, want)
			}
		}
		p.cut()
		p = sc.accept()
		p.want("message") // neither was confirmed yet
		p.want("message")
		synctest.Wait()
		s.stop()
		p.wantClose(true)
		if err := s.end(); err != nil {
			t.Error(err)
		}
		const want = "start-a start-b one two up-a up-b down-a down-b up-a up-b down-a down-b undo-two undo-one stop-b stop-a"
		if d.String() != want {
			t.Errorf("got  %s\nwant %s", d, want)
		}
	})
}

// TestPluginFails: what was begun is ended, last first; nothing else is.
func TestPluginFails(t *testing.T) {
	for name, fail := range map[string]func() error{
		"error": func() error { return errors.New("no database") },
		"panic": func() error { panic("no database") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc, d := newScript(t), &diary{}
				s := sc.play(func(a *framework.App) {
					b := d.plugin("c")
					b.start = func(context.Context, component.Host) error { return fail() }
					first := d.plugin("b")
					first.stop = func(context.Context, component.Host) error { d.note("stop-b"); panic("b") }
					a.Use(d.plugin("a"), first, b, d.plugin("d"))
				})
				err := s.ended()
				if err == nil || !strings.Contains(err.Error(), "no database") {
					t.Errorf("ended with %v", err)
				}
				if d.String() != "start-a start-b stop-b stop-a" || len(sc.attempts()) > 0 {
					t.Errorf("%s, %d attempts", d, len(sc.attempts()))
				}
			})
		})
	}
}

// TestLinkWatcherFails: a plugin that fails costs a line in the log, not the
// link.
func TestLinkWatcherFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc, d := newScript(t), &diary{}
		bad := &plugin{
			linkUp:   func(context.Context, component.Sender) error { panic("up") },
			linkDown: func() { panic("down") },
		}
		worse := &plugin{linkUp: func(context.Context, component.Sender) error { return errors.New("worse") }}
		s := sc.play(func(a *framework.App) { a.Use(bad, worse, d.plugin("a")) })
		p := sc.accept()
		<-s.Ready()
		time.Sleep(time.Minute)
		s.stop()
		p.wantClose(true)
		if err := s.end(); err != nil {
			t.Error(err)
		}
		if lines, _ := s.log.all("a plugin failed"); len(lines) != 3 || len(sc.attempts()) != 1 || d.String() != "start-a up-a down-a stop-a" {
			t.Errorf("%s, %d attempts, log %q", d, len(sc.attempts()), lines)
		}
		if !strings.Contains(s.log.raw.String(), "plugin_test.go") {
			t.Error("the log does not show where it panicked")
		}
	})
}

// TestService: what ends is begun again.
func TestService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc, d := newScript(t), &diary{}
		times := 0
		service := boot.Service{Name: "clock", Run: func(ctx context.Context) error {
			d.note("run")
			if times++; times < 3 {
				panic("again")
			}
			<-ctx.Done()
			d.note("end")
			return ctx.Err()
		}}
		pointer := service
		pointer.Run = func(ctx context.Context) error { d.note("other"); <-ctx.Done(); return nil }
		s := sc.play(func(a *framework.App) { a.Use(service, &pointer) })
		p := sc.accept()
		<-s.Ready()
		time.Sleep(time.Hour)
		s.stop()
		p.wantClose(true)
		if err := s.end(); err != nil {
			t.Error(err)
		}
		lines, _ := s.log.all("service clock ended")
		if got := strings.Replace(d.String(), "other ", "", 1); got != "run run run end" || len(lines) != 2 || !strings.Contains(lines[0], "next: starting it again in") {
			t.Errorf("%s, log %q", d, lines)
		}
	})
}

// TestMistakes: what only a change of the program mends ends with 70, before
// the server hears of it more than once.
func TestMistakes(t *testing.T) {
	for name, change := range map[string]func(a *framework.App){
		"route":    func(a *framework.App) { a.Routes = func(r *router.Router) { r.Message("[[") } },
		"panic":    func(a *framework.App) { a.Routes = func(r *router.Router) { panic("oh") } },
		"plugin":   func(a *framework.App) { a.Use(struct{}{}) },
		"service":  func(a *framework.App) { a.Use(boot.Service{Name: "x"}) },
		"boot":     func(a *framework.App) { a.Boot = func(s *boot.Sequence) { s.Remove("lnks") } },
		"bootlink": func(a *framework.App) { a.BootLink = func(s *boot.Sequence) { s.Remove("self test") } },
		"removed":  func(a *framework.App) { a.Boot = func(s *boot.Sequence) { s.Remove("dispatch") } },
		"steps":    func(a *framework.App) { a.Use(extra{&diary{}}, extra{&diary{}}) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc := newScript(t)
				s := sc.play(change)
				err := s.ended()
				if exitCode(err) != 70 || len(sc.attempts()) > 0 {
					t.Errorf("ended with %v, %d attempts", err, len(sc.attempts()))
				}
				s.orderly()
			})
		})
	}
}

// TestBootHooks: both lists can be changed; steps around and without those of
// the framework.
func TestBootHooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc, d := newScript(t), &diary{}
		sc.deaf = true
		step := func(name string) boot.Step {
			return boot.Step{
				Name: name,
				Run:  func(context.Context) error { d.note(name); return nil },
				Undo: func(context.Context) error { d.note("undo-" + name); return nil },
			}
		}
		s := sc.play(func(a *framework.App) {
			a.Config.SelfTest = framework.On
			a.Boot = func(list *boot.Sequence) {
				list.After("ready", step("metrics"))
				list.Replace("log", step("log"))
			}
			a.BootLink = func(list *boot.Sequence) {
				list.Replace("self-test", boot.Step{})
				list.After("authenticate", step("link"))
			}
		})
		p := sc.accept()
		<-s.Ready()
		synctest.Wait()
		p.cut()
		sc.accept()
		synctest.Wait()
		s.stop()
		s.StopNow()
		if err := s.end(); err != nil {
			t.Error(err)
		}
		if got := d.String(); got != "log link metrics undo-link link undo-metrics undo-link undo-log" {
			t.Errorf("got %s", got)
		}
	})
}
