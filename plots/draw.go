package plots

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// figure is one file of RUNDIR/figures.
type figure struct {
	name  string
	draw  func(*Run) (*Figure, error)
	needs []string // drawn for runs that have a row of any of these; nil: for all
}

// studies lists the figures of every study.
var studies = map[string][]figure{
	"eoss": {
		{name: "trajectory", draw: Trajectory},
		{name: "trajectory-lambda-b", draw: MiniBatchTrajectory, needs: []string{"step_lambda_b_max", "lambda_b_max"}},
	},
}

// Draw draws every figure of the study of the run in dir as
// dir/figures/NAME.png, .svg and .pdf, and prints the names of the files to
// out.
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
	if run.Torn > 0 {
		fmt.Fprintf(out, "%s: the last row is unfinished (%d bytes) and left out\n", dir, run.Torn)
	}
	folder := filepath.Join(dir, "figures")
	for _, f := range figures {
		if f.needs != nil && !run.recorded(f.needs...) {
			continue
		}
		drawn, err := f.draw(run)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(folder, 0o777); err != nil {
			return err
		}
		files, err := drawn.Save(filepath.Join(folder, f.name))
		if err != nil {
			return err
		}
		for _, file := range files {
			fmt.Fprintln(out, file)
		}
	}
	return nil
}
