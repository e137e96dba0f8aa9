//go:build unix

package experiments

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"eoss/internal/checkpoint"
	"eoss/internal/record"
	"eoss/internal/safetensors"
)

// playStudy is a study's program in a process of its own.
func playStudy() {
	os.Exit(Main("eoss", nil, os.Stdout, os.Stderr, trainAndConclude))
}

func trainAndConclude(ctx context.Context, c Config, stdout, stderr io.Writer) error {
	r, err := Train(ctx, "eoss", c, stderr)
	interrupted := errors.Is(err, ErrInterrupted)
	if err != nil && !interrupted {
		return err
	}
	text, failure := Conclude(r, c, r.End.State(interrupted))
	fmt.Fprintln(stdout, text)
	return errors.Join(err, failure)
}

// program prepares such a process with the given variables alone.
func program(values map[string]string) *exec.Cmd {
	command := exec.Command(os.Args[0])
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "EOSS_") {
			command.Env = append(command.Env, entry)
		}
	}
	command.Env = append(command.Env, "PLAY_INTERRUPTED=study")
	for name, value := range values {
		command.Env = append(command.Env, name+"="+value)
	}
	return command
}

// keeping are the variables of a short run whose measurements keep something from moment to moment.
func keeping(dir string, more map[string]string) map[string]string {
	values := map[string]string{
		"EOSS_N": "64", "EOSS_N_TEST": "16", "EOSS_WIDTHS": "4", "EOSS_STEPS": "600", "EOSS_BATCH": "8", "EOSS_LR": "0.01",
		"EOSS_MEASURE": "loss@20,step_sharpness@3,lambda_max@7,param_distance@10,gradient_projection@50", "EOSS_OUT": dir, "EOSS_CHECKPOINT": "30",
		"EOSS_THREADS": "1",
	}
	for name, value := range more {
		values[name] = value
	}
	return values
}

// configured is the run that the variables describe, as a program would read them.
func configured(t *testing.T, values map[string]string) (Config, error) {
	t.Helper()
	for name := range eossVariables(os.Environ()) {
		t.Setenv(name, "") // so that it is restored afterwards
		os.Unsetenv(name)
	}
	for name, value := range values {
		t.Setenv(name, value)
		defer os.Unsetenv(name)
	}
	return FromEnvironment(Measurables())
}

// completed runs to the end in this process, and returns what it logged.
func completed(t *testing.T, values map[string]string) string {
	t.Helper()
	log, err := attempted(t, values)
	if err != nil {
		t.Fatalf("%v: %v\n%s", values, err, log)
	}
	return log
}

func attempted(t *testing.T, values map[string]string) (string, error) {
	t.Helper()
	c, err := configured(t, values)
	if err != nil {
		return "", err
	}
	var log bytes.Buffer
	err = trainAndConclude(t.Context(), c, io.Discard, &log)
	return log.String(), err
}

// interruptedAt runs in this process until about the given step and stops there as Ctrl-C would.
func interruptedAt(t *testing.T, values map[string]string, step int) {
	t.Helper()
	c, err := configured(t, values)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		for newestStep(values["EOSS_OUT"]) < step {
			time.Sleep(time.Millisecond)
		}
		cancel(ErrInterrupted)
	}()
	if err := trainAndConclude(ctx, c, io.Discard, io.Discard); !errors.Is(err, ErrInterrupted) {
		t.Fatalf("interrupted: %v", err)
	}
}

func newestStep(dir string) int {
	steps, _ := checkpoint.Steps(dir)
	if len(steps) == 0 {
		return -1
	}
	return steps[len(steps)-1]
}

