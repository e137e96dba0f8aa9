package experiments

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoss/internal/record"
)

// madeRun writes a run directory: config.json, rows of Batch Sharpness at 1.1 × 2/η every 10 steps up to last, and what
// verdict.json says; "" for none.
func madeRun(t *testing.T, dir string, last int, verdict string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	err := record.WriteConfig(filepath.Join(dir, record.ConfigFile), record.Config{Study: "eoss", Variables: map[string]string{
		"EOSS_MODEL": "mlp", "EOSS_LR": "0.01", "EOSS_BATCH": "16", "EOSS_STEPS": "400", "EOSS_OPTIMIZER": "sgd"}})
	if err != nil {
		t.Fatal(err)
	}
	w, err := record.OpenWriter(filepath.Join(dir, record.MetricsFile))
	if err != nil {
		t.Fatal(err)
	}
	for step := 0; step <= last; step += 10 {
		if err := w.Write(record.Row{Step: step, Name: "batch_sharpness_mean_ratio", Value: 220, StdErr: 2}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if verdict != "" {
		put(t, filepath.Join(dir, verdictFile), verdict)
	}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func runsMain(args ...string) (status int, stdout, stderr string) {
	var out, log bytes.Buffer
	status = RunsMain(args, &out, &log)
	return status, out.String(), log.String()
}

// TestRuns: every state, a torn last line, and damaged directories, which are lines below the table.
func TestRuns(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	madeRun(t, at("a-finished"), 400, `{"state":"finished","steps":400}`)
	madeRun(t, at("b-interrupted-with-a-long-name"), 200, `{"state":"interrupted","steps":205}`)
	madeRun(t, at("c-diverged"), 20, `{"state":"diverged","steps":25}`)
	madeRun(t, at("d-torn"), 300, "")
	f, err := os.OpenFile(filepath.Join(at("d-torn"), record.MetricsFile), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString(`{"step":310,"na`)
	f.Close()
	madeRun(t, at("e-running"), 100, `{"state":"interrupted","steps":100}`)
	lock, err := record.LockDir(at("e-running"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	madeRun(t, at("f-new"), -1, "")
	madeRun(t, at("g-bad-config"), 10, "")
	put(t, filepath.Join(at("g-bad-config"), record.ConfigFile), `{"study":`)
	madeRun(t, at("h-bad-verdict"), 10, `{"state"`)
	madeRun(t, at("i-bad-row"), 10, "")
	put(t, filepath.Join(at("i-bad-row"), record.MetricsFile), "{}\n{}\n")
	if err := os.Mkdir(at("j-foreign"), 0o777); err != nil {
		t.Fatal(err)
	}
	put(t, at("k-file"), "no directory")

	status, got, log := runsMain(dir)
	want := `RUN                             STUDY  MODEL  η     b   STEPS       STATE        BS·η/2
a-finished                      eoss   mlp    0.01  16  400 of 400  finished     1.10 [1.09, 1.11]
b-interrupted-with-a-long-name  eoss   mlp    0.01  16  205 of 400  interrupted  1.10 [1.09, 1.11]
c-diverged                      eoss   mlp    0.01  16  25 of 400   diverged     -
d-torn                          eoss   mlp    0.01  16  300 of 400  unfinished   1.10 [1.09, 1.11]
e-running                       eoss   mlp    0.01  16  100 of 400  running      -
f-new                           eoss   mlp    0.01  16  0 of 400    unfinished   -
g-bad-config: ` + at("g-bad-config") + `/config.json is damaged: unexpected end of JSON input; put back what it held, or train the run again
h-bad-verdict: ` + at("h-bad-verdict") + `/verdict.json is damaged: unexpected end of JSON input; put back what it held, or EOSS_RESUME=` + at("h-bad-verdict") + ` ends the run again
i-bad-row: ` + at("i-bad-row") + `/metrics.jsonl: line 1 is damaged (no "step"); repair that line
j-foreign: no config.json: not a run that was trained
`
	if status != 0 || log != "" || got != want {
		t.Errorf("status %d, %s\n got\n%s\nwant\n%s", status, log, got, want)
	}
	if _, err := os.Stat(filepath.Join(at("a-finished"), record.LockFile)); err == nil {
		t.Error("listing made a lock file")
	}
	if status, got, _ := runsMain(at("a-finished")); status != 0 || strings.Count(got, "\n") != 2 || !strings.Contains(got, "a-finished") {
		t.Errorf("one run: status %d\n%s", status, got)
	}
}

// TestRunsOfARealRun: what training and Conclude leave behind is read.
func TestRunsOfARealRun(t *testing.T) {
	c := small(t, map[string]string{"EOSS_MEASURE": "batch_sharpness@2"})
	r, _ := trained(t, c)
	if _, err := Conclude(r, c, r.End.State(false)); err != nil {
		t.Fatal(err)
	}
	status, got, _ := runsMain(filepath.Dir(r.Dir))
	if status != 0 || !strings.Contains(got, "run  eoss   mlp    0.01  8  40 of 40  finished  ") || !strings.Contains(got, "[") {
		t.Errorf("status %d\n%s", status, got)
	}
}

// TestRunsUnsaid: a list that can't be printed is a failure, of runs, of damaged ones and of none.
func TestRunsUnsaid(t *testing.T) {
	run, damaged := filepath.Join(t.TempDir(), "run"), t.TempDir()
	madeRun(t, run, 400, `{"state":"finished","steps":400}`)
	put(t, filepath.Join(damaged, record.ConfigFile), "{")
	read, out := io.Pipe()
	read.CloseWithError(errors.New("unread"))
	for _, dir := range []string{run, damaged, t.TempDir()} {
		var log bytes.Buffer
		if status := RunsMain([]string{dir}, out, &log); status != ExitFailure || log.String() != "unread\n" {
			t.Errorf("%s: status %d, %s", dir, status, &log)
		}
	}
}

func TestRunsMistakes(t *testing.T) {
	empty := t.TempDir()
	if status, out, _ := runsMain(empty); status != 0 || out != empty+" holds no runs yet\n" {
		t.Errorf("status %d, %q", status, out)
	}
	file := filepath.Join(empty, "file")
	put(t, file, "")
	for _, args := range [][]string{{filepath.Join(empty, "none")}, {file}, {"a", "b"}, {"-x"}} {
		status, out, log := runsMain(args...)
		if status != ExitUsage || out != "" || strings.Count(log, "\n") != 1 {
			t.Errorf("%v: status %d, %q, %q", args, status, out, log)
		}
	}
	if status, out, _ := runsMain("-h"); status != 0 || !strings.Contains(out, "unfinished") {
		t.Errorf("-h: status %d, %q", status, out)
	}
}
