package study

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"eoss/experiments"
)

// refuseOut is the refusal of the set's folder.
func (s Settings) refuseOut(reason string) error {
	return &experiments.ConfigError{Variable: "EOSS_OUT", Value: s.Out, Reason: reason}
}

// checkOut refuses, and makes nothing, a folder where no set can be, or, without workers, where there are no runs to use.
func (s Settings) checkOut(needsRuns bool) error {
	info, err := os.Stat(filepath.Join(s.Out, "runs"))
	if s.Workers == 0 && needsRuns && (err != nil || !info.IsDir()) {
		return s.refuseOut("has no folder runs, and EOSS_WORKERS=0 starts none: name the folder of a set")
	}
	if file := fileAbove(s.Out); file != "" {
		return s.refuseOut(file + " is a file: name a folder")
	}
	return nil
}

// fileAbove is the file that stands where a folder should be made, at dir or above it; "" if none does.
func fileAbove(dir string) string {
	for dir = filepath.Clean(dir); ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		switch {
		case err == nil && info.IsDir(), dir == filepath.Dir(dir):
			return ""
		case err == nil:
			return dir
		}
	}
}

// makeOut makes the set's folder, and sees that it can be written.
func (s Settings) makeOut() error {
	dir := s.Out
	if s.Workers > 0 {
		dir = filepath.Join(s.Out, "runs")
	}
	err := os.MkdirAll(dir, 0o777)
	if err == nil {
		var probe *os.File
		if probe, err = os.CreateTemp(dir, ".probe-*"); err == nil {
			err = errors.Join(probe.Close(), os.Remove(probe.Name()))
		}
	}
	if err == nil {
		return nil
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return s.refuseOut("can't be written (" + err.Error() + "): name another folder")
}

// checkMade refuses a folder that holds no set yet.
func (s Settings) checkMade() error {
	if info, err := os.Stat(s.Out); err != nil || !info.IsDir() {
		return s.refuseOut("is not the folder of a set: make figures or claims first")
	}
	return nil
}