// wantSame compares a run with one that was never stopped: its rows but for their timings, its last parameters and state,
// and its verdict, bit for bit.
func wantSame(t *testing.T, got, want string) {
	t.Helper()
	a, b := rowsOf(t, got), rowsOf(t, want)
	if !slices.EqualFunc(a, b, func(x, y record.Row) bool { return reflect.DeepEqual(x, y) }) {
		t.Errorf("%s: the rows differ from those of an uninterrupted run (%d and %d)", got, len(a), len(b))
	}
	step := newestStep(want)
	ca, err := checkpoint.Read(got, step)
	if err != nil {
		t.Fatal(err)
	}
	cb, err := checkpoint.Read(want, step)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(ca.Parameters, cb.Parameters) || !reflect.DeepEqual(ca.State, cb.State) {
		t.Errorf("%s: the last checkpoint differs from that of an uninterrupted run", got)
	}
	va, errA := os.ReadFile(filepath.Join(got, verdictFile))
	vb, errB := os.ReadFile(filepath.Join(want, verdictFile))
	if errA != nil || errB != nil || !bytes.Equal(va, vb) {
		t.Errorf("%s: the verdict is %s (%v), want %s (%v)", got, va, errA, vb, errB)
	}
}

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
		more := map[string]string{"EOSS_STEPS": "24", "EOSS_CHECKPOINT": "7", "EOSS_MEASURE": everyMeasurement("3"), "EOSS_BS_MIN_BATCHES": "4",
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

// TestStopLossResumes: a run killed between its last checkpoint and its end stops at the same step again.
func TestStopLossResumes(t *testing.T) {
	folder := t.TempDir()
	whole, dir := filepath.Join(folder, "whole"), filepath.Join(folder, "run")
	completed(t, keeping(whole, nil))
	losses := record.SelectSeries(rowsOf(t, whole), "loss")
	more := map[string]string{"EOSS_STOP_LOSS": fmt.Sprint(losses.Values[12] * 1.0001)}
	completed(t, keeping(dir, more))
	rows := rowsOf(t, dir)
	if last := rows[len(rows)-1].Step; last >= 600 || newestStep(dir) != last {
		t.Fatalf("the run stopped at %d, its newest checkpoint is %d", last, newestStep(dir))
	}
	seen := map[string]bool{}
	for _, r := range rows {
		key := fmt.Sprint(r.Step, r.Name)
		if seen[key] {
			t.Errorf("%s of step %d was measured twice", r.Name, r.Step)
		}
		seen[key] = true
	}
	_, err := attempted(t, map[string]string{resumeVariable: dir})
	wantOneLine(t, err, "EOSS_RESUME="+dir, "finished", "EOSS_STOP_LOSS", "EOSS_FROM")
	os.Remove(filepath.Join(dir, verdictFile))
	completed(t, map[string]string{resumeVariable: dir})
	if again := rowsOf(t, dir); !reflect.DeepEqual(rows, again) {
		t.Error("measured again, the rows differ")
	}
}

func wantOneLine(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", parts)
		return
	}
	for _, part := range append(parts, "") {
		if !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %q, want one line with %q", err, part)
		}
	}
}

