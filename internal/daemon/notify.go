package daemon

import (
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// A Notifier tells the service manager how the program is, by the protocol of
// systemd's sd_notify(3): lines of NAME=value in a datagram to the socket that the
// variable NOTIFY_SOCKET names. The zero Notifier tells nobody.
type Notifier struct{ socket string }

// NewNotifier returns the Notifier for the manager that has started the program, if
// one has.
func NewNotifier() Notifier { return Notifier{os.Getenv("NOTIFY_SOCKET")} }

// Ready tells that the program is ready, or again so after Reloading.
func (n Notifier) Ready(text string) error { return n.tell("READY=1", status(text)) }

// Status tells what the program does, on one line.
func (n Notifier) Status(text string) error { return n.tell(status(text)) }

// Reloading tells that the configuration is being read again.
func (n Notifier) Reloading() error { return n.tell("RELOADING=1", "MONOTONIC_USEC="+monotonic()) }

// Stopping tells that the program is about to end.
func (n Notifier) Stopping() error { return n.tell("STOPPING=1", status("stopping")) }

// Alive tells that the program is as it should be; see WatchdogInterval.
func (n Notifier) Alive() error { return n.tell("WATCHDOG=1") }

// patience is how long a manager may take to make room for a notice. One that does
// not read is no reason not to stop.
const patience = time.Second

func status(text string) string { return "STATUS=" + strings.ReplaceAll(text, "\n", " ") }

func (n Notifier) tell(lines ...string) error {
	if n.socket == "" {
		return nil
	}
	name := n.socket
	if strings.HasPrefix(name, "@") { // in Linux's abstract namespace
		name = "\x00" + name[1:]
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetWriteDeadline(time.Now().Add(patience))
	_, err = conn.Write([]byte(strings.Join(lines, "\n")))
	return err
}

// WatchdogInterval is how often Alive is to be called: twice as often as the manager
// asks for. 0: it does not.
func WatchdogInterval() time.Duration {
	if pid := os.Getenv("WATCHDOG_PID"); pid != "" && pid != strconv.Itoa(os.Getpid()) {
		return 0
	}
	us, err := strconv.ParseInt(os.Getenv("WATCHDOG_USEC"), 10, 64)
	if err != nil || us < 2 || us > int64(24*time.Hour/time.Microsecond) {
		return 0
	}
	return time.Duration(us) * time.Microsecond / 2
}
