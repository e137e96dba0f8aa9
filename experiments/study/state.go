package study

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"eoss/experiments"
	"eoss/internal/record"
)

// State says how far a run is.
type State int

const (
	Missing    State = iota
	Unfinished       // a folder with a run to go on with
	Running          // another process writes it
	Finished         // or stopped at its loss, or diverged
)

func (s State) String() string {
	return [...]string{"to run", "to resume", "running elsewhere", "done"}[s]
}

// stateOf looks at the run directory dir.
func stateOf(dir string) (State, error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return Missing, nil
	}
	if running, err := record.Locked(dir); err != nil || running {
		return Running, err
	}
	end, err := experiments.ReadOutcome(dir)
	switch {
	case err == nil && end.Ended():
		return Finished, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return Missing, fmt.Errorf("%s: %w", dir, err)
	}
	if _, err := os.Stat(filepath.Join(dir, record.ConfigFile)); errors.Is(err, fs.ErrNotExist) {
		// It died before its first line: nothing of it is worth keeping.
		return Missing, os.RemoveAll(dir)
	}
	return Unfinished, nil
}
