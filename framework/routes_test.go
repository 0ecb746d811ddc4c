package framework_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
)

const spaceOfTable = "urn:example:table"

// numbered writes the routes of the n-th table: its actions answer with n, and
// only if route, middleware and action are of one table.
func numbered(n int) func(r *router.Router) {
	name := "table-" + strconv.Itoa(n)
	return func(r *router.Router) {
		r.Namespace("t", spaceOfTable)
		var within string
		r.Use(func(next component.Action) component.Action {
			return func(ctx context.Context, req *component.Request) (component.Response, error) {
				if within != name {
					return nil, errors.New("middleware of another table")
				}
				return next(ctx, req)
			}
		})
		within = name
		r.Get("t:q[@n={n}]").To(func(_ context.Context, req *component.Request) (component.Response, error) {
			if req.Route != name {
				return nil, fmt.Errorf("%s runs the action of %s", req.Route, name)
			}
			return req.Result(element.New(spaceOfTable, "a").Attr("table", strconv.Itoa(n)).Attr("n", req.Arg("n"))), nil
		}).Name(name)
	}
}

// A watcher notes the names of the first routes of the catalogs it is told of,
// and has a route of its own.
type watcher struct {
	host  component.Host
	told  []string
	again func(n int) // after it was told the n-th time
	err   error
}

func (w *watcher) Start(_ context.Context, host component.Host) error { w.host = host; return nil }

func (w *watcher) Routes(r *router.Router) {
	r.Namespace("p", "urn:xmpp:ping")
	r.Get("p:ping").To(func(_ context.Context, req *component.Request) (component.Response, error) { return nil, nil }).Name("ping")
}

func (w *watcher) CatalogChanged(ctx context.Context, now component.Catalog) error {
	if _, ok := ctx.Deadline(); !ok {
		return errors.New("nothing bounds the watcher")
	}
	w.told = append(w.told, now.Routes()[0].Name)
	if w.again != nil {
		w.again(len(w.told))
	}
	return w.err
}

type offers struct{}

func (offers) Offers() component.Offer {
	return component.Offer{Features: []string{"urn:example:offer"}}
}

func asked(s *subject) string {
	return strings.Join(s.Catalog().Offer(jid.MustParse(domain), jid.MustParse("a@b")).Features, " ")
}

func TestReplace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc, w := newScript(t), &watcher{}
		s := sc.play(func(a *framework.App) {
			if err := a.Replace(numbered(0)); err == nil || a.Catalog() != nil {
				t.Errorf("before the start: %v", err)
			}
			a.Routes = numbered(1)
			a.Use(w, offers{})
		})
		p := sc.accept()
		<-s.Ready()
		ask := func(payload string) element.Node {
			t.Helper()
			p.say("<iq type='get' id='x'" + fromAlice + ">" + payload + "</iq>")
			return p.want("iq")
		}
		question := "<q xmlns='" + spaceOfTable + "' n='5'/>"
		expect := func(table string) {
			t.Helper()
			if got := ask(question); got.Attr("type") != "result" || got.FirstElement().Attr("table") != table {
				t.Errorf("answered with %v, want table %s", got, table)
			}
			if got := ask("<ping xmlns='urn:xmpp:ping'/>"); got.Attr("type") != "result" {
				t.Errorf("the plugin's route answers %v", got)
			}
			if got := asked(s); got != "urn:example:offer "+spaceOfTable+" urn:xmpp:ping" {
				t.Errorf("features %s", got)
			}
			if got := w.host.Catalog().Routes()[0].Name; got != "table-"+table {
				t.Errorf("the catalog has %s", got)
			}
		}
		expect("1")
		all := []func(*router.Router){numbered(2), nil}
		if err := s.Replace(all[:1]...); err != nil || all[1] != nil {
			t.Fatalf("%v; the caller's slice was written to: %t", err, all[1] != nil)
		}
		expect("2")

		var bad *router.Error
		err := s.Replace(numbered(3), func(r *router.Router) { r.Get("t:[").To(nil) })
		if !errors.As(err, &bad) || !strings.Contains(bad.File, "routes_test.go") {
			t.Errorf("mistakes: %v", err)
		}
		expect("2")

		// One watcher that fails, or replaces the routes itself, is nobody's harm.
		w.err = errors.New("no")
		w.again = func(n int) {
			if n == 2 {
				if err := s.Replace(numbered(5)); err != nil {
					t.Error(err)
				}
			}
		}
		if err := s.Replace(numbered(4)); err != nil {
			t.Fatal(err)
		}
		expect("5")
		if got := strings.Join(w.told, " "); got != "table-2 table-4 table-5" {
			t.Errorf("told of %s", got)
		}
		if lines, _ := s.log.all("a plugin failed when the routes were replaced"); len(lines) != 2 {
			t.Errorf("log %q", lines)
		}

		if err := s.Replace(); err != nil {
			t.Fatal(err)
		}
		if got := ask(question); got.Attr("type") != "error" {
			t.Errorf("without routes: %v", got)
		}
		s.stop()
		p.wantClose(true)
		if err := s.end(); err != nil {
			t.Error(err)
		}
		if err := s.Replace(numbered(6)); err != framework.ErrStopped {
			t.Errorf("after the stop: %v", err)
		}
	})
}

