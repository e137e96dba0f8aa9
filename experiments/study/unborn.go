package study

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"eoss/internal/record"
)

// unborn is the state of a folder without config.json, which every run writes before its first row: missing, when its process died
// before that and left nothing.
func unborn(dir string) (State, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return Missing, err
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case name == record.LockFile, name == record.ParentFile, strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".tmp"):
		default:
			return Damaged, &DamagedError{dir, "holds " + name + " but no " + record.ConfigFile, "move it away, or put that file back"}
		}
	}
	return Missing, nil
}

// makeWay removes what a process left that died before it had written a run, for the run to be made there. It holds the folder's lock
// meanwhile, and gives the folder another name before it removes the lock, so that no other process can take that for the new run's.
func makeWay(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock, err := record.LockDir(dir)
	if err != nil {
		return err
	}
	defer lock.Release()
	if _, err := os.Stat(filepath.Join(dir, record.ConfigFile)); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: another process has begun this run meanwhile; the same command goes on with it", dir)
	}
	if _, err := unborn(dir); err != nil {
		return err
	}
	gone := filepath.Join(filepath.Dir(dir), "."+filepath.Base(dir)+".removed")
	if err := os.RemoveAll(gone); err != nil { // of a process that died here
		return err
	}
	if err := os.Rename(dir, gone); err != nil {
		return err
	}
	return os.RemoveAll(gone)
}
