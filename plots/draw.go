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
// names of the files to out, at the end. It is [ErrNothing] when there is no such figure.
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
	var files []string
	for _, f := range figures {
		if f.needs != nil && !run.recorded(f.needs...) {
			continue
		}
		made, err := f.drawIn(filepath.Join(dir, "figures"), run)
		files = append(files, made...)
		switch {
		case errors.Is(err, ErrNothing):
			nothing = err
		case err != nil:
			return errors.Join(err, list(out, files))
		}
	}
	if len(files) > 0 {
		return list(out, files)
	}
	return nothing
}

// drawIn draws the figure in the folder and returns the files that it has made.
func (f figure) drawIn(folder string, run *Run) (files []string, err error) {
	drawn, err := f.draw(run)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, err
	}
	return drawn.Save(filepath.Join(folder, f.name))
}

// list prints the names of files, a line each.
func list(out io.Writer, files []string) error {
	for _, file := range files {
		if _, err := fmt.Fprintln(out, file); err != nil {
			return err
		}
	}
	return nil
}
