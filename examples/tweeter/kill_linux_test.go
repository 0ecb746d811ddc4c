package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"

	"github.com/emp-framework/emp/examples/tweeter/app/models"
)

// TestKill kills the application (SIGKILL) while it has payloads of several tweets to
// store. Of each payload all tweets are there afterwards or none; all of one that
// was answered. EMP_TEST_KILLS is how often; 3 times without it.
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
	middle := 0
	for round := range kills {
		middle += killed(t, srv, peer, path, round)
	}
	t.Logf("%d kills, %d payloads without an answer", kills, middle)
}

const (
	payloads  = 20 // in each round
	perTweets = 25 // in each payload
)

// killed is one round. It returns how many payloads had no answer.
func killed(t *testing.T, srv *devserver.Server, peer *stream.Component, path string, round int) (unanswered int) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	kill := startApp(ctx, t, srv.ComponentAddr(), path)
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
	for range (round*7 + 1) % payloads { // then it is in the middle of the next
		select {
		case p := <-answered:
			done[strconv.Itoa(p)] = true
		case <-ctx.Done():
			kill()
			t.Fatal("no answers")
		}
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
// kills it.
func startApp(ctx context.Context, t *testing.T, server, path string) (kill func()) {
	t.Helper()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), asApp+"=1", "EMP_SERVER="+server, "TWEETER_DB="+path)
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
	return kill
}
