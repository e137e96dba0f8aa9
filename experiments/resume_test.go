//go:build unix

package experiments

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"eoss/internal/checkpoint"
	"eoss/internal/record"
)

// TestKilled: a run killed at any moment, again and again, goes on to the very numbers of one that was never stopped.
func TestKilled(t *testing.T) {
	for _, test := range []struct {
		name   string
		signal os.Signal
		kills  int
	}{{"SIGKILL", os.Kill, 14}, {"SIGINT", os.Interrupt, 5}, {"SIGTERM", syscall.SIGTERM, 3}} {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			whole := filepath.Join(folder, "whole")
			began := time.Now()
			if out, err := program(keeping(whole, nil)).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			lasts := time.Since(began)
			rng := rand.New(rand.NewPCG(11, uint64(test.kills)))
			stops := 0
			for chain := 0; stops < test.kills && chain < 4*test.kills; chain++ {
				dir := filepath.Join(folder, "run"+strconv.Itoa(chain))
				stops += killUntilDone(t, dir, test.signal, rng, lasts)
				wantSame(t, dir, whole)
			}
			if stops < test.kills {
				t.Errorf("only %d of %d runs could be stopped before their end", stops, test.kills)
			}
			t.Logf("%d stops of runs that take %v", stops, lasts)
		})
	}
}

// killUntilDone starts a run, stops it at random moments and resumes it until it comes to its end.
func killUntilDone(t *testing.T, dir string, signal os.Signal, rng *rand.Rand, lasts time.Duration) (stops int) {
	t.Helper()
	values := keeping(dir, nil)
	for attempt := 0; ; attempt++ {
		var out bytes.Buffer
		command := program(values)
		command.Stdout, command.Stderr = &out, &out
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		if attempt < 5 {
			time.AfterFunc(time.Duration((0.1+0.8*rng.Float64())*float64(lasts)), func() { command.Process.Signal(signal) })
		}
		err := command.Wait()
		if err == nil {
			return stops
		}
		status := command.ProcessState
		killed := status.Sys().(syscall.WaitStatus).Signaled()
		if !killed && status.ExitCode() != ExitInterrupted {
			t.Fatalf("%v\n%s", err, out.String())
		}
		stops++
		if o, err := ReadOutcome(dir); err == nil && o.Ended() { // killed between its verdict, the last it writes, and its exit
			return stops
		}
		if _, err := os.Stat(filepath.Join(dir, record.ConfigFile)); err == nil {
			values = map[string]string{resumeVariable: dir}
		} else { // killed before there was anything to resume
			os.RemoveAll(dir)
		}
	}
}

// TestEveryMeasurementResumes: a measurement that keeps something and does not say so fails here.
func TestEveryMeasurementResumes(t *testing.T) {
	folder := t.TempDir()
	for _, precision := range []string{"float32", "float64"} {
		more := map[string]string{"EOSS_STEPS": "18", "EOSS_CHECKPOINT": "7", "EOSS_MEASURE": everyMeasurement("4"), "EOSS_OPTIMIZER": "momentum", "EOSS_LR": "0.001", "EOSS_BS_MIN_BATCHES": "4",
			"EOSS_BS_MAX_BATCHES": "8", "EOSS_PRECISION": precision, "EOSS_KEEP": "1"}
		whole, dir := filepath.Join(folder, precision+"-whole"), filepath.Join(folder, precision)
		completed(t, keeping(whole, more))
		interruptedAt(t, keeping(dir, more), 7)
		completed(t, map[string]string{resumeVariable: dir})
		wantSame(t, dir, whole)
	}
}

