package main

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// TestNone: a component that cannot run is told at once.
func TestNone(t *testing.T) {
	o, err := parse([]string{"-cmd", "exit 3"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run(o); err == nil || !strings.Contains(err.Error(), "ended before it connected: exit status") {
		t.Error(err)
	}
}

// TestFlags: what no run could be made of is refused.
func TestFlags(t *testing.T) {
	for flags, want := range map[string]string{
		"":                                     "give -cmd, or -pid",
		"-cmd x -pid 1":                        "give -cmd, or -pid",
		"-pid -1":                              "-pid -1 is none",
		"-cmd x y":                             `"y" is no flag`,
		"-cmd x -w 0":                          "-w 0: it is from 1 to 65536",
		"-cmd x -n 0":                          "-n 0: it is from 1 to 100000000",
		"-cmd x -n 1e3":                        "invalid value",
		"-cmd x -warmup -1":                    "-warmup -1: it is from 0",
		"-cmd x -senders 10000000":             "-senders 10000000: it is from 1 to 9999999",
		"-cmd x -t 11m":                        "-t 11m0s: it is from 1s to 10m",
		"-cmd x -settle -1s":                   "-settle -1s: it is from 0s to 1m",
		"-cmd x -listen 0.0.0.0:1":             "an address of loopback",
		"-cmd x -listen localhost:1":           "an address of loopback",
		"-cmd x -workload pong":                `no workload "pong": there are ask, big, jids, mixed, msg, ping, routes, slow`,
		"-cmd x -workload ask -w 2 -senders 1": "at least as many as -w",
		"-cmd x -links 0":                      "-links 0: it is from 1",
		"-cmd x -rate 7":                       "not defined: -rate",
		"-cmd x -listen [::1]:0 -w 12":         "",
	} {
		_, err := parse(strings.Fields(flags), io.Discard)
		if got := fmt.Sprint(err); want == "" && err != nil || !strings.Contains(got, want) && want != "" {
			t.Errorf("%q: %v", flags, err)
		}
	}
}

// TestCut: stanzas come out whole whatever the cuts.
func TestCut(t *testing.T) {
	const stream = "<?xml version='1.0'?>\n<stream:stream to='a>b' xmlns='x'> <iq id='1'><a b='>'/></iq>\n<message><body>a</body><body/></message><presence/> "
	want := "<iq id='1'><a b='>'/></iq>|<message><body>a</body><body/></message>|<presence/>|"
	for size := 1; size <= len(stream); size++ {
		var c cutter
		var got strings.Builder
		var header string
		for rest := stream; rest != ""; {
			n := copy(c.room()[:size], rest)
			c.read(n)
			rest = rest[n:]
			if header == "" {
				if header = string(c.header()); header == "" {
					continue
				}
			}
			for {
				x, err := c.next()
				if err != nil {
					t.Fatal(err)
				}
				if x == nil {
					break
				}
				fmt.Fprintf(&got, "%s|", x)
			}
		}
		if got.String() != want || header != "<stream:stream to='a>b' xmlns='x'>" {
			t.Fatalf("by %d bytes: %q, %q", size, header, got.String())
		}
		c.read(copy(c.room(), "</stream:stream>"))
		if _, err := c.next(); err != errEnd {
			t.Fatal(err)
		}
	}
}

// TestRead: attributes and children are found where they are.
func TestRead(t *testing.T) {
	x := []byte(`<message xid="0" id = "1" from='id="2"'><bodyx>no</bodyx><body>yes</body></message>`)
	if got := string(attr(x, "id")) + string(attr(x, "from")) + string(inner(x, "body")) + name(x); got != `1id="2"yesmessage` {
		t.Error(got)
	}
	if attr(x, "type") != nil || inner(x, "thread") != nil || inner([]byte("<a><body/></a>"), "body") != nil {
		t.Error("found what is not there")
	}
}

// TestCheck: each way to answer wrongly is told from the others.
func TestCheck(t *testing.T) {
	load, err := workloadNamed("msg", "echo.localhost", 1)
	if err != nil {
		t.Fatal(err)
	}
	reply := func(id uint64, sender int) string { // as the floor makes it
		text := string(load.cycle[0].append(nil, id, sender, 0))
		_, rest, _ := strings.Cut(text, ">")
		return fmt.Sprintf("<message type='chat' from='echo@echo.localhost' to='u%07d@localhost/r'>%s", sender, rest)
	}
	id := func(slot, use uint64) uint64 { return slot<<slotShift + use }
	for what, c := range map[string]struct {
		replies []string
		want    counts
	}{
		"right":         {[]string{reply(id(1, 1), 0), reply(id(0, 1), 0)}, counts{Answered: 2}},
		"missing":       {[]string{reply(id(1, 1), 0)}, counts{Answered: 1, Lost: 1}},
		"double":        {[]string{reply(id(1, 1), 0), reply(id(1, 1), 0), reply(id(0, 1), 0)}, counts{Answered: 2, Double: 1}},
		"out of order":  {[]string{reply(id(0, 1), 0), reply(id(1, 1), 0)}, counts{Misordered: 2}},
		"other address": {[]string{reply(id(1, 1), 1), reply(id(0, 1), 0)}, counts{Answered: 1, Wrong: 1}},
		"other body":    {[]string{strings.Replace(reply(id(1, 1), 0), "lorem", "LOREM", 1), reply(id(0, 1), 0)}, counts{Answered: 1, Wrong: 1}},
		"an error":      {[]string{strings.Replace(reply(id(1, 1), 0), "type='chat'", "type='error'", 1), reply(id(0, 1), 0)}, counts{Answered: 1, Wrong: 1}},
		"of another":    {[]string{strings.Replace(reply(id(1, 1), 0), "from='echo@", "from='slow@", 1), reply(id(0, 1), 0)}, counts{Answered: 1, Wrong: 1}},
		"nonsense":      {[]string{"<message/>", "<message><body>x</body></message>", reply(id(1, 1), 0), reply(id(0, 1), 0)}, counts{Answered: 2, Double: 2}},
	} {
		ch := newChecker("echo.localhost", load, 1, 2)
		b := ch.fill(nil, 0, 2)
		for _, r := range c.replies {
			ch.answer([]byte(r), time.Millisecond)
		}
		ch.finish()
		c.want.Sent, c.want.Bytes = 2, len(b)
		if ch.counts != c.want {
			t.Errorf("%s: %+v, want %+v", what, ch.counts, c.want)
		}
	}
}

func TestHistogram(t *testing.T) {
	var h histogram
	for i := range 1000 {
		h.add(time.Duration(i+1) * time.Microsecond)
	}
	h.add(-1)
	for q, want := range map[float64]time.Duration{0: 0, 0.5: 500 * time.Microsecond, 0.99: 990 * time.Microsecond, 1: time.Millisecond} {
		if got := h.at(q); got > want || float64(got) < float64(want)*0.98 {
			t.Errorf("at %v: %v, want %v", q, got, want)
		}
	}
}
