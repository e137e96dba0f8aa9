package experiments

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"eoss/internal/record"
)

// verdictFile is the file of a run directory that is there once the run has ended.
const verdictFile = "verdict.json"

// Outcome is what verdict.json holds: how the run ended and where its sharpnesses stood.
type Outcome struct {
	State string `json:"state"` // finished, stopped at EOSS_STOP_LOSS, diverged or interrupted
	Steps int    `json:"steps"`
	Rows  int    `json:"rows,omitempty"` // of metrics.jsonl, where they were counted
	*Verdict
}

// Conclude judges the measurements of a run directory, writes verdict.json and returns the verdict in words. The directory is free then for
// another process to write.
func Conclude(r Result, c Config, state string) (string, error) {
	if r.lock != nil {
		defer r.lock.Release()
	}
	rows, _, err := record.ReadRows(filepath.Join(r.Dir, record.MetricsFile))
	if err != nil {
		return "", err
	}
	config, err := record.ReadConfig(filepath.Join(r.Dir, record.ConfigFile))
	if err != nil {
		return "", err
	}
	first := config.FirstStep()
	v := NewVerdict(c.LR, r.End.Steps)
	judged, remark := c.yardsticks()
	v.Remark = remark
	for _, y := range judged {
		if s := record.SelectSeries(rows, y.quantity); s.Len() > 0 {
			v.add(y, Series{Steps: s.Steps, Values: s.Values, StdErr: s.StdErrs, First: first})
		}
	}
	o := Outcome{State: state, Steps: r.End.Steps, Rows: len(rows), Verdict: v}
	if err := record.WriteJSON(filepath.Join(r.Dir, verdictFile), o); err != nil {
		return "", unwritten(err, r.Dir)
	}
	return fmt.Sprintf("Training %s after %d steps. %s", state, r.End.Steps, v), nil
}

// State names how a run ended.
func (e End) State(interrupted bool) string {
	switch {
	case interrupted:
		return stateInterrupted
	case e.Diverged:
		return StateDiverged
	case e.Stopped:
		return stateStopped
	}
	return stateFinished
}

// The values of Outcome.State.
const (
	stateFinished    = "finished"
	stateStopped     = "stopped at EOSS_STOP_LOSS"
	StateDiverged    = "diverged"
	stateInterrupted = "interrupted"
)

// Ended says whether there is nothing more to train.
func (o Outcome) Ended() bool { return o.State != "" && o.State != stateInterrupted }

// lacksRows says whether rows of the run in dir were lost after its end.
func (o Outcome) lacksRows(dir string) bool {
	rows, torn, err := record.ReadRows(filepath.Join(dir, record.MetricsFile))
	return torn > 0 || err == nil && len(rows) < o.Rows
}

// ReadOutcome reads how the run in dir ended; an error, when it has not, or when its file is damaged.
func ReadOutcome(dir string) (o Outcome, err error) {
	path := filepath.Join(dir, verdictFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return o, err
	}
	if err := json.Unmarshal(text, &o); err != nil {
		return Outcome{}, fmt.Errorf("%s is damaged: %w; put back what it held, or EOSS_RESUME=%s ends the run again", path, err, dir)
	}
	return o, nil
}