// TestOptimizersResume: velocities and moments survive, and an unchanged fork has them.
func TestOptimizersResume(t *testing.T) {
	folder := t.TempDir()
	for _, optimizer := range []string{"momentum", "adam"} {
		more := map[string]string{"EOSS_STEPS": "60", "EOSS_CHECKPOINT": "20", "EOSS_MEASURE": "step_sharpness@1", "EOSS_OPTIMIZER": optimizer, "EOSS_LR": "0.001"}
		whole, dir, fork := filepath.Join(folder, optimizer+"-whole"), filepath.Join(folder, optimizer), filepath.Join(folder, optimizer+"-fork")
		completed(t, keeping(whole, more))
		interruptedAt(t, keeping(dir, more), 20)
		completed(t, map[string]string{resumeVariable: dir})
		wantSame(t, dir, whole)
		completed(t, map[string]string{fromVariable: whole + "@20", "EOSS_OUT": fork})
		late := slices.DeleteFunc(rowsOf(t, whole), func(r record.Row) bool { return r.Step < 20 })
		if !reflect.DeepEqual(late, rowsOf(t, fork)) {
			t.Errorf("%s: an unchanged fork has other rows than its parent", optimizer)
		}
		completed(t, map[string]string{fromVariable: whole + "@20", "EOSS_OPTIMIZER": "sgd", "EOSS_OUT": fork + "-sgd"})
	}
}

// TestLonger: a finished run that is made longer is one that was that long from the start.
func TestLonger(t *testing.T) {
	folder := t.TempDir()
	whole, dir := filepath.Join(folder, "whole"), filepath.Join(folder, "run")
	completed(t, keeping(whole, nil))
	completed(t, keeping(dir, map[string]string{"EOSS_STEPS": "343"}))
	completed(t, map[string]string{resumeVariable: dir, "EOSS_STEPS": "600"})
	wantSame(t, dir, whole)
	_, err := attempted(t, map[string]string{resumeVariable: dir})
	wantOneLine(t, err, "EOSS_RESUME="+dir, "finished", "600", "EOSS_STEPS")
}

// TestShorter: an unfinished run that is made shorter, and is in another folder now, is one that was that short from the start; it cannot end before the step it has come to.
func TestShorter(t *testing.T) {
	folder := t.TempDir()
	whole, dir := filepath.Join(folder, "whole"), filepath.Join(folder, "run")
	completed(t, keeping(whole, map[string]string{"EOSS_STEPS": "343"}))
	interruptedAt(t, keeping(dir, nil), 200)
	saved, err := checkpoint.Steps(dir)
	noError(t, err)
	reached := strconv.Itoa(slices.Max(saved))
	for _, steps := range []string{"1", "200", reached} {
		_, err := attempted(t, map[string]string{resumeVariable: dir, "EOSS_STEPS": steps})
		wantOneLine(t, err, "EOSS_STEPS="+steps, "must be more than "+reached+", the step the run has come to")
	}
	moved := filepath.Join(folder, "moved")
	noError(t, os.Rename(dir, moved))
	completed(t, map[string]string{resumeVariable: moved, "EOSS_STEPS": "343"})
	wantSame(t, moved, whole)
	if c, err := record.ReadOriginalConfig(filepath.Join(moved, record.ConfigFile)); err != nil || c.Variables["EOSS_OUT"] != moved || c.Variables["EOSS_STEPS"] != "343" {
		t.Errorf("its configuration is of %s steps in %s, %v", c.Variables["EOSS_STEPS"], c.Variables["EOSS_OUT"], err)
	}
	_, err = attempted(t, map[string]string{resumeVariable: moved, "EOSS_STEPS": "300"})
	wantOneLine(t, err, "EOSS_RESUME="+moved, "the run is finished: all 343 steps")
}

// TestLongerAgain: a run that was made longer and interrupted goes on by the same command, and ends once.
func TestLongerAgain(t *testing.T) {
	folder := t.TempDir()
	whole, dir := filepath.Join(folder, "whole"), filepath.Join(folder, "run")
	more := map[string]string{"EOSS_STEPS": "120"}
	completed(t, keeping(whole, more))
	completed(t, keeping(dir, map[string]string{"EOSS_STEPS": "60"}))
	again := map[string]string{resumeVariable: dir, "EOSS_STEPS": "120"}
	interruptedAsked(t, again, 20)
	completed(t, again)
	wantSame(t, dir, whole)
	_, err := attempted(t, again)
	wantOneLine(t, err, "EOSS_RESUME="+dir, "the run is finished", "120")
}

