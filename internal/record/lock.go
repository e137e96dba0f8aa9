package record

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// LockFile is the file that a process holds locked while it writes the run directory. It stays when the process ends.
const LockFile = ".lock"

// ErrLocked says that another process writes the run directory.
var ErrLocked = errors.New("another process is writing it; wait for that to end, or stop it")

// Lock is the sole right to write a run directory. The operating system takes it back when the process ends, however it
// ends.
type Lock struct{ file *os.File }

// LockDir takes the right to write the run directory dir, or is [ErrLocked] at once; but for a moment in which [Locked] may hold it.
func LockDir(dir string) (*Lock, error) {
	f, err := os.OpenFile(filepath.Join(dir, LockFile), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	err = lock(f)
	for range 5 {
		if errors.Is(err, ErrLocked) {
			time.Sleep(10 * time.Millisecond)
			err = lock(f)
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	if !isAt(f, filepath.Join(dir, LockFile)) { // whoever had the lock until now has removed the folder
		f.Close()
		return nil, fmt.Errorf("%s: %w", dir, ErrLocked)
	}
	return &Lock{f}, nil
}

// isAt says whether path is still the name of f.
func isAt(f *os.File, path string) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(opened, named)
}

// Release gives the right back.
func (l *Lock) Release() error { return l.file.Close() }
