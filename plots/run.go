package plots

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"eoss/internal/record"
)

// Run is a run directory in memory.
type Run struct {
	Dir     string
	Config  record.Config
	Rows    []record.Row
	History []record.Row // of a fork: its parent's rows before the fork
	Torn    int          // bytes of an unfinished last row, which is left out
}

// ErrNoRows says that nothing has been measured.
var ErrNoRows = errors.New("holds no measurements yet: wait for the first, or start the run again with EOSS_MEASURE set")

// OpenRun reads the run directory dir. A run that is still going can be read; it is [ErrNoRows] before its first row.
func OpenRun(dir string) (*Run, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: no such directory; give the directory of a run, as the run printed it", dir)
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fmt.Errorf("%s is a file; give the directory of the run that holds it", dir)
	}
	r := &Run{Dir: dir}
	if r.Config, err = record.ReadConfig(filepath.Join(dir, record.ConfigFile)); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s holds no %s, so it is not the directory of a run; give one, as the run printed it",
				dir, record.ConfigFile)
		}
		return nil, err
	}
	path := filepath.Join(dir, record.MetricsFile)
	if r.Rows, r.Torn, err = record.ReadRows(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if len(r.Rows) == 0 {
		return nil, fmt.Errorf("%s %w", path, ErrNoRows)
	}
	if err := r.readHistory(); err != nil {
		return nil, err
	}
	return r, nil
}

// noteTorn says that the last row is unfinished, if it is, and how to get it back.
func (r *Run) noteTorn(out io.Writer) {
	if r.Torn > 0 {
		fmt.Fprintf(out, "%s: the last row is unfinished (%d bytes) and left out; if the run is not going on, EOSS_RESUME=%[1]s just eoss measures it again\n", r.Dir, r.Torn)
	}
}

// positive reads a variable of the run that a figure cannot do without.
func (r *Run) positive(name string) (float64, error) {
	text, path := r.Config.Variables[name], filepath.Join(r.Dir, record.ConfigFile)
	if text == "" {
		return 0, fmt.Errorf("%s: no %s among the variables; add it as the run had it", path, name)
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x > 0 && x <= largest) {
		return 0, fmt.Errorf("%s: %s is %q and should be a positive number", path, name, text)
	}
	return x, nil
}

// momentum is μ.
func (r *Run) momentum() (float64, error) {
	text := r.Config.Variables["EOSS_MOMENTUM"]
	mu, err := strconv.ParseFloat(text, 64)
	if err != nil || !(mu >= 0 && mu < 1) {
		return 0, fmt.Errorf("%s: EOSS_MOMENTUM is %q and should be a number from 0 to below 1", filepath.Join(r.Dir, record.ConfigFile), text)
	}
	return mu, nil
}

// recorded reports whether the run has a row of any of the names.
func (r *Run) recorded(names ...string) bool {
	return slices.ContainsFunc(r.Rows, func(row record.Row) bool { return slices.Contains(names, row.Name) })
}

// highest is the largest value recorded under a name.
func (r *Run) highest(name string) float64 {
	top := math.Inf(-1)
	for _, row := range r.Rows {
		if row.Name == name && row.Value > top {
			top = row.Value
		}
	}
	return top
}

func (r *Run) lastStep() int {
	last := 0
	for _, row := range r.Rows {
		last = max(last, row.Step)
	}
	return last
}
