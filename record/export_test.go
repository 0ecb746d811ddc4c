package record

import "time"

// SetLateQuestion sets how long a question is waited for, until the function it returns is called.
func SetLateQuestion(d time.Duration) (restore func()) {
	before := lateQuestion
	lateQuestion = d
	return func() { lateQuestion = before }
}
