package plots

import (
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"eoss/internal/record"
)

// Names of the files that Export writes into a run directory. TensorBoard knows an event file by "tfevents".
const (
	exportDir  = "export"
	csvFile    = "metrics.csv"
	eventsFile = "events.out.tfevents.eoss"
)

// Export writes the measurements of the run in dir as dir/export/metrics.csv and as an event file for TensorBoard beside
// it, and prints the names of the files to out. Each file is replaced as a whole.
//
// The CSV file (RFC 4180) has a row for every step, in order: step, epoch, then a column for every quantity in the order
// of their first appearance, and after it, called NAME_stderr and NAME_residual, those for its standard error and its residual if it has them. What was not
// measured at a step is empty; NaN, +Inf and -Inf stand for themselves. The event file has the same numbers, rounded to
// float32, as scalars called NAME and stderr/NAME, and every png of dir/figures as an image at the last step.
func Export(dir string, out io.Writer) error {
	run, err := OpenRun(dir)
	if err != nil {
		return err
	}
	run.noteTorn(out)
	info, err := os.Stat(filepath.Join(dir, record.MetricsFile))
	if err != nil {
		return err
	}
	figures, err := pngFiles(filepath.Join(dir, "figures"))
	if err != nil {
		return err
	}
	folder := filepath.Join(dir, exportDir)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	steps := bySteps(run.Rows)
	var files []string
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{csvFile, func(w io.Writer) error { return writeCSV(w, steps) }},
		{eventsFile, func(w io.Writer) error {
			return writeEvents(w, float64(info.ModTime().UnixNano())/1e9, steps, figures)
		}},
	} {
		path := filepath.Join(folder, file.name)
		if err := record.WriteFile(path, file.write); err != nil {
			return err
		}
		files = append(files, path)
	}
	return list(out, files)
}

// stepRows are the rows of one step, a quantity once.
type stepRows struct {
	step  int
	epoch float64
	rows  []record.Row
}

// bySteps sorts rows by step and keeps the order of the quantities. Of a quantity measured twice at one step the later row
// counts, as in [record.SelectSeries].
func bySteps(rows []record.Row) []stepRows {
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b record.Row) int { return a.Step - b.Step })
	var steps []stepRows
	for _, r := range sorted {
		if len(steps) == 0 || steps[len(steps)-1].step != r.Step {
			steps = append(steps, stepRows{step: r.Step})
		}
		s := &steps[len(steps)-1]
		s.epoch = r.Epoch
		if i := slices.IndexFunc(s.rows, func(o record.Row) bool { return o.Name == r.Name }); i >= 0 {
			s.rows[i] = r
		} else {
			s.rows = append(s.rows, r)
		}
	}
	return steps
}

func writeCSV(w io.Writer, steps []stepRows) error {
	var names []string
	hasError, hasResidual := map[string]bool{}, map[string]bool{}
	for _, s := range steps {
		for _, r := range s.rows {
			if _, seen := hasError[r.Name]; !seen {
				names = append(names, r.Name)
			}
			hasError[r.Name] = hasError[r.Name] || r.StdErr != 0
			hasResidual[r.Name] = hasResidual[r.Name] || r.Residual != 0
		}
	}
	column := map[string]int{}
	header := []string{"step", "epoch"}
	for _, name := range names {
		column[name] = len(header)
		header = append(header, name)
		if hasError[name] {
			header = append(header, name+"_stderr")
		}
		if hasResidual[name] {
			header = append(header, name+"_residual")
		}
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := c.Write(header); err != nil {
		return err
	}
	for _, s := range steps {
		cells := make([]string, len(header))
		cells[0], cells[1] = strconv.Itoa(s.step), number(s.epoch)
		for _, r := range s.rows {
			at := column[r.Name]
			cells[at] = number(r.Value)
			if hasError[r.Name] {
				at++
				cells[at] = number(r.StdErr)
			}
			if hasResidual[r.Name] {
				cells[at+1] = number(r.Residual)
			}
		}
		if err := c.Write(cells); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// number is x in the fewest digits that give it back.
func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
