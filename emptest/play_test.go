package emptest

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestParsePlay(t *testing.T) {
	p, err := ParsePlay("x", []byte(`A title.

More.

-- alice@localhost/my desk sends --

<message to='x.localhost'/>
<iq id='1' type='get'
    to='x.localhost'><q xmlns='urn:q'/></iq>
-- bob@localhost receives --
<presence/>
-- nothing --
-- alice@localhost/my desk receives in any order --
<iq/>`))
	if err != nil {
		t.Fatal(err)
	}
	if p.Comment != "A title.\n\nMore." {
		t.Errorf("comment %q", p.Comment)
	}
	type summary struct {
		verb    verb
		peer    string
		line    int
		stanzas []string
	}
	var got []summary
	for _, s := range p.steps {
		sum := summary{verb: s.verb, peer: s.peer.String(), line: s.line}
		for _, st := range s.stanzas {
			sum.stanzas = append(sum.stanzas, st.place+" "+st.node.Local())
		}
		got = append(got, sum)
	}
	want := []summary{
		{sends, "alice@localhost/my desk", 5, []string{"x:7 message", "x:8 iq"}},
		{receives, "bob@localhost", 10, []string{"x:11 presence"}},
		{nothing, "", 12, nil},
		{receivesInAnyOrder, "alice@localhost/my desk", 13, []string{"x:14 iq"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("steps\n%v, want\n%v", got, want)
	}
	if peers := p.Peers(); len(peers) != 2 || peers[0].String() != "alice@localhost/my desk" || peers[1].String() != "bob@localhost" {
		t.Errorf("peers %v", peers)
	}
}

func TestParsePlayErrors(t *testing.T) {
	for _, tc := range []struct{ name, play, want string }{
		{"empty", "", `emptest: p:1: no caption: nothing is sent or received`},
		{"first caption misspelt", "Title\n-- alice@x sends\n<message to='y'/>\n-- nothing --\n",
			`emptest: p:2: not a caption, which is "-- … --": "-- alice@x sends"`},
		{"later caption misspelt", "-- nothing --\n\n--alice@x sends --\n<message to='y'/>\n",
			`emptest: p:3: element: not-well-formed at byte 1: the input does not begin with XML`},
		{"unknown caption", "\n-- alice@x shouts --\n<message/>\n",
			`emptest: p:2: unknown caption "alice@x shouts", which may be "JID sends", "JID receives", "JID receives in any order", "nothing", "5m passes" or "except on STAGE: why"`},
		{"bad JID", "-- @x sends --\n<message to='y'/>\n", `emptest: p:1: who sends: jid: `},
		{"malformed", "c\n-- a@x receives --\n<message>\n<body>\n</message>\n", `emptest: p:5: element: not-well-formed`},
		{"unfinished", "-- a@x receives --\n<message/>\n<message>\n <body>\n\n-- nothing --\n", `emptest: p:4: element: `},
		{"comment in XML", "-- a@x receives --\n<!-- hm -->\n<message/>\n", `emptest: p:2: element: restricted-xml`},
		{"no stanza", "-- a@x receives --\n<message/>\n<body/>\n", `emptest: p:3: {jabber:client}body is no message, presence or iq`},
		{"stanza of another namespace", "-- a@x receives --\n<message xmlns='urn:x'/>\n", `emptest: p:2: {urn:x}message is no message, presence or iq`},
		{"no stanza at all", "-- a@x sends --\n-- nothing --\n", `emptest: p:1: no stanza below "-- a@x sends --"`},
		{"something is not nothing", "-- nothing --\n<message/>\n", `emptest: p:1: a stanza below "-- nothing --"`},
		{"no time", "-- soon passes --\n", `emptest: p:1: how much time passes: "soon", which should be as 90s or 1h30m`},
		{"time backwards", "-- -1s passes --\n", `emptest: p:1: how much time passes: "-1s"`},
		{"time with stanzas", "-- 1s passes --\n<message/>\n", `emptest: p:1: a stanza below "-- 1s passes --"`},
		{"no reason", "-- except on prosody --\n-- nothing --\n", `emptest: p:1: no stage or no reason, as in "except on ejabberd: it drops these"`},
		{"no stage", "-- except on : it drops these --\n-- nothing --\n", `emptest: p:1: no stage or no reason`},
		{"except nothing", "-- nothing --\n-- except on prosody: it drops these --\n", `emptest: p:2: nothing stands below "-- except … --"`},
		{"without to", "-- a@x sends --\n\n<message/>\n", `emptest: p:3: no to: whom does it go to?`},
		{"in another's name", "-- a@x sends --\n<message from='b@x' to='y'/>\n", `emptest: p:2: from="b@x", but it is a@x who sends`},
		{"without id", "-- a@x sends --\n<iq to='y' type='get'/>\n", `emptest: p:2: no id, which each iq needs`},
		{"any is sent", "-- a@x sends --\n<message to='y' id='{any}'/>\n", `emptest: p:2: nothing is known of {any}`},
		{"unknown is sent", "-- a@x sends --\n<message to='y'><body>{who}</body></message>\n-- a@x receives --\n<message from='{who}'/>\n",
			`emptest: p:2: nothing is known of {who}: no stanza received before has that hole`},
		{"too deep", "-- a@x receives --\n<message>" + strings.Repeat("<a xmlns='urn:a'>", 300) + strings.Repeat("</a>", 300) + "</message>\n",
			`emptest: p:2: the stanza is beyond the parser's limit of depth`},
		{"all at once", "-- a@x shouts --\n-- b@x sends --\n<message/>\n<iq to='y'/>\n", `emptest: p:1: unknown caption "a@x shouts", which may be "JID sends", "JID receives", "JID receives in any order", "nothing", "5m passes" or "except on STAGE: why"
emptest: p:1: no stanza below "-- a@x shouts --"
emptest: p:3: no to: whom does it go to?
emptest: p:4: no id, which each iq needs`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := ParsePlay("p", []byte(tc.play))
			if err == nil || !strings.HasPrefix(err.Error(), tc.want) || len(strings.Split(err.Error(), "\n")) != len(strings.Split(tc.want, "\n")) {
				t.Errorf("error\n%v, want\n%s", err, tc.want)
			}
		})
	}
	if _, err := LoadPlay("testdata/none.txtar"); err == nil || !strings.HasPrefix(err.Error(), "emptest: ") {
		t.Errorf("LoadPlay of no file: %v", err)
	}
}

// TestPlays performs what lies in testdata, with a component that does a bit of
// everything.
func TestPlays(t *testing.T) {
	each(t, "testdata/*.txtar", func(t *testing.T, p *Play) { play(t, everything).Play(p) })
}

var update = flag.Bool("update", false, "write what failing plays say into their files")

// TestFailingPlays performs plays whose course is another one. The end of each
// file says what the test is to say.
func TestFailingPlays(t *testing.T) {
	files, err := filepath.Glob("testdata/failing/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(strings.TrimSuffix(name, ".txtar"), func(t *testing.T) {
			t.Parallel() // some wait for what may be late
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			script, want, ok := strings.Cut(string(data), "-- SAID --\n")
			if !ok {
				t.Fatal("no SAID in the file")
			}
			p, err := ParsePlay(name, []byte(script))
			if err != nil {
				t.Fatal(err)
			}
			got := failure(t, func(t testing.TB) { play(t, everything).Play(p) })
			if *update {
				if err := os.WriteFile(file, []byte(script+"-- SAID --\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != want {
				t.Errorf("said:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func FuzzParsePlay(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("-- a@x receives --\r\n<iq id='{x}'/>\r\n-- a@x sends --\r\n<iq to='{x}' id='{{x}'/>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParsePlay("f", data)
		if err != nil {
			for said := range strings.Lines(err.Error()) {
				if !strings.HasPrefix(said, "emptest: f:") {
					t.Errorf("error without a place: %s", said)
				}
			}
			return
		}
		for _, s := range p.steps {
			for _, st := range s.stanzas {
				if st.node.XML() == "" {
					continue // what a Writer refuses
				}
				again, errs := readStanzas("", 1, []byte(st.node.XML()))
				if errs != nil || len(again) != 1 {
					t.Fatalf("%s: %v", st.node.XML(), errs)
				}
				if d := Diff(st.node, again[0].node); d != "" && !strings.Contains(d, "{") {
					t.Errorf("a stanza is not itself: %s", d)
				}
			}
		}
	})
}
