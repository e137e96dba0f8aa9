package experiments

import (
	"fmt"
	"path/filepath"

	"eoss/internal/record"
)

// Outcome is what verdict.json holds: how the run ended and where its sharpnesses stood.
type Outcome struct {
	State string `json:"state"` // finished, stopped at EOSS_STOP_LOSS, diverged or interrupted
	Steps int    `json:"steps"`
	*Verdict
}

// Conclude judges the measurements of a run directory, writes verdict.json and returns the verdict in words.
func Conclude(r Result, c Config, state string) (string, error) {
	rows, _, err := record.ReadRows(filepath.Join(r.Dir, record.MetricsFile))
	if err != nil {
		return "", err
	}
	v := NewVerdict(c.LR, r.End.Steps)
	judged, remark := c.yardsticks()
	v.Remark = remark
	for _, y := range judged {
		if s := record.SelectSeries(rows, y.quantity); s.Len() > 0 {
			v.add(y, Series{Steps: s.Steps, Values: s.Values, StdErr: s.StdErrs})
		}
	}
	o := Outcome{State: state, Steps: r.End.Steps, Verdict: v}
	if err := record.WriteJSON(filepath.Join(r.Dir, "verdict.json"), o); err != nil {
		return "", err
	}
	return fmt.Sprintf("Training %s after %d steps. %s", state, r.End.Steps, v), nil
}

// State names how a run ended.
func (e End) State(interrupted bool) string {
	switch {
	case interrupted:
		return "interrupted"
	case e.Diverged:
		return "diverged"
	case e.Stopped:
		return "stopped at EOSS_STOP_LOSS"
	}
	return "finished"
}
