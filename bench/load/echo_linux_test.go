package main

import (
	"debug/elf"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// buildEcho builds the component that the load is made for.
func buildEcho(t *testing.T) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), "echo")
	if out, err := exec.Command("go", "build", "-o", binary, "../echo").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Setenv("EMP_LOG_LEVEL", "error")
	return binary
}

// TestEchoLinks: an application is linked with what it uses, which is most of the memory
// it has when idle. Templates, and methods looked up by names that are not constants,
// would have the linker keep all methods of all that is there.
func TestEchoLinks(t *testing.T) {
	f, err := elf.Open(buildEcho(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	symbols, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	has := func(name string) bool {
		return slices.ContainsFunc(symbols, func(s elf.Symbol) bool { return s.Name == name })
	}
	for _, name := range []string{"text/template.(*Template).Execute", "reflect.Value.MethodByName", "net/http.(*Client).Do", "database/sql.Open"} {
		if has(name) {
			t.Errorf("%s is linked into bench/echo", name)
		}
	}
	if !has("net.(*Dialer).DialContext") {
		t.Error("this test looks for other names than functions have")
	}
}

// TestEcho runs each workload.
func TestEcho(t *testing.T) {
	echo := buildEcho(t)
	for name := range workloads("echo.localhost") {
		t.Run(name, func(t *testing.T) {
			o, err := parse([]string{"-cmd", echo + " -routes 100 -jids 50", "-recipients", "50", "-workload", name, "-n", "3000", "-warmup", "500", "-senders", "100", "-w", "64", "-settle", "0s"}, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			r, err := run(o)
			if err != nil {
				t.Fatal(err)
			}
			if r.bad() > 0 || r.Error != "" || r.Answered+r.Unanswered != 3000 || r.PeakMB == 0 || r.IdleMB == 0 || r.ReadyMS == 0 {
				t.Errorf("%+v", r)
			}
			for _, asJSON := range []bool{false, true} {
				var b strings.Builder
				if err := r.write(&b, asJSON); err != nil || !strings.Contains(b.String(), "3000") {
					t.Errorf("%v\n%s", err, b.String())
				}
			}
		})
	}
}

// TestLinks: all links are loaded, with orders of their own.
func TestLinks(t *testing.T) {
	o, err := parse([]string{"-cmd", buildEcho(t) + " -links 3", "-links", "3", "-workload", "msg", "-n", "3000", "-warmup", "300", "-senders", "10", "-w", "30", "-settle", "0s"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	r, err := run(o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Error != "" || r.bad() > 0 || r.Links != 3 || r.Answered != 3000 {
		t.Errorf("%+v", r)
	}
}

// TestTime: when the time is over no more is sent, and what is outstanding is
// waited for.
func TestTime(t *testing.T) {
	o, err := parse([]string{"-cmd", buildEcho(t), "-t", "1s", "-n", "100000000", "-warmup", "0", "-settle", "0s"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	r, err := run(o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Error != "" || r.bad() > 0 || r.Sent == 0 || r.Sent == 100_000_000 || r.Answered != r.Sent {
		t.Errorf("%+v", r)
	}
}
