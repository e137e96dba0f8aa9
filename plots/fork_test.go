package plots_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoss/internal/record"
	"eoss/plots"
)

// TestDrawFork: a fork is drawn with its parent's history, and refused when that is damaged.
func TestDrawFork(t *testing.T) {
	const step = 12_000
	parent := t.TempDir()
	whole := invented{steps: 20_000, every: 100, measures: []string{"batch_sharpness_mean_ratio", "lambda_b_max", "test_loss"}}
	var before, after []record.Row
	for _, r := range whole.rows() {
		if r.Step < step {
			before = append(before, r)
		} else if r.Name != "test_loss" {
			r.Value *= 0.5
			after = append(after, r)
		}
	}
	writeRun(t, parent, whole.config(), before)
	history := filepath.Join(parent, record.MetricsFile)
	rows, err := record.PrefixOf(history)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	config := whole.config()
	config.Variables["EOSS_LR"] = "0.02"
	config.Parent = &record.Parent{Run: parent, Step: step, Rows: rows, Changed: map[string]string{"EOSS_LR": "0.01"}}
	writeRun(t, dir, config, after)
	if err := plots.Draw(dir, io.Discard); err == nil || !strings.Contains(err.Error(), "parent.jsonl is missing") {
		t.Error(err)
	}
	data, err := os.ReadFile(history)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dir, record.ParentFile)
	os.WriteFile(copied, data, 0o666)
	run, err := plots.OpenRun(dir)
	if err != nil || len(run.History) != len(before) || len(run.Rows) != len(after) {
		t.Fatal(err)
	}
	if err := plots.Draw(dir, io.Discard); err != nil {
		t.Fatal(err)
	}
	with, _ := os.ReadFile(filepath.Join(dir, "figures", "trajectory.svg"))
	config.Parent = nil
	record.WriteConfig(filepath.Join(dir, record.ConfigFile), config)
	if err := plots.Draw(dir, io.Discard); err != nil {
		t.Fatal(err)
	}
	without, _ := os.ReadFile(filepath.Join(dir, "figures", "trajectory.svg"))
	if len(with) < len(without)*5/4 { // 12 000 steps more
		t.Errorf("%d bytes with the history, %d without", len(with), len(without))
	}
	data[len(data)/2] ^= 1
	os.WriteFile(copied, data, 0o666)
	config.Parent = &record.Parent{Run: parent, Step: step, Rows: rows}
	record.WriteConfig(filepath.Join(dir, record.ConfigFile), config)
	if err := plots.Draw(dir, io.Discard); err == nil || !strings.Contains(err.Error(), "parent.jsonl is damaged") {
		t.Error(err)
	}
}
