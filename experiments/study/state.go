package study

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"eoss/internal/record"
)

// State says how far a run is.
type State int

const (
	Missing     State = iota
	Unfinished        // a folder with a run to go on with
	Running           // another process writes it
	Finished          // or stopped at its loss, or diverged
	Damaged           // a *DamagedError says what is
	Unstartable       // what it starts from diverged before that
)

func (s State) String() string {
	return [...]string{"to run", "to resume", "running elsewhere", "done", "damaged", "parent diverged"}[s]
}

// stateOf looks at the run directory dir, and changes nothing there.
func stateOf(dir string) (State, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Missing, nil
	case err != nil:
		return Missing, err
	case !info.IsDir():
		return Damaged, &DamagedError{dir, "is no folder", "move it away"}
	}
	if running, err := record.Locked(dir); err != nil || running {
		return Running, err
	}
	_, ended, err := outcome(dir)
	switch {
	case errors.As(err, new(*DamagedError)):
		return Damaged, err
	case err != nil:
		return Missing, err
	case ended:
		return Finished, nil
	}
	if _, err := os.Stat(filepath.Join(dir, record.ConfigFile)); errors.Is(err, fs.ErrNotExist) {
		return unborn(dir)
	}
	return Unfinished, nil
}
