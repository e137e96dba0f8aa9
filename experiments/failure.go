package experiments

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// also is err with a failure that came after it, unless that only says the same again. After an interruption the failure stands alone: what
// is not on disk must not have the status of a run that can go on.
func also(err, failure error) error {
	switch {
	case failure == nil:
		return err
	case err == nil, isInterruption(err):
		return failure
	case errors.Is(err, failure), sameErrno(err, failure):
		return err
	}
	return errors.Join(err, failure)
}

func isInterruption(err error) bool {
	return errors.Is(err, ErrInterrupted) || errors.Is(err, context.Canceled)
}

func sameErrno(a, b error) bool {
	var x, y syscall.Errno
	return errors.As(a, &x) && errors.As(b, &y) && x == y
}

// unwritten adds the remedy to the error of a file that could not be written in the run directory dir.
func unwritten(err error, dir string) error {
	switch {
	case !isOfFile(err), strings.Contains(err.Error(), resumeVariable):
		return err
	case isFull(err):
		return fmt.Errorf("%w; make room and go on with EOSS_RESUME=%s", err, dir)
	}
	return fmt.Errorf("%w; once it can be written go on with EOSS_RESUME=%s", err, dir)
}

// unbegun adds the remedy to the error of a file in dir that could not be written before there was a run.
func unbegun(err error, dir string) error {
	var file *fs.PathError
	switch {
	case !isOfFile(err), errors.As(err, &file) && !strings.HasPrefix(file.Path, dir):
		return err
	case isFull(err):
		return fmt.Errorf("%w; make room, or name another EOSS_OUT", err)
	}
	return fmt.Errorf("%w; name another EOSS_OUT", err)
}

func isOfFile(err error) bool {
	return errors.As(err, new(*fs.PathError)) || errors.As(err, new(*os.LinkError))
}

func isFull(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }
