package experiments

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"eoss/internal/record"
)

const runsHelp = `usage: runs [DIR]

Lists the run directories in DIR (default: runs), in the order of their names. STATE is finished, stopped at
EOSS_STOP_LOSS, diverged or interrupted, as the run ended; running, while a process writes it; unfinished, when it
ended otherwise. BS·η/2 is the mean of Batch Sharpness (mean of ratios) over the last quarter of the steps done as a
multiple of 2/η, with its 95 % interval.
`

// RunsMain is the whole program runs: it lists the run directories in the folder that args name on stdout and returns the
// exit status.
func RunsMain(args []string, stdout, stderr io.Writer) int {
	dir, err := "runs", error(nil)
	switch {
	case len(args) == 1 && (args[0] == "-h" || args[0] == "--help" || args[0] == "-help" || args[0] == "help"):
		_, err = io.WriteString(stdout, runsHelp)
		return ExitStatus(err)
	case len(args) > 1 || len(args) == 1 && strings.HasPrefix(args[0], "-"):
		err = &UsageError{fmt.Sprintf("unexpected arguments %q: give one folder of runs, or none for runs (-h explains)", args)}
	case len(args) == 1:
		dir = args[0]
	}
	if err == nil {
		err = WriteRuns(stdout, dir)
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
	}
	return ExitStatus(err)
}

// WriteRuns writes a table of the run directories in dir, or of dir itself if it is one. A damaged one is a line below the
// table.
func WriteRuns(w io.Writer, dir string) error {
	paths, err := runPaths(dir)
	if err != nil {
		return err
	}
	table := [][]string{{"RUN", "STUDY", "MODEL", "η", "b", "STEPS", "STATE", "BS·η/2"}}
	var damaged []string
	for _, path := range paths {
		row, err := runRow(path)
		if err != nil {
			damaged = append(damaged, oneLine(fmt.Sprintf("%s: %v", filepath.Base(path), err)))
			continue
		}
		table = append(table, row)
	}
	out := bufio.NewWriter(w) // its Flush has the error of any line
	if len(table) > 1 {
		writeAligned(out, table)
	}
	for _, line := range damaged {
		fmt.Fprintln(out, line)
	}
	if len(paths) == 0 {
		fmt.Fprintf(out, "%s holds no runs yet\n", dir)
	}
	return out.Flush()
}

// runPaths are the folders in dir, or dir itself if it is a run directory.
func runPaths(dir string) ([]string, error) {
	if _, err := os.Stat(filepath.Join(dir, record.ConfigFile)); err == nil {
		return []string{filepath.Clean(dir)}, nil
	}
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &UsageError{oneLine(dir + ": no such folder; give the folder that holds run directories")}
	case err != nil:
		return nil, &UsageError{oneLine(err.Error())}
	}
	var paths []string
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if info, err := os.Stat(path); err == nil && info.IsDir() && !strings.HasPrefix(e.Name(), ".") { // links to runs too
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// runRow is the line of one run; an error says why there is none.
func runRow(dir string) ([]string, error) {
	running, err := record.Locked(dir)
	if err != nil {
		return nil, err
	}
	config, err := record.ReadConfig(filepath.Join(dir, record.ConfigFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("no config.json: not a run that was trained")
	}
	if err != nil {
		return nil, err
	}
	rows, _, err := record.ReadRows(filepath.Join(dir, record.MetricsFile))
	if err != nil && !isMissing(err) {
		return nil, err
	}
	outcome, err := ReadOutcome(dir)
	switch {
	case running || isMissing(err):
		outcome = Outcome{State: map[bool]string{true: "running", false: "unfinished"}[running]}
		for _, r := range rows {
			outcome.Steps = max(outcome.Steps, r.Step)
		}
	case err != nil:
		return nil, err
	}
	v := config.Variables
	model := v["EOSS_MODEL"]
	if o := v["EOSS_OPTIMIZER"]; o != "" && o != "sgd" {
		model += ", " + o
	}
	return []string{filepath.Base(dir), config.Study, model, v["EOSS_LR"], v["EOSS_BATCH"],
		fmt.Sprintf("%d of %s", outcome.Steps, v["EOSS_STEPS"]), outcome.State, plateauText(rows, config.FirstStep(), outcome.Steps, v["EOSS_LR"])}, nil
}

// plateauText is the plateau of Batch Sharpness in units of 2/η, "" where it cannot be told.
func plateauText(rows []record.Row, first, steps int, lr string) string {
	eta, err := strconv.ParseFloat(lr, 64)
	if err != nil || !(eta > 0) {
		return ""
	}
	s := record.SelectSeries(rows, "batch_sharpness_mean_ratio")
	p := NewPlateau(Series{Steps: s.Steps, Values: s.Values, StdErr: s.StdErrs, First: first}, steps, 2/eta)
	if p.N < MinPlateauValues {
		return ""
	}
	return fmt.Sprintf("%.2f [%.2f, %.2f]", p.Ratio.Value, p.Ratio.Lo, p.Ratio.Hi)
}

// writeAligned writes the rows with their columns aligned; an empty cell is "-".
func writeAligned(w io.Writer, table [][]string) {
	widths := make([]int, len(table[0]))
	for _, row := range table {
		for i, cell := range row {
			if row[i] = oneLine(cell); row[i] == "" {
				row[i] = "-"
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
	}
	for _, row := range table {
		var line strings.Builder
		for i, cell := range row {
			fmt.Fprintf(&line, "%-*s  ", widths[i], cell)
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}
