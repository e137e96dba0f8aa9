package plots

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// drawing is a [Figure] or a [Sheet].
type drawing interface {
	Save(base string) (files []string, err error)
}

// figure is one file of RUNDIR/figures.
type figure struct {
	name  string
	draw  func(*Run) (drawing, error)
	needs []string // drawn for runs that have a row of any of these; nil: for all
}

// studies lists the figures of every study.
var studies = map[string][]figure{
	"eoss": {
		{name: "trajectory", draw: func(r *Run) (drawing, error) { return Trajectory(r) }},
		{name: "trajectory-lambda-b", draw: func(r *Run) (drawing, error) { return MiniBatchTrajectory(r) }, needs: []string{"step_lambda_b_max", "lambda_b_max"}},
		{name: "spectral-density", draw: func(r *Run) (drawing, error) { return Densities(r) }, needs: []string{"spectral_density_mean"}},
	},
}

// ErrNothing says that a run has recorded nothing of what a figure shows.
var ErrNothing = errors.New("nothing to draw")

// Draw draws every figure of the study of the run in dir that the run has
// recorded something of as dir/figures/NAME.png, .svg and .pdf, and prints the
// names of the files to out. It is [ErrNothing] when there is no such figure.
func Draw(dir string, out io.Writer) error {
	run, err := OpenRun(dir)
	if err != nil {
		return err
	}
	figures, ok := studies[run.Config.Study]
	if !ok {
		return fmt.Errorf("%s: there are no figures for the study %q, only for %s", dir, run.Config.Study,
			strings.Join(slices.Sorted(maps.Keys(studies)), ", "))
	}
	run.noteTorn(out)
	var nothing error
	done := 0
	for _, f := range figures {
		if f.needs != nil && !run.recorded(f.needs...) {
			continue
		}
		switch err := f.drawTo(filepath.Join(dir, "figures"), run, out); {
		case errors.Is(err, ErrNothing):
			nothing = err
		case err != nil:
			return err
		default:
			done++
		}
	}
	if done > 0 {
		return nil
	}
	return nothing
}

// drawTo draws the figure in the folder.
func (f figure) drawTo(folder string, run *Run, out io.Writer) error {
	drawn, err := f.draw(run)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	files, err := drawn.Save(filepath.Join(folder, f.name))
	for _, file := range files {
		fmt.Fprintln(out, file)
	}
	return err
}