// TestReplaceUnderLoad replaces the routes a thousand times while stanzas come:
// each is answered once, by the table there was when it came or one that came in
// its stead while it was on its way, in order, and never by two halves.
func TestReplaceUnderLoad(t *testing.T) {
	const replacements, users, window = 1000, 4, 8
	sc, w := newScript(t), &watcher{}
	s := sc.play(func(a *framework.App) {
		a.Routes = numbered(0)
		a.Use(w)
	})
	p := sc.accept()
	<-s.Ready()

	var begun, done atomic.Int64
	answered := make(chan struct{}, 1) // has one if something was answered
	var answers [users]chan element.Node
	for i := range answers {
		answers[i] = make(chan element.Node, window)
	}
	over := make(chan struct{})
	go func() { // hands the answers out
		for ev := range p.events {
			n := ev.Node
			if user, err := strconv.Atoi(strings.TrimSuffix(n.Attr("to"), "@users.localhost/x")); err == nil {
				answers[user] <- n
				select {
				case answered <- struct{}{}:
				default:
				}
			}
		}
	}()

	var wg sync.WaitGroup
	var total atomic.Int64
	for user := range users {
		wg.Go(func() {
			least := make(map[string]int64) // by id: the table it may be answered by at the earliest
			last := int64(0)
			send := func(i int) {
				id := strconv.Itoa(i)
				least[id] = done.Load()
				payload := "<q xmlns='" + spaceOfTable + "' n='" + id + "'/>"
				if i%16 == 15 {
					payload = "<ping xmlns='urn:xmpp:ping'/>" // to the plugin, whose route is in every table
				}
				p.say(fmt.Sprintf("<iq type='get' id='%s' from='%d@users.localhost/x' to='%s'>%s</iq>", id, user, domain, payload))
			}
			receive := func() {
				n := <-answers[user]
				id := n.Attr("id")
				from, ok := least[id]
				delete(least, id)
				a := n.FirstElement()
				table, _ := strconv.ParseInt(a.Attr("table"), 10, 64)
				i, _ := strconv.Atoi(id)
				switch {
				case !ok:
					t.Errorf("answered twice: %v", n)
				case n.Attr("type") != "result":
					t.Errorf("not answered by an action: %v", n)
				case i%16 == 15:
				case a.Attr("n") != id, table < from, table > begun.Load(), table < last:
					t.Errorf("%v: sent when table %d was in force, behind an answer of %d; now it is %d", n, from, last, begun.Load())
				default:
					last = table
				}
				total.Add(1)
			}
			next := 0
			for ; next < window; next++ {
				send(next)
			}
			for !isClosed(over) {
				receive()
				send(next)
				next++
			}
			for len(least) > 0 {
				receive()
			}
		})
	}
	for n := range int64(replacements) {
		begun.Store(n + 1)
		if err := s.Replace(numbered(int(n + 1))); err != nil {
			t.Error(err)
			break
		}
		done.Store(n + 1)
		<-answered
	}
	close(over)
	wg.Wait()

	if len(w.told) != replacements {
		t.Errorf("told of %d catalogs", len(w.told))
	}
	for i, name := range w.told {
		if name != fmt.Sprintf("table-%d", i+1) {
			t.Fatalf("told of %s as the %d-th", name, i+1)
		}
	}
	if err := s.Idle(t.Context()); err != nil {
		t.Error(err)
	}
	if st := s.Stats(); !st.Balanced() || int64(st.Handled) != total.Load() || st.Failed+st.Late > 0 || len(st.Refused)+len(st.Dropped) > 0 {
		t.Errorf("%d answers, books %+v", total.Load(), st)
	}
	t.Logf("%d stanzas over %d replacements", total.Load(), replacements)
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
