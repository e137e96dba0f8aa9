package experiments

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// smallSnapshot is a network of a second in the environment.
func smallSnapshot(t *testing.T, more map[string]string) {
	t.Helper()
	for name := range eossVariables(os.Environ()) {
		t.Setenv(name, "") // so that it is restored afterwards
		os.Unsetenv(name)
	}
	for name, value := range map[string]string{"EOSS_N": "64", "EOSS_N_TEST": "32", "EOSS_WIDTHS": "8", "EOSS_BATCH": "8",
		"EOSS_BS_MIN_BATCHES": "4", "EOSS_BS_MAX_BATCHES": "4"} {
		t.Setenv(name, value)
	}
	for name, value := range more {
		t.Setenv(name, value)
	}
}

func measureMain(args ...string) (status int, stdout, stderr string) {
	var out, log bytes.Buffer
	status = MeasureMain(args, &out, &log)
	return status, out.String(), log.String()
}

// TestMeasureIsStepZero: measuring a file of parameters gives the rows that training from it writes at step 0.
func TestMeasureIsStepZero(t *testing.T) {
	p, err := NewProblem[float32](small(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	c := small(t, map[string]string{"EOSS_INIT": saved(t, toTensors(p.Model, p.Theta)), "EOSS_MEASURE": strings.Replace(everyMeasurement("20"), "momentum_sharpness@20,", "", 1)})
	_, rows := trained(t, c)
	c.Out = filepath.Join(t.TempDir(), "measured")
	s, err := Measure(context.Background(), c, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.Quantities {
		s.Quantities[i].Seconds = 0
	}
	if want := rows[:len(rows)/3]; !slices.Equal(s.Quantities, want) { // of the steps 0, 20 and 40
		t.Errorf("measured\n%v\nat step 0 of training\n%v", s.Quantities, want)
	}
	text, err := os.ReadFile(filepath.Join(c.Out, SnapshotFile))
	if err != nil {
		t.Fatal(err)
	}
	var read Snapshot
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	for i := range read.Quantities {
		read.Quantities[i].Seconds = 0
	}
	if !slices.Equal(read.Quantities, s.Quantities) || read.Config.InitChecksum == "" || read.Config.Study != "measure" {
		t.Errorf("measure.json holds %+v", read)
	}
}

// TestMeasureMain: without variables everything is measured, as a table or as JSON of the same values.
func TestMeasureMain(t *testing.T) {
	smallSnapshot(t, nil)
	before, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	status, table, log := measureMain()
	if status != 0 {
		t.Fatalf("status %d: %s", status, log)
	}
	status, text, log := measureMain("-json")
	var s Snapshot
	if err := json.Unmarshal([]byte(text), &s); err != nil || status != 0 {
		t.Fatalf("status %d, %v: %s", status, err, log)
	}
	for _, m := range snapshotMeasurables() {
		if !strings.Contains(log, "measuring "+m.Name+"\n") {
			t.Errorf("%s was not measured", m.Name)
		}
	}
	if strings.Contains(log, "param_distance") {
		t.Error("param_distance was measured")
	}
	lines := strings.Split(table, "\n")
	for i, q := range s.Quantities {
		line := lines[3+i]
		if !strings.HasPrefix(line, q.Name+" ") || len([]rune(line)) != len([]rune(lines[2])) {
			t.Errorf("%s stands in the line %q", q.Name, line)
		}
	}
	after, err := os.ReadDir(".")
	if err != nil || len(after) != len(before) {
		t.Errorf("files were written without EOSS_OUT (%v)", err)
	}
}

// TestMeasureHelp: it lists the variables that are read, each with a line, and names no other.
func TestMeasureHelp(t *testing.T) {
	status, text, _ := measureMain("-h")
	if status != 0 || !strings.Contains(text, "measure [-json] [-h]\n") {
		t.Fatalf("-h: status %d, %s", status, text)
	}
	named := map[string]bool{}
	for _, name := range regexp.MustCompile(`EOSS_[A-Z0-9_]+`).FindAllString(text, -1) {
		named[name] = true
	}
	delete(named, "EOSS_NAME") // of the usage
	for _, v := range variablesOf(new(Config)) {
		read := !slices.Contains(snapshotUnread, v.name)
		if named[v.name] != read || read != strings.Contains(text, "\n"+v.name+" ") {
			t.Errorf("%s is read: %t; -h names it: %t", v.name, read, named[v.name])
		}
		delete(named, v.name)
	}
	if len(named) > 0 {
		t.Errorf("-h names %v", named)
	}
	for line := range strings.Lines(text) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 120 {
			t.Errorf("%d characters: %s", n, line)
		}
	}
}

// TestMeasureMistakes: one line, status 2, and no folder.
func TestMeasureMistakes(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"EOSS_STEPS", "5", "takes no training step"},
		{"EOSS_STOP_LOSS", "0", "takes no training step"},
		{"EOSS_MEASURE", "loss@5", "a cadence has no effect"},
		{"EOSS_MEASURE", "none", "nothing would be measured"},
		{"EOSS_MEASURE", "", "is empty"},
		{"EOSS_MEASURE", "param_distance", "no measurement \"param_distance\""},
		{"EOSS_INITT", "a", "did you mean EOSS_INIT?"},
		{"EOSS_INIT", "none.safetensors", "EOSS_INIT=none.safetensors: does not exist; give a safetensors file"},
		{"EOSS_OUT", ".", "exists already"},
	} {
		t.Run(test.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			smallSnapshot(t, map[string]string{"EOSS_OUT": out, test.name: test.value})
			status, text, log := measureMain()
			if status != ExitUsage || text != "" || strings.Count(log, "\n") != 1 || !strings.Contains(log, test.want) {
				t.Errorf("%s=%s: status %d, stdout %q, stderr %q", test.name, test.value, status, text, log)
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("a folder was made")
			}
		})
	}
	smallSnapshot(t, map[string]string{"EOSS_MEASURE": "batch_sharpness", "EOSS_LMAX_TOL": "0.1"})
	if status, _, log := measureMain(); status != ExitUsage || !strings.Contains(log, "EOSS_LMAX_TOL=0.1: has no effect") {
		t.Errorf("status %d, %s", status, log)
	}
	if status, _, log := measureMain("-jsn"); status != ExitUsage || !strings.Contains(log, "-jsn") {
		t.Errorf("status %d, %s", status, log)
	}
}

// TestMeasureInterrupted: it says so and leaves no folder.
func TestMeasureInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(ErrInterrupted)
	c := small(t, nil)
	if _, err := Measure(ctx, c, io.Discard); !errors.Is(err, ErrInterrupted) {
		t.Errorf("the error is %v", err)
	}
	if _, err := os.Stat(c.Out); err == nil {
		t.Error("there is a folder, which the next attempt would find taken")
	}
}
