package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"time"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// A person is a client at the demo's server.
type person struct {
	link *stream.Client
	came chan stanza.Stanza // closed at the end
}

// login logs one of the server's accounts in, available.
func login(ctx context.Context, srv *devserver.Server, name string) (*person, error) {
	own, err := jid.New(name, srv.Domain(), "")
	if err != nil {
		return nil, err
	}
	account, err := stream.NewAccount(own, stream.Credentials{Password: func() string { return devserver.DefaultPassword }})
	if err != nil {
		return nil, err
	}
	link, err := stream.DialClient(ctx, stream.Options{
		Server: srv.ClientAddr(), Account: account, Resource: "demo",
		Encryption: stream.EncryptStartTLS, TLS: &tls.Config{RootCAs: srv.CAs()},
	})
	if err != nil {
		return nil, fmt.Errorf("tweeter: login of %s: %w", own, err)
	}
	p := &person{link: link, came: make(chan stanza.Stanza, 64)} // more than comes in a demo
	go func() {
		defer close(p.came)
		for buf, err := link.Read(nil); err == nil; buf, err = link.Read(buf[:0]) {
			for _, r := range buf {
				p.came <- r.Stanza
			}
		}
	}()
	return p, link.Send(ctx, stanza.Out{Kind: stanza.Presence})
}

// chat says something to tweeter, and waits for what it says to that.
func (p *person) chat(ctx context.Context, id string, to jid.JID, text string) error {
	out := stanza.NewMessage(to, text)
	out.Type, out.ID = stanza.TypeChat, id
	if err := p.link.Send(ctx, out); err != nil {
		return err
	}
	_, err := p.await(ctx, func(s stanza.Stanza) bool { return s.Body() != "" && s.From.JID == to })
	return err
}

// await waits for a stanza.
func (p *person) await(ctx context.Context, is func(stanza.Stanza) bool) (stanza.Stanza, error) {
	for {
		select {
		case s, ok := <-p.came:
			if !ok {
				return s, fmt.Errorf("tweeter: the link of %s ended: %w", p.link.Local(), p.link.Err())
			}
			if is(s) {
				return s, nil
			}
		case <-ctx.Done():
			return stanza.Stanza{}, context.Cause(ctx)
		}
	}
}

// leave logs out.
func (p *person) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = p.link.Close(ctx) // an end that is not in order is one too
	for range p.came {
	}
}
