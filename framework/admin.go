package framework

import (
	"fmt"
	"net"
	"strconv"
)

// Admin is where operators look into a running application. The plugin of package
// admin serves it.
type Admin struct {
	// Listen is the address: a host, which is this machine unless Public is set, and
	// a port, as in 127.0.0.1:9090; with the port 0 the system chooses one. Default:
	// none.
	Listen string
	// Public lets Listen be an address that other machines reach: whoever does can
	// read what the application does, and slow it down (pprof).
	Public bool
}

func adminAddress(s string) (string, error) {
	_, port, err := net.SplitHostPort(s)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return "", fmt.Errorf("%.80q is no host:port, such as 127.0.0.1:9090", s)
	}
	return s, nil
}

// admin is for an address that says more than the network should know.
func (ch *checker) admin() {
	switch a := ch.c.Admin; {
	case a.Listen == "" && a.Public:
		ch.problem("admin.public", "given without admin.listen, which it goes with: set that, or remove this")
	case a.Listen != "" && !a.Public && !isLoopback(a.Listen):
		ch.problem("admin.listen", "%s can be reached from other machines, and tells all who ask what the application does: "+
			"listen at 127.0.0.1, or set admin.public to on if only those reach it who may", a.Listen)
	}
}

// checkAdmin refuses an address that nothing would serve.
func (a *App) checkAdmin() error {
	if a.conf.Admin.Listen == "" || len(pluginsAs[interface{ AdminAddr() string }](a)) > 0 {
		return nil
	}
	return &startError{fmt.Errorf("framework: admin.listen is %s, and this program has nothing that serves it: app.Use(admin.New(app)) of package admin does", a.conf.Admin.Listen)}
}
