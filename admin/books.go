package admin

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/emp-framework/emp/framework"
)

// register adds what the application counts in any case: it is read when somebody
// asks, and costs nothing before.
func register(r prometheus.Registerer, app *framework.App) {
	r.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		books{app},
	)
}

// books collects App.Stats and App.LinkStats.
type books struct{ app *framework.App }

// A metric is one line of the list below.
type metric[S any] struct {
	name, help string
	kind       prometheus.ValueType
	value      func(s *S) float64
}

const (
	total = prometheus.CounterValue
	now   = prometheus.GaugeValue
)

var ofApp = []metric[framework.Stats]{
	{"emp_stanzas_read_total", "Stanzas read, without answers to own questions. It is always the sum of held, handled, refused and dropped.", total, func(s *framework.Stats) float64 { return float64(s.Read) }},
	{"emp_stanzas_handled_total", "Stanzas for which an action ran.", total, func(s *framework.Stats) float64 { return float64(s.Handled) }},
	{"emp_stanzas_held", "Stanzas that wait, are in work, or whose answer is on its way.", now, func(s *framework.Stats) float64 { return float64(s.Held) }},
	{"emp_held_bytes", "Memory of the stanzas held, as estimated.", now, func(s *framework.Stats) float64 { return float64(s.Bytes) }},
	{"emp_actions_running", "Actions that run, those that wait for an answer included.", now, func(s *framework.Stats) float64 { return float64(s.Running) }},
	{"emp_actions_stuck", "Actions that go on long after their time is over.", now, func(s *framework.Stats) float64 { return float64(s.Stuck) }},
	{"emp_questions_open", "Questions of the application that wait for their answer.", now, func(s *framework.Stats) float64 { return float64(s.Asking) }},
	{"emp_actions_failed_total", "Actions that panicked, or returned what is no reply or cannot be sent.", total, func(s *framework.Stats) float64 { return float64(s.Failed) }},
	{"emp_actions_timed_out_total", "Actions that ran out of time.", total, func(s *framework.Stats) float64 { return float64(s.Timeouts) }},
	{"emp_actions_late_total", "Actions that returned something when their stanza had been answered for them.", total, func(s *framework.Stats) float64 { return float64(s.Late) }},
	{"emp_answers_unsent_total", "Answers that could not be sent.", total, func(s *framework.Stats) float64 { return float64(s.Unsent) }},
}

var ofLink = []metric[framework.LinkStats]{
	{"emp_link_up", "1 while the link is up.", now, func(s *framework.LinkStats) float64 { return number(s.Up) }},
	{"emp_link_ups_total", "How often the link came up.", total, func(s *framework.LinkStats) float64 { return float64(s.Ups) }},
	{"emp_link_losses_total", "How often the link was lost, or an attempt to connect failed.", total, func(s *framework.LinkStats) float64 { return float64(s.Lost) }},
	{"emp_link_stanzas_read_total", "Stanzas that came over the link, answers and pings included.", total, func(s *framework.LinkStats) float64 { return float64(s.Read) }},
	{"emp_link_stanzas_sent_total", "Stanzas sent over the link, pings included.", total, func(s *framework.LinkStats) float64 { return float64(s.Sent) }},
	{"emp_link_bytes_read_total", "Bytes of XML read.", total, func(s *framework.LinkStats) float64 { return float64(s.ReadBytes) }},
	{"emp_link_bytes_sent_total", "Bytes of XML sent.", total, func(s *framework.LinkStats) float64 { return float64(s.SentBytes) }},
	{"emp_link_unconfirmed", "Stanzas sent that the server has not confirmed yet.", now, func(s *framework.LinkStats) float64 { return float64(s.Reliable.Kept) }},
	{"emp_link_confirmed_total", "Stanzas that the server has confirmed.", total, func(s *framework.LinkStats) float64 { return float64(s.Reliable.Confirmed) }},
	{"emp_link_repeated_total", "Stanzas sent again, as the link broke before they were confirmed.", total, func(s *framework.LinkStats) float64 { return float64(s.Reliable.Repeated) }},
	{"emp_link_fate_unknown_total", "Stanzas given up since the server may or may not have taken them, when a session was lost.", total, func(s *framework.LinkStats) float64 { return float64(s.Reliable.Unknown) }},
	{"emp_link_given_up_total", "Stanzas given up without confirmation: too old, or refused by a later link.", total, func(s *framework.LinkStats) float64 { return float64(s.Reliable.Aged + s.Reliable.Refused) }},
}

var (
	refused = prometheus.NewDesc("emp_stanzas_refused_total", "Stanzas answered with an error without an action, by reason.", []string{"reason"}, nil)
	dropped = prometheus.NewDesc("emp_stanzas_dropped_total", "Stanzas neither answered nor given to an action, by reason.", []string{"reason"}, nil)
	ready   = prometheus.NewDesc("emp_ready", "1 while /readyz says ok.", nil, nil)
)

func number(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// desc describes a metric with these labels.
func (m *metric[S]) desc(labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(m.name, m.help, labels, nil)
}

// Describe names all metrics.
func (b books) Describe(ch chan<- *prometheus.Desc) {
	for _, m := range ofApp {
		ch <- m.desc()
	}
	for _, m := range ofLink {
		ch <- m.desc("link")
	}
	ch <- refused
	ch <- dropped
	ch <- ready
}

// Collect takes one snapshot of the application, and one of its links.
func (b books) Collect(ch chan<- prometheus.Metric) {
	stats := b.app.Stats()
	for _, m := range ofApp {
		ch <- prometheus.MustNewConstMetric(m.desc(), m.kind, m.value(&stats))
	}
	for desc, reasons := range map[*prometheus.Desc]map[string]int{refused: stats.Refused, dropped: stats.Dropped} {
		for reason, n := range reasons {
			ch <- prometheus.MustNewConstMetric(desc, total, float64(n), reason)
		}
	}
	for _, link := range b.app.LinkStats() {
		for _, m := range ofLink {
			ch <- prometheus.MustNewConstMetric(m.desc("link"), m.kind, m.value(&link), link.Name)
		}
	}
	ch <- prometheus.MustNewConstMetric(ready, now, number(b.app.Healthy() == nil))
}
