package study

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// changesOf makes the tests' own program change the files of the set that it names.
const changesOf = "CHANGE_SET"

const changes = 20

// changeSet notes times and judges claims of its own again and again, as the process of a set would.
func changeSet(dir string) int {
	m := Maker{Set: &Set{}, Settings: Settings{Out: dir}}
	for i := range changes {
		claim := Claim{Number: 1000*os.Getpid() + i, Judge: func(*Results) ([]Row, error) { return []Row{{Outcome: Holds, Measured: Unknown}}, nil }}
		if _, err := m.judge(io.Discard, m.results(), []Claim{claim}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		if err := addTime(m.results().Dir, fmt.Sprint(claim.Number), 1); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return 0
}

// TestProcessesChangeASet: of two that change the files of a set at the same time, none loses what the other wrote.
func TestProcessesChangeASet(t *testing.T) {
	const processes = 3
	dir := t.TempDir()
	folder(t, filepath.Join(dir, "runs"))
	var running []*exec.Cmd
	for range processes {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), changesOf+"="+dir)
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, c)
	}
	for _, c := range running {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	times, err := ReadTimes(filepath.Join(dir, "runs"))
	if err != nil || len(times) != processes*changes {
		t.Errorf("%d times, not %d: %v", len(times), processes*changes, err)
	}
	table, err := ReadClaims(dir)
	if err != nil || len(table) != processes*changes {
		t.Errorf("%d rows, not %d: %v", len(table), processes*changes, err)
	}
}

// TestTimeOfARemovedRun: a run that is made again has the time that it takes then.
func TestTimeOfARemovedRun(t *testing.T) {
	results, run := NewResults(t.TempDir()), tiny(nil)
	if err := addTime(results.Dir, run.ID(), 1e6); err != nil {
		t.Fatal(err)
	}
	if err := (&Pool{Results: results, Workers: 1, Log: &bytes.Buffer{}}).Do(context.Background(), []Run{run}); err != nil {
		t.Fatal(err)
	}
	if times, err := ReadTimes(results.Dir); err != nil || times[run.ID()] <= 0 || times[run.ID()] > 1e5 {
		t.Errorf("it took %v, %v", times, err)
	}
}

// TestTimeThatIsNotKept: a run that is done is no failure when only its time can't be written.
func TestTimeThatIsNotKept(t *testing.T) {
	results, run := NewResults(t.TempDir()), tiny(nil)
	folder(t, filepath.Join(results.Dir, timesFile))
	var log bytes.Buffer
	if err := (&Pool{Results: results, Workers: 1, Log: &log}).Do(context.Background(), []Run{run}); err != nil {
		t.Errorf("it failed: %v", err)
	}
	if text := log.String(); strings.Count(text, "how long "+run.ID()+" took is not kept: ") != 1 || !strings.Contains(text, timesFile) || strings.Contains(text, "FAILED") {
		t.Errorf("it says %s", text)
	}
}