// TestDamage: whatever happens to a file of an interrupted run, it goes on to the right numbers or says why it cannot.
func TestDamage(t *testing.T) {
	folder := t.TempDir()
	whole, original := filepath.Join(folder, "whole"), filepath.Join(folder, "run")
	more := map[string]string{"EOSS_STEPS": "100", "EOSS_MEASURE": "step_sharpness@3,lambda_max@7,param_distance@10"}
	completed(t, keeping(whole, more))
	interruptedAt(t, keeping(original, more), 60)
	rng := rand.New(rand.NewPCG(5, 5))
	var files []string
	filepath.WalkDir(original, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != record.LockFile {
			name, _ := filepath.Rel(original, path)
			files = append(files, name)
		}
		return err
	})
	damages := map[string]func(path string, data []byte) error{
		"deleted": func(path string, _ []byte) error { return os.Remove(path) },
		"empty":   func(path string, _ []byte) error { return os.WriteFile(path, nil, 0o666) },
		"truncated": func(path string, data []byte) error {
			return os.WriteFile(path, data[:rng.IntN(len(data))], 0o666)
		},
		"bit flipped": func(path string, data []byte) error {
			data[rng.IntN(len(data))] ^= 1 << rng.IntN(8)
			return os.WriteFile(path, data, 0o666)
		},
		"bit flipped in the middle": func(path string, data []byte) error {
			data[len(data)/2+rng.IntN(1+len(data)/8)] ^= 1 << rng.IntN(8)
			return os.WriteFile(path, data, 0o666)
		},
	}
	recovered, refused, dir := 0, 0, filepath.Join(folder, "damaged")
	for _, name := range files {
		for how, damage := range damages {
			os.RemoveAll(dir)
			if err := os.CopyFS(dir, os.DirFS(original)); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, name)
			data, err := os.ReadFile(path)
			if err == nil {
				err = damage(path, data)
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := attempted(t, map[string]string{resumeVariable: dir}); err != nil {
				wantOneLine(t, err, "EOSS_RESUME="+dir, record.ConfigFile)
				refused++
				continue
			}
			recovered++
			t.Logf("%s %s: recovered", name, how)
			wantSame(t, dir, whole)
		}
	}
	t.Logf("%d recovered, %d refused", recovered, refused)
	if recovered < 20 || refused < 3 {
		t.Errorf("%d recovered, %d refused", recovered, refused)
	}
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
		{"EOSS_STEPS", "600", "more than the run's 600"},
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

// TestLocked: a run directory has one writer.
func TestLocked(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	values := keeping(dir, map[string]string{"EOSS_STEPS": "1000000"})
	command := program(values)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	for newestStep(dir) < 30 {
		time.Sleep(time.Millisecond)
	}
	_, err := attempted(t, map[string]string{resumeVariable: dir})
	wantOneLine(t, err, dir, "another process")
	command.Process.Kill()
	command.Wait()
	lock, err := record.LockDir(dir)
	if err != nil {
		t.Fatalf("the lock did not die with its owner: %v", err)
	}
	if _, err := record.LockDir(dir); !errors.Is(err, record.ErrLocked) {
		t.Errorf("a second lock: %v", err)
	}
	lock.Release()
}

// TestFork: an unchanged fork repeats the run; a changed one starts from its parameters and sees its batches.
func TestFork(t *testing.T) {
	folder := t.TempDir()
	parent, same, other := filepath.Join(folder, "parent"), filepath.Join(folder, "same"), filepath.Join(folder, "other")
	completed(t, keeping(parent, nil))
	completed(t, map[string]string{fromVariable: parent + "@300", "EOSS_OUT": same})
	_, rows := rowsOf(t, parent), rowsOf(t, same)
	late := slices.DeleteFunc(rowsOf(t, parent), func(r record.Row) bool { return r.Step < 300 })
	if !reflect.DeepEqual(late, rows) {
		t.Error("an unchanged fork has other rows than its parent from there on")
	}
	early, _, err := record.ReadRows(filepath.Join(same, record.ParentFile))
	if err != nil || len(early)+len(rows) != len(rowsOf(t, parent)) || early[len(early)-1].Step >= 300 {
		t.Errorf("parent.jsonl has %d rows (%v)", len(early), err)
	}
	log := completed(t, map[string]string{fromVariable: same + "@450", "EOSS_OUT": other, "EOSS_LR": "0.02", "EOSS_STEPS": "470", "EOSS_PRECISION": "float64"})
	if !strings.Contains(log, "at step 450") {
		t.Error(log)
	}
	config, err := record.ReadOriginalConfig(filepath.Join(other, record.ConfigFile))
	if err != nil || config.Parent == nil || config.Parent.Run != same || config.Parent.Step != 450 || config.Parent.Changed["EOSS_LR"] != "0.01" {
		t.Errorf("config.json has the parent %+v (%v)", config.Parent, err)
	}
	early, _, err = record.ReadRows(filepath.Join(other, record.ParentFile))
	if err != nil || early[0].Step != 0 || early[len(early)-1].Step != 448 {
		t.Errorf("the history of a fork's fork goes from %d to %d (%v)", early[0].Step, early[len(early)-1].Step, err)
	}
	// 448: λmax, every 7 steps. The loss of the same batch at the same parameters.
	a, b := record.SelectSeries(rowsOf(t, parent), "step_loss"), record.SelectSeries(rowsOf(t, other), "step_loss")
	i := slices.Index(a.Steps, 450)
	if d := a.Values[i]/b.Values[0] - 1; b.Steps[0] != 450 || d > 1e-5 || d < -1e-5 { // float32 and float64
		t.Errorf("the first batch's loss is %v, the parent's %v", b.Values[0], a.Values[i])
	}
}

