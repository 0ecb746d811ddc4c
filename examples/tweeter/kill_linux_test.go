package main

import (
	"bufio"
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"modernc.org/sqlite"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"

	"github.com/emp-framework/emp/examples/tweeter/app/models"
)

// TestKill kills the application (SIGKILL) while it has payloads of several tweets to
// store: every other time between two tweets of one, else at any moment. Of each
// payload all tweets are there afterwards or none; all of one that was answered.
// EMP_TEST_KILLS is how often; 3 times without it.
func TestKill(t *testing.T) {
	kills := 3
	if n, err := strconv.Atoi(os.Getenv("EMP_TEST_KILLS")); err == nil {
		kills = n
	}
	srv := devserver.New(devserver.Options{Components: map[string]string{"tweeter.localhost": "tweeter-development", "peer.localhost": "peer"}})
	if err := srv.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	peer, err := stream.DialComponent(t.Context(), stream.Options{Server: srv.ComponentAddr(), Domain: jid.MustParse("peer.localhost"), Secret: "peer"})
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for buf, err := peer.Read(nil); err == nil; buf, err = peer.Read(buf[:0]) {
		}
	}()
	defer func() { peer.Abort(); <-read }()

	path := filepath.Join(t.TempDir(), "tweeter.db")
	deadly(t, path)
	middle, unanswered := 0, 0
	for round := range kills {
		at := 0
		if round%2 == 0 {
			at = round*41%(payloads*perTweets) + 1
			middle++
		}
		unanswered += killed(t, srv, peer, path, round, at)
	}
	t.Logf("%d kills, %d of them between two tweets of a payload, %d payloads without an answer", kills, middle, unanswered)
}

// killAt is the variable that says behind which tweet that it stores the application is
// to be killed.
const killAt = "TWEETER_TEST_KILL_AT"

func init() {
	at, _ := strconv.ParseInt(os.Getenv(killAt), 10, 64)
	var stored atomic.Int64
	sqlite.MustRegisterScalarFunction("tweet_stored", 0, func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
		if stored.Add(1) == at {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		return nil, nil
	})
}

// deadly makes a database whose tweets are counted by the function above, each as it is
// stored and before that is committed.
func deadly(t *testing.T, path string) {
	t.Helper()
	store := &models.Store{Path: path}
	if err := store.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	store.Close()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TRIGGER deadly AFTER INSERT ON tweets BEGIN SELECT tweet_stored(); END"); err != nil {
		t.Fatal(err)
	}
}

const (
	payloads  = 20 // in each round
	perTweets = 25 // in each payload
)

// killed is one round: the application is killed behind the tweet at or, if that is 0,
// when some payloads are answered. It returns how many had no answer.
func killed(t *testing.T, srv *devserver.Server, peer *stream.Component, path string, round, at int) (unanswered int) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	kill, dead := startApp(ctx, t, srv.ComponentAddr(), path, at)
	user := jid.MustParse(fmt.Sprintf("u%d@peer.localhost", round))
	ask := func(ctx context.Context, at string, payload element.Part) error {
		q := stanza.NewIQ(stanza.TypeSet, jid.MustParse("tweeter.localhost/"+at), payload)
		q.From = user.Address()
		_, err := peer.Ask(ctx, q)
		return err
	}
	name := user.Local()
	if err := ask(ctx, "tweeters", element.New(models.NS, "tweeters").Add(element.New(models.NS, "tweeter").Attr("id", name))); err != nil {
		kill()
		t.Fatal(err)
	}
	asking, giveUp := context.WithCancel(ctx)
	defer giveUp()
	answered := make(chan int, payloads)
	ended := make(chan struct{}, payloads)
	for p := range payloads {
		all := element.New(models.NS, "tweets")
		for range perTweets {
			entry := element.New(models.NSAtom, "entry").Add(element.Text(models.NSAtom, "content", strconv.Itoa(p)))
			all.Add(element.New(models.NS, "tweet").Add(entry))
		}
		go func() {
			if ask(asking, "tweets", all) == nil {
				answered <- p
			}
			ended <- struct{}{}
		}()
	}
	done := map[string]bool{}
	for n := (round*7 + 1) % payloads; at > 0 || n > 0; n-- { // then it is about to do the next
		select {
		case p := <-answered:
			done[strconv.Itoa(p)] = true
			continue
		case <-dead:
		case <-ctx.Done():
			kill()
			t.Fatal("no answers")
		}
		break
	}
	kill()
	srv.Cut(jid.MustParse("tweeter.localhost")) // so that the next one is no conflict
	giveUp()
	for range payloads {
		<-ended
	}
	for len(answered) > 0 {
		done[strconv.Itoa(<-answered)] = true
	}

	store := &models.Store{Path: path}
	if err := store.Open(ctx); err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	tweets, err := store.Latest(ctx, name, payloads*perTweets+1)
	if err != nil {
		t.Fatal(err)
	}
	stored := map[string]int{}
	for _, tweet := range tweets {
		stored[tweet.Text]++
	}
	if whole := (at - 1) / perTweets; at > 0 && len(stored) != whole {
		t.Errorf("round %d: killed behind tweet %d there are %d payloads, not %d", round, at, len(stored), whole)
	}
	for p, n := range stored {
		if n != perTweets {
			t.Errorf("round %d: of payload %s there are %d tweets", round, p, n)
		}
	}
	for p := range done {
		if stored[p] == 0 {
			t.Errorf("round %d: payload %s was answered and is not there", round, p)
		}
	}
	return payloads - len(done)
}

// startApp runs the application as a process, and returns when it is ready, with what
// kills it, and with what is closed when it is dead.
func startApp(ctx context.Context, t *testing.T, server, path string, at int) (kill func(), dead <-chan struct{}) {
	t.Helper()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), asApp+"=1", "EMP_SERVER="+server, "TWEETER_DB="+path, killAt+"="+strconv.Itoa(at))
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready, over := make(chan struct{}), make(chan struct{})
	var said strings.Builder
	go func() {
		defer close(over)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			said.WriteString(lines.Text() + "\n")
			if strings.Contains(lines.Text(), " ready ") {
				close(ready)
			}
		}
	}()
	kill = func() {
		cmd.Process.Kill()
		<-over
		cmd.Wait()
	}
	select {
	case <-ready:
	case <-over:
		cmd.Wait()
		t.Fatalf("the application ended:\n%s", &said)
	}
	return kill, over
}
