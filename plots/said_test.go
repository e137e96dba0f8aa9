package plots_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"eoss/plots"
)

// TestUnsaid: where the names of the files can't be printed, that is the error, and every file is there.
func TestUnsaid(t *testing.T) {
	dir := t.TempDir()
	invented{steps: 400, every: 100, measures: everything}.write(t, dir)
	read, out := io.Pipe()
	unread := errors.New("unread")
	read.CloseWithError(unread)
	for name, make := range map[string]func(string, io.Writer) error{"draw": plots.Draw, "export": plots.Export} {
		if err := make(dir, out); err != unread {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, file := range []string{"figures/trajectory.png", "figures/trajectory-lambda-b.pdf", "export/metrics.csv", "export/events.out.tfevents.eoss"} {
		if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
			t.Error(err)
		}
	}
}