// TestForkResumes: a fork stopped before its own first checkpoint goes on without its parent.
func TestForkResumes(t *testing.T) {
	folder := t.TempDir()
	parent, whole, dir := filepath.Join(folder, "parent"), filepath.Join(folder, "whole"), filepath.Join(folder, "fork")
	completed(t, keeping(parent, nil))
	more := map[string]string{fromVariable: parent + "@210", "EOSS_LR": "0.012", "EOSS_CHECKPOINT": "100", "EOSS_OUT": whole}
	completed(t, more)
	more["EOSS_OUT"] = dir
	interruptedAt(t, more, 300)
	os.RemoveAll(parent)
	for _, step := range []int{300, newestStep(dir)} {
		os.Truncate(filepath.Join(checkpoint.Dir(dir, step), "state.safetensors"), 9)
	}
	log := completed(t, map[string]string{resumeVariable: dir})
	if !strings.Contains(log, "step 300 is skipped") || !strings.Contains(log, "goes on at step 210") {
		t.Error(log)
	}
	wantSame(t, dir, whole)
}

func TestForkRefusals(t *testing.T) {
	folder := t.TempDir()
	dir := filepath.Join(folder, "run")
	completed(t, keeping(dir, map[string]string{"EOSS_STEPS": "75"}))
	for _, test := range []struct {
		from string
		more string
		want string
	}{
		{dir + "@40", "", "no checkpoint of step 40; there are 30, 60, 75"},
		{dir, "", "must be DIR@STEP, such as runs/a@4000; there are 30, 60, 75"},
		{dir + "@x", "", "must be DIR@STEP"},
		{dir + "@60", "EOSS_SEED=4", "EOSS_SEED_ORDER"},
		{dir + "@60", "EOSS_INIT_SCALE=4", "has no effect"},
		{dir + "@60", "EOSS_STEPS=60", "more than 60"},
		{dir + "@75", "", "more than 75"},
		{dir + "@60", "EOSS_WIDTHS=5", "do not fit the network"},
		{dir + "@60", "EOSS_BACTH=5", "did you mean EOSS_BATCH"},
		{filepath.Join(folder, "none") + "@60", "", "config.json is missing"},
	} {
		out := filepath.Join(folder, "fork")
		values := map[string]string{fromVariable: test.from, "EOSS_OUT": out}
		if name, value, ok := strings.Cut(test.more, "="); ok {
			values[name] = value
		}
		_, err := attempted(t, values)
		wantOneLine(t, err, test.want)
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s %s: a run directory was made", test.from, test.more)
			os.RemoveAll(out)
		}
	}
	os.Truncate(filepath.Join(checkpoint.Dir(dir, 60), "parameters.safetensors"), 50)
	_, err := attempted(t, map[string]string{fromVariable: dir + "@60"})
	wantOneLine(t, err, "parameters.safetensors", "checksum", "there are 30, 60, 75")
}

