package framework_test

import (
	"context"

	"github.com/emp-framework/emp/component"
)

// A plugin does what its functions say.
type plugin struct {
	start    func(ctx context.Context, host component.Host) error
	stop     func(ctx context.Context, host component.Host) error
	linkUp   func(ctx context.Context, link component.Sender) error
	linkDown func()

	host component.Host
}

func (p *plugin) Start(ctx context.Context, host component.Host) error {
	p.host = host
	if p.start == nil {
		return nil
	}
	return p.start(ctx, host)
}

func (p *plugin) Stop(ctx context.Context) error {
	if p.stop == nil {
		return nil
	}
	return p.stop(ctx, p.host)
}

func (p *plugin) LinkUp(ctx context.Context, link component.Sender) error {
	if p.linkUp == nil {
		return nil
	}
	return p.linkUp(ctx, link)
}

func (p *plugin) LinkDown() {
	if p.linkDown != nil {
		p.linkDown()
	}
}