// TestResumeRefusals: what would not go on to the same numbers is refused in one line that says what differs.
func TestResumeRefusals(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	interruptedAt(t, keeping(dir, nil), 30)
	edit := func(change func(*record.Config)) {
		path := filepath.Join(dir, record.ConfigFile)
		c, err := record.ReadOriginalConfig(path)
		if err != nil {
			t.Fatal(err)
		}
		before, after := c, c
		change(&after)
		record.WriteConfig(path, after)
		_, err = attempted(t, map[string]string{resumeVariable: dir})
		record.WriteConfig(path, before)
		for _, pair := range [][2]string{{before.BLAS, after.BLAS}, {before.Version, after.Version}, {before.Study, after.Study}} {
			if pair[0] != pair[1] {
				wantOneLine(t, err, dir, pair[1])
			}
		}
		wantOneLine(t, err, dir)
	}
	edit(func(c *record.Config) { c.BLAS = "OpenBLAS 0.0.1, core Nehalem, 7 threads" })
	edit(func(c *record.Config) { c.BLAS = products() + "2" })
	edit(func(c *record.Config) { c.Version = "0.0.7" })
	edit(func(c *record.Config) { c.Study = "tea" })
	edit(func(c *record.Config) { c.DataChecksum = "0" })
	edit(func(c *record.Config) { c.Params++ })
	for _, test := range []struct{ name, value, want string }{
		{"EOSS_LR", "0.1", "EOSS_FROM=" + dir + "@STEP"},
		{"EOSS_STEPS", "30", "the step the run has come to"},
		{"EOSS_DATASET", "own.npz", "EOSS_FROM=" + dir + "@STEP"},
		{"EOSS_BACTH", "8", "did you mean EOSS_BATCH"},
		{fromVariable, dir + "@30", "unset one of them"},
	} {
		_, err := attempted(t, map[string]string{resumeVariable: dir, test.name: test.value})
		wantOneLine(t, err, test.name, test.want)
	}
	_, err := attempted(t, map[string]string{resumeVariable: filepath.Join(dir, "none")})
	wantOneLine(t, err, "config.json", "is missing")
	completed(t, map[string]string{resumeVariable: dir}) // nothing above has hurt it
}

// TestLeftovers: what a process that died was about to rename is removed, whatever the run is called.
func TestLeftovers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run[1")
	interruptedAt(t, keeping(dir, nil), 30)
	left := []string{filepath.Join(dir, ".verdict.json.1.1.tmp"), filepath.Join(dir, "checkpoints", ".step-90.tmp")}
	for _, path := range left {
		if err := os.WriteFile(path, []byte("half"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	completed(t, map[string]string{resumeVariable: dir})
	for _, path := range left {
		if _, err := os.Stat(path); !isMissing(err) {
			t.Errorf("%s is still there (%v)", path, err)
		}
	}
}

// TestDamagedVerdict: its refusal names the file, and what it recommends mends the run.
func TestDamagedVerdict(t *testing.T) {
	whole, dir := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "run")
	short := map[string]string{"EOSS_STEPS": "60"}
	completed(t, keeping(whole, short))
	completed(t, keeping(dir, short))
	path := filepath.Join(dir, verdictFile)
	noError(t, os.Truncate(path, 20))
	o, err := ReadOutcome(dir)
	wantOneLine(t, err, path+" is damaged: unexpected end of JSON input; put back what it held, or EOSS_RESUME="+dir)
	if o.State != "" {
		t.Errorf("the outcome is %+v", o)
	}
	completed(t, map[string]string{resumeVariable: dir})
	wantSame(t, dir, whole)
	if o, err := ReadOutcome(dir); err != nil || !o.Ended() {
		t.Errorf("the outcome is %+v, %v", o, err)
	}
}
