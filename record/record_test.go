package record_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/record"
)

// TestReplay: what was recorded is answered in the same way, each time.
func TestReplay(t *testing.T) {
	file, said := session(t, record.Rules{Bodies: true})
	for range 20 {
		result := replayed(t, newApp(""), bytes.NewReader(file))
		if result.Different > 0 || result.Damage != nil || result.Lost > 0 {
			t.Fatalf("%d differ, %v, %d lost: %s", result.Different, result.Damage, result.Lost, strings.Join(result.Differences, "\n"))
		}
		if result.Read < said || result.Same < said*2/3 {
			t.Fatalf("%d said, %d replayed, %d sent", said, result.Read, result.Same)
		}
	}
}

// TestMasked: a recording has nothing of what people wrote, nor of what else is to be
// masked. Actions that do not go by it answer as they did.
func TestMasked(t *testing.T) {
	file, _ := session(t, record.Rules{})
	for _, private := range []string{"hällo", "you said", "oracle says"} {
		if bytes.Contains(file, []byte(private)) {
			t.Errorf("%q is in the recording", private)
		}
	}
	// The action that asks goes by a body: of each of its 16 questions and answers there
	// is an echo instead.
	result := replayed(t, newApp(""), bytes.NewReader(file))
	if result.Same < 150 || result.Different != 32 {
		t.Errorf("%d same, %d differ: %s", result.Same, result.Different, strings.Join(result.Differences, "\n"))
	}
	file, _ = session(t, record.Rules{Bodies: true, Masked: []string{"{" + ns + "}note"}})
	if bytes.Contains(file, []byte("note 1")) || !bytes.Contains(file, []byte("hällo")) {
		t.Error("of notes alone nothing is to be recorded")
	}
}

// TestReplayBug: an action that does something else now is shown.
func TestReplayBug(t *testing.T) {
	file, _ := session(t, record.Rules{Bodies: true})
	for bug, shows := range map[string][]string{
		"count":  {"app.localhost to user", "not as in record ", "attribute number is \"8\", want \"7\"", "number='7'>\n", "number='8'>\n"},
		"silent": {"app.localhost to user3@localhost, not as in record ", "you said: h"},
	} {
		result := replayed(t, newApp(bug), bytes.NewReader(file))
		if result.Different == 0 || result.Same < 100 || len(result.Differences) > 20 {
			t.Errorf("%s: %d same, %d differ, %d told", bug, result.Same, result.Different, len(result.Differences))
		}
		text := strings.Join(result.Differences, "\n")
		for _, want := range shows {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", bug, want, text)
			}
		}
	}
}

// TestReplayCut: a recording that ends anywhere is replayed up to there, and so is one
// with a byte that changed.
func TestReplayCut(t *testing.T) {
	file, _ := session(t, record.Rules{Bodies: true})
	middle := len(file) / 2
	changed := bytes.Clone(file)
	changed[middle] ^= 1
	for name, damaged := range map[string][]byte{"cut": file[:middle], "changed": changed} {
		result := replayed(t, newApp(""), bytes.NewReader(damaged))
		if result.Damage == nil || !strings.Contains(result.Damage.Error(), "damaged at byte ") {
			t.Errorf("%s: %v", name, result.Damage)
		}
		if result.Different > 0 || result.Same < 50 || result.Read > 200 {
			t.Errorf("%s: %d read, %d same, %d differ: %s", name, result.Read, result.Same, result.Different, strings.Join(result.Differences, "\n"))
		}
	}
	for name, nothing := range map[string]string{"empty": "", "other": "<xml/>", "only its head": "emp recording 1\n", "no record": "emp recording 1\n12 "} {
		if result, err := record.Replay(t.Context(), newApp(""), strings.NewReader(nothing), record.Options{}); err == nil {
			t.Errorf("%s: %+v", name, result)
		}
	}
}

// TestPlay: a recording is a play that the application passes, and one with a bug does
// not.
func TestPlay(t *testing.T) {
	var out bytes.Buffer
	t.Run("session", func(t *testing.T) {
		app := newApp("")
		r, err := record.NewRecorder(&out, "notes", record.Rules{Bodies: true})
		if err != nil {
			t.Fatal(err)
		}
		app.Use(r)
		s := emptest.Start(t, app)
		s.Do("<message from='user3@localhost/desk' to='app.localhost' type='chat'><body>hi {{any} {{{x}</body></message>")
		s.Send("<message from='user1@localhost/desk' to='app.localhost'><body>ask</body></message>")
		s.Expect("<iq type='get' id='{id}' from='app.localhost' to='oracle@localhost/cave'><q xmlns='" + ns + "'/></iq>")
		s.Do("<iq type='result' id='{id}' from='oracle@localhost/cave' to='app.localhost'><a xmlns='" + ns + "'>42</a></iq>")
	})
	text, damage, err := record.Play(&out)
	if err != nil || damage != nil {
		t.Fatal(err, damage)
	}
	play, err := emptest.ParsePlay("play", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	emptest.Start(t, newApp("")).Play(play)
	for _, want := range []string{"-- user3@localhost/desk sends --", "-- oracle@localhost/cave receives --", "id='{id2}'", "Recorded with notes at "} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
