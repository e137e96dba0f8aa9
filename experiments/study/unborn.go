package study

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"eoss/internal/checkpoint"
	"eoss/internal/record"
)

// unborn is the state of a folder without config.json, which every run writes before its first row: missing, when its process died
// before that and left nothing of worth.
func unborn(dir string) (State, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return Missing, err
	}
	for _, e := range entries {
		if !early(dir, e.Name()) {
			return Damaged, &DamagedError{dir, "holds " + e.Name() + " but no " + record.ConfigFile, "move it away, or put that file back"}
		}
	}
	return Missing, nil
}

// early says whether the file or folder called name is what a process leaves that dies before it has written config.json.
func early(dir, name string) bool {
	switch name {
	case record.LockFile, record.ParentFile:
		return true
	case "checkpoints":
		return onlyStart(dir)
	}
	return isTemporary(name)
}

// onlyStart says whether no checkpoint is in dir but the one that a fork copied to start from. A fork always keeps that one, so that a
// checkpoint that is alone beside the parent's rows can be no other.
func onlyStart(dir string) bool {
	entries, err := os.ReadDir(filepath.Join(dir, "checkpoints"))
	if err != nil {
		return false
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return isTemporary(e.Name()) })
	if len(entries) == 0 {
		return true
	}
	steps, err := checkpoint.Steps(dir)
	if err != nil || len(entries) > 1 || len(steps) != 1 {
		return false
	}
	_, err = os.Stat(filepath.Join(dir, record.ParentFile))
	return err == nil
}

func isTemporary(name string) bool {
	return strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".tmp")
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
