package experiments

import (
	"bytes"
	"math"
	"strings"
	"sync"
	"testing"
	"time"
)

// lockedBuffer is written by the bar's goroutine.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestProgressWithoutTerminalLogsLines(t *testing.T) {
	for _, test := range []struct {
		perStep time.Duration
		steps   int
		want    int // lines
	}{
		{time.Millisecond, 1000, 1},        // a second in all: only the last line
		{10 * time.Millisecond, 20000, 20}, // 200 s: each 5 % takes 10 s
		{time.Second, 100, 20},             // every 5 %
		{time.Second, 1000, 100},           // every 10 s
	} {
		var out bytes.Buffer
		now := time.Unix(0, 0)
		p := newProgress(&out, 0, test.steps, false, func() time.Time { return now })
		for step := 1; step <= test.steps; step++ {
			now = now.Add(test.perStep)
			p.Step(step)
		}
		p.Close()
		if got := strings.Count(out.String(), "\n"); got != test.want {
			t.Errorf("%v × %d: %d lines, want %d", test.perStep, test.steps, got, test.want)
		}
	}
}

func TestProgressLine(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	p := newProgress(&out, 1000, 5000, false, func() time.Time { return now }) // resumed at 1000
	p.Set("loss", 0.5)
	p.Set("BS·η/2", math.NaN())
	p.Set("loss", 0.25)
	now = now.Add(time.Hour) // the measurements before the first step
	p.Step(1001)
	line := out.String()
	if want := `msg=training step=1001 of=5000 steps/s=- left=- loss=0.25 BS·η/2=NaN` + "\n"; !strings.HasSuffix(line, want) {
		t.Errorf("got  %swant %s", line, want)
	}
	now = now.Add(9950 * time.Millisecond)
	p.Step(1200)
	p.Close()
	line = out.String()
	// 199 steps in 9.95 s are 20 a second; the 3800 left take 190 s.
	if want := `msg=training step=1200 of=5000 steps/s=20 left=3m10s loss=0.25 BS·η/2=NaN` + "\n"; !strings.HasSuffix(line, want) {
		t.Errorf("got  %swant %s", line, want)
	}
}

func TestProgressBar(t *testing.T) {
	for _, last := range []int{400, 150} { // complete, interrupted
		var out lockedBuffer
		now := time.Unix(0, 0)
		p := newProgress(&out, 100, 400, true, func() time.Time { return now })
		p.Set("loss", 0.125)
		for step := 101; step <= last; step++ {
			p.Step(step)
		}
		p.Log.Warn("above the bar")
		p.Close() // must return, complete or not
		p.Log.Warn("after the bar")
		text := out.String()
		for _, want := range []string{"above the bar", "after the bar", "loss 0.125", "step " + map[int]string{400: "400/400", 150: "150/400"}[last]} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is missing in %q", want, text)
			}
		}
	}
}

// TestPaceOfYears: what is left of steps beyond all times is the longest time that can be said.
func TestPaceOfYears(t *testing.T) {
	now := time.Unix(0, 0)
	p := newProgress(&bytes.Buffer{}, 0, math.MaxInt, false, func() time.Time { return now })
	p.Step(1)
	now = now.Add(time.Second)
	p.Step(2)
	if _, left := p.pace(); left != "2386092h56m32s" {
		t.Errorf("%s left", left)
	}
}
