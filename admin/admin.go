// Package admin is the address where operators look into a running application:
// metrics for Prometheus, health for service managers, profiles.
//
// In:  the books of the application and its links, and each action's time.
// Out: HTTP at the address that admin.listen (EMP_ADMIN_LISTEN, --admin-listen) says;
// without one nothing listens.
//
//	app.Use(admin.New(app))
//
// An application that does not use it has none of it in its binary.
//
//   - /metrics: for Prometheus; docs/metrics.md has all of them
//   - /healthz: 200 while the process answers: what a liveness probe asks
//   - /readyz: 200 while [framework.App.Healthy] says nothing, else 503 and what it
//     says: what a readiness probe asks. It is red until the handshake and the test
//     ping of each link, while a link is down, and from the beginning of a stop
//   - /debug/pprof/: profiles, as of net/http/pprof
//
// All of it is for who runs the application. So the address is one of this machine,
// unless admin.public is on; and there, only requests are answered that name this
// machine or an IP address as their host, for a web page in the operator's browser can
// reach this machine by a name of its own (DNS rebinding).
package admin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
)

// A Server is the plugin. Make it with New.
type Server struct {
	app      *framework.App
	registry *prometheus.Registry
	actions  *actions
	addr     atomic.Pointer[string] // where it listens; nil: it does not
	http     *http.Server           // nil: likewise
	ended    chan error
}

var (
	_ component.Starter             = (*Server)(nil)
	_ component.Stopper             = (*Server)(nil)
	_ framework.TransientSurrounder = (*Server)(nil)
)

// New returns the plugin of an application.
func New(app *framework.App) *Server {
	s := &Server{app: app, registry: prometheus.NewRegistry()}
	s.actions = newActions(s.registry)
	register(s.registry, app)
	return s
}

// Registry is where an application registers metrics of its own, to be served with
// the others.
func (s *Server) Registry() *prometheus.Registry { return s.registry }

// AdminAddr returns where it listens, as host:port; "" if it does not.
func (s *Server) AdminAddr() string {
	if addr := s.addr.Load(); addr != nil {
		return *addr
	}
	return ""
}

// Start listens, before the application has its links. The error is that the address
// cannot be had.
func (s *Server) Start(context.Context, component.Host) error {
	conf := s.app.Config.Admin
	if conf.Listen == "" {
		return nil
	}
	listener, err := net.Listen("tcp", conf.Listen)
	if err != nil {
		return fmt.Errorf("admin: %w", err)
	}
	addr := listener.Addr().String()
	s.addr.Store(&addr)
	s.http = &http.Server{Handler: s.handler(!conf.Public), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 1 << 16}
	s.ended = make(chan error, 1)
	go func() { s.ended <- s.http.Serve(listener) }()
	return nil
}

// Stop ends it, once the links are closed. Requests that run have until ctx ends, but
// no longer than a second: a profile may take any time.
func (s *Server) Stop(ctx context.Context) error {
	if s.http == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		s.http.Close()
	}
	if err := <-s.ended; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("admin: %w", err)
	}
	return nil
}

// handler serves all that there is, with local to this machine's own requests.
func (s *Server) handler(local bool) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{Registry: s.registry}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("POST /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	if !local {
		return mux
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isOwnHost(r.Host) {
			http.Error(w, "admin: this is for requests to localhost or an IP address, not to "+fmt.Sprintf("%.80q", r.Host), http.StatusMisdirectedRequest)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	if err := s.app.Healthy(); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

// isOwnHost reports whether the host that a request names is one that no DNS server
// had a say in.
func isOwnHost(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil || strings.EqualFold(host, "localhost")
}
