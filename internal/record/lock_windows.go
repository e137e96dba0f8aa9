package record

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

func lock(f *os.File) error  { return lockFile(f, windows.LOCKFILE_EXCLUSIVE_LOCK) }
func share(f *os.File) error { return lockFile(f, 0) }

func lockFile(f *os.File, how uint32) error {
	err := windows.LockFileEx(windows.Handle(f.Fd()), how|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, new(windows.Overlapped))
	switch {
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION):
		return ErrLocked
	case err != nil:
		return &os.PathError{Op: "locking", Path: f.Name(), Err: err}
	}
	return nil
}
