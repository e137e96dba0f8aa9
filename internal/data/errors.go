package data

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Error is a mistake in the folder that EOSS_DATA_DIR names, or in what is asked of it.
type Error struct {
	Path    string // the folder or file
	Problem string
	Remedy  string
}

func (e *Error) Error() string {
	return fmt.Sprintf("EOSS_DATA_DIR: %s %s; %s", e.Path, e.Problem, e.Remedy)
}

const (
	batchesDir = "cifar-10-batches-bin" // the folder inside the official archive
	remedyFile = "get CIFAR-10's binary version again (`just data`) or point EOSS_DATA_DIR at another copy"
)

// remedyDir says where the right folder is: below dir, as when the folder above it was given, or to be downloaded.
func remedyDir(dir string) string {
	inner := filepath.Join(dir, batchesDir)
	if info, err := os.Stat(inner); err == nil && info.IsDir() {
		return "set EOSS_DATA_DIR=" + inner
	}
	return "point EOSS_DATA_DIR at a " + batchesDir + " folder (CIFAR-10's binary version), which `just data` downloads"
}

// CheckDir says what is wrong with a folder for CIFAR-10's binary version before anything in it is read: it is an [*Error], or nil.
func CheckDir(dir string) error {
	if dir == "" {
		return &Error{Path: "the folder of CIFAR-10", Problem: "is not given", Remedy: remedyDir("data")}
	}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Error{Path: dir, Problem: "does not exist", Remedy: remedyDir(dir)}
	case err != nil:
		return &Error{Path: dir, Problem: "can't be opened: " + cause(err), Remedy: remedyDir(dir)}
	case !info.IsDir():
		return &Error{Path: dir, Problem: "is not a folder", Remedy: remedyDir(filepath.Dir(dir))}
	}
	return nil
}

func noBatches(dir string) error {
	return &Error{Path: dir, Problem: "holds no data_batch_1.bin … data_batch_5.bin", Remedy: remedyDir(dir)}
}

func noTestBatch(dir string) error {
	return &Error{Path: filepath.Join(dir, testBatch), Problem: "is missing", Remedy: remedyDir(dir)}
}

func unreadable(path string, err error) error {
	return &Error{Path: path, Problem: "can't be read: " + cause(err), Remedy: "make it a readable file"}
}

// howMany turns the number asked for into the number to take.
func howMany(n, have int, path, kind, variable string) (int, error) {
	switch {
	case n == All:
		return have, nil
	case n < 0 || n > have:
		return 0, &Error{Path: path,
			Problem: fmt.Sprintf("holds %d %s images, and %d were asked for", have, kind, n),
			Remedy:  fmt.Sprintf("set %s to 1 … %d or point EOSS_DATA_DIR at a folder with more", variable, have)}
	}
	return n, nil
}

// cause drops the operation and path that a file error repeats.
func cause(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return err.Error()
}