// TestForkBatches: the order of the batches goes on, also with another batch size.
func TestForkBatches(t *testing.T) {
	s, half := Sampler{N: 64, B: 8, Seed: 3}, Sampler{N: 64, B: 4, Seed: 3}
	for step := range 20 { // twice the batches in an epoch, of the same order
		both := slices.Concat(half.Batch(2 * step))
		both = append(both, half.Batch(2*step+1)...)
		if !slices.Equal(both, s.Batch(step)) {
			t.Errorf("step %d: %v and %v", step, both, s.Batch(step))
		}
	}
}

// TestKeep: what stays is what the two variables ask for.
func TestKeep(t *testing.T) {
	for _, test := range []struct {
		every, keep string
		want        []int
	}{
		{"20", "0", []int{20, 40, 60, 70}}, {"20", "2", []int{60, 70}}, {"20", "1", []int{70}}, {"0", "0", []int{70}},
	} {
		dir := filepath.Join(t.TempDir(), "run")
		completed(t, keeping(dir, map[string]string{"EOSS_STEPS": "70", "EOSS_CHECKPOINT": test.every, "EOSS_KEEP": test.keep}))
		if got, err := checkpoint.Steps(dir); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("EOSS_CHECKPOINT=%s EOSS_KEEP=%s: %v (%v), want %v", test.every, test.keep, got, err, test.want)
		}
	}
}

// TestInterruptedCheckpointGoes: a checkpoint that only an interruption asked for makes way for the next.
func TestInterruptedCheckpointGoes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	interruptedAt(t, keeping(dir, nil), 30)
	between := newestStep(dir)
	completed(t, map[string]string{resumeVariable: dir})
	if steps, _ := checkpoint.Steps(dir); between%30 != 0 && slices.Contains(steps, between) || !slices.Contains(steps, 30) {
		t.Errorf("interrupted at %d, there are %v", between, steps)
	}
}

// TestDivergedMeasurement: whatever is measured first on parameters that are not finite, the run ends as diverged at a
// named step, with all rows from before.
func TestDivergedMeasurement(t *testing.T) {
	for _, m := range Measurables() {
		dir := filepath.Join(t.TempDir(), "run")
		log := completed(t, keeping(dir, map[string]string{"EOSS_MEASURE": m.Name + "@1", "EOSS_LR": "1e30", "EOSS_STEPS": "50"}))
		outcome, err := readOutcome(dir)
		if m.Name == "second_moment_contraction" { // (I − ηH)² overflows at the first step already
			continue
		}
		if err != nil || outcome.State != stateDiverged || outcome.Steps > 5 || outcome.Steps == 0 {
			t.Errorf("%s: %+v, %v", m.Name, outcome, err)
		}
		if !strings.Contains(log, fmt.Sprintf("training diverged\" step=%d", outcome.Steps)) {
			t.Errorf("%s: %s", m.Name, log)
		}
		if rows := rowsOf(t, dir); len(rows) == 0 || rows[0].Step != 0 {
			t.Errorf("%s: the rows of step 0 are lost", m.Name)
		}
		_, err = attempted(t, map[string]string{resumeVariable: dir})
		wantOneLine(t, err, "diverged", "EOSS_FROM")
	}
}

// TestStateIsNamed: what a checkpoint holds can be found by name.
func TestStateIsNamed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	completed(t, keeping(dir, map[string]string{"EOSS_STEPS": "60"}))
	c, err := checkpoint.Read(dir, 60)
	if err != nil {
		t.Fatal(err)
	}
	state := safetensors.File{Tensors: c.State}
	for _, name := range []string{"training.first_loss", "measure.lambda_max.eigenvector", "measure.lambda_max.count", "measure.param_distance.reference",
		"measure.gradient_projection.eigenvector"} {
		if _, ok := state.Get(name); !ok {
			t.Errorf("no %s", name)
		}
	}
	var about struct{ Step int }
	text, err := os.ReadFile(filepath.Join(checkpoint.Dir(dir, 60), "checkpoint.json"))
	if err == nil {
		err = json.Unmarshal(text, &about)
	}
	if err != nil || about.Step != 60 {
		t.Errorf("%s: %v", text, err)
	}
}
