package study

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"eoss/internal/record"
)

// holds is the folder, among the runs, of a folder with a lock for each that a set's process has in hand.
const holds = ".in-hand"

// hold takes a run in hand, from before anything of it is made until it has been seen how it ended; it is record.ErrLocked when another
// process of a set has it. The lock in the run's own folder is its training's, which is not there before it begins, nor after it.
func hold(runs, id string) (release func(), err error) {
	dir := filepath.Join(runs, holds, id)
	if err := makeHold(dir); err != nil {
		return nil, err
	}
	lock, err := record.LockDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist): // another process is removing it
		return nil, record.ErrLocked
	case err != nil:
		return nil, err
	}
	return func() {
		_ = removeLocked(dir, lock) // whatever of it remains can be taken again
		lock.Release()
		os.Remove(filepath.Dir(dir))
	}, nil
}

// makeHold makes the folder dir. The one it is in goes with the last run that some process had in hand, maybe between two steps of this.
func makeHold(dir string) (err error) {
	for began := time.Now(); time.Since(began) < time.Second; {
		err = os.MkdirAll(dir, 0o777)
		if !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return err
}

// sweepHolds removes what killed processes left of it.
func sweepHolds(runs string) {
	left, _ := os.ReadDir(filepath.Join(runs, holds))
	for _, e := range left {
		if release, err := hold(runs, e.Name()); err == nil {
			release()
		}
	}
}
