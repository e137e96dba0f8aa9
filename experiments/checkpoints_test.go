//go:build unix

package experiments

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"eoss/internal/checkpoint"
	"eoss/internal/record"
	"eoss/internal/safetensors"
)

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
	if outcome, err := ReadOutcome(dir); err != nil || outcome.Steps != between {
		t.Errorf("interrupted at %d (%v), and the newest checkpoint is of step %d", outcome.Steps, err, between)
	}
	completed(t, map[string]string{resumeVariable: dir})
	if steps, _ := checkpoint.Steps(dir); between%30 != 0 && slices.Contains(steps, between) || !slices.Contains(steps, 30) {
		t.Errorf("interrupted at %d, there are %v", between, steps)
	}
}

// TestCheckpointsOutliveAResume: what was there when a run is resumed stays, whatever the new cadence, unless EOSS_KEEP asks for less.
func TestCheckpointsOutliveAResume(t *testing.T) {
	original := filepath.Join(t.TempDir(), "run")
	completed(t, keeping(original, map[string]string{"EOSS_STEPS": "70", "EOSS_CHECKPOINT": "20"}))
	for _, test := range []struct {
		every, keep string
		want        []int
	}{
		{"0", "0", []int{20, 40, 60, 70, 120}}, {"30", "0", []int{20, 40, 60, 70, 90, 120}}, {"30", "2", []int{90, 120}},
	} {
		dir := filepath.Join(t.TempDir(), "run")
		noError(t, os.CopyFS(dir, os.DirFS(original)))
		completed(t, map[string]string{resumeVariable: dir, "EOSS_STEPS": "120", "EOSS_CHECKPOINT": test.every, "EOSS_KEEP": test.keep})
		if got, err := checkpoint.Steps(dir); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("EOSS_CHECKPOINT=%s EOSS_KEEP=%s: %v (%v), want %v", test.every, test.keep, got, err, test.want)
		}
	}
}

// TestInterruptedTwice: the checkpoint of an interruption makes way also when the run it was resumed by dies before its next, and one that
// the cadence of then asked for does not, though the run was interrupted at it.
func TestInterruptedTwice(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	more := map[string]string{"EOSS_STEPS": "120", "EOSS_MEASURE": "step_sharpness@1"}
	interruptedAsked(t, keeping(dir, more), 30)
	interruptedAsked(t, map[string]string{resumeVariable: dir, "EOSS_CHECKPOINT": "0"}, 0) // at the step where it goes on
	interruptedAsked(t, map[string]string{resumeVariable: dir}, 15)
	noError(t, os.Remove(filepath.Join(dir, verdictFile))) // as if it had been killed
	if got, _ := checkpoint.Steps(dir); len(got) != 2 || got[0] != 30 {
		t.Fatalf("there are %v", got)
	}
	completed(t, map[string]string{resumeVariable: dir})
	if got, _ := checkpoint.Steps(dir); !slices.Equal(got, []int{30, 120}) {
		t.Errorf("there are %v, want 30 and 120", got)
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
	for _, name := range []string{"training.first_loss", "measure.param_distance.reference",
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

// TestDamage: whatever happens to a file of an interrupted run, it goes on to the right numbers or says why it cannot. Where no checkpoint
// has the rows before it any more the rows that are left stay, until they are moved away as the refusal says.
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
		"truncated": func(path string, data []byte) error {
			return os.WriteFile(path, data[:rng.IntN(len(data))], 0o666)
		},
		"bit flipped": func(path string, data []byte) error {
			data[rng.IntN(len(data))] ^= 1 << rng.IntN(8)
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
				wantOneLine(t, err, "EOSS_RESUME="+dir, name)
				refused++
				if name == record.MetricsFile {
					wantOneLine(t, err, "no sound checkpoint", "move checkpoints and metrics.jsonl out of it")
					startAgain(t, dir)
					wantSame(t, dir, whole)
				}
				continue
			}
			recovered++
			t.Logf("%s %s: recovered", name, how)
			wantSame(t, dir, whole)
		}
	}
	t.Logf("%d recovered, %d refused", recovered, refused)
	if recovered < 20 || refused < 2 {
		t.Errorf("%d recovered, %d refused", recovered, refused)
	}
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
	c, err := configured(t, map[string]string{resumeVariable: dir})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	err = trainAndConclude(ctx, c, io.Discard, io.Discard)
	wantOneLine(t, err, dir, "another process")
	if ExitStatus(err) != ExitLocked {
		t.Errorf("exit status %d", ExitStatus(err))
	}
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
