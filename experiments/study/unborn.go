package study

import (
	"cmp"
	"errors"
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

// begunElsewhere says that another process has begun a run, or is about to.
type begunElsewhere struct{ dir string }

func (e *begunElsewhere) Error() string {
	return e.dir + ": another process has begun this run meanwhile; the same command goes on with it"
}

// makeWay removes what a process left that died before it had written a run, for the run to be made there. It holds the folder's lock
// meanwhile. What dies here leaves the folder as such a process would: the checkpoint that a fork copied goes before the rows that tell it
// from any other.
func makeWay(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock, err := record.LockDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist): // another process has made way
		return nil
	case err != nil:
		return err
	}
	defer lock.Release()
	if _, err := os.Stat(filepath.Join(dir, record.ConfigFile)); !errors.Is(err, fs.ErrNotExist) {
		return &begunElsewhere{dir}
	}
	if _, err := unborn(dir); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(rank(a), rank(b)) })
	for _, e := range entries {
		if e.Name() == record.LockFile {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return removeLocked(dir, lock)
}

// rank puts folders, of checkpoints, before files.
func rank(e fs.DirEntry) int {
	if e.IsDir() {
		return 0
	}
	return 1
}

// removeLocked removes a folder that holds nothing but the lock file, which this process has locked.
//
// The file goes while it is locked: whoever has it open gets the lock later, finds that it is no longer the folder's, and takes none. Windows
// removes no file that is open, here or in any other process. There the lock is given back first, and the file is removed only if nobody
// has opened it since. A process that makes a lock file anew, in either case, keeps the folder from being removed, and this one from making
// its run there.
func removeLocked(dir string, lock *record.Lock) error {
	path := filepath.Join(dir, record.LockFile)
	removed := os.Remove(path)
	lock.Release() // while it is open, NFS keeps the file in the folder by another name
	if removed != nil {
		if err := os.Remove(path); errors.Is(err, fs.ErrPermission) {
			return err
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &begunElsewhere{dir}
		}
	}
	err := os.Remove(dir)
	if errors.Is(err, fs.ErrExist) { // it is not empty
		return &begunElsewhere{dir}
	}
	return err
}
