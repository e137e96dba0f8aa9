package shifts

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/internal/record"
	"eoss/plots"
)

// written makes a finished run of 200 steps whose loss and Batch Sharpness have these values soon after step 100, and others elsewhere.
func written(t *testing.T, r *study.Results, seed string, loss, sharpness float64) study.Run {
	t.Helper()
	run := study.Run{Variables: study.Variables{"EOSS_MODEL": "mlp", "EOSS_LR": "0.01", "EOSS_BATCH": "16", "EOSS_STEPS": "200", "EOSS_SEED": seed, "EOSS_MEASURE": "loss@5"}}
	var rows []record.Row
	for step := 0; step <= 200; step += 5 {
		l, s := 1.0, 1.0
		switch step {
		case 105:
			l, s = loss, sharpness
		case 50, 150: // too early and too late
			l, s = 100, 0.01
		}
		rows = append(rows, record.Row{Step: step, Name: "loss", Value: l}, record.Row{Step: step, Name: "batch_sharpness_mean_ratio", Value: s})
	}
	dir := r.Path(run)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	w, err := record.OpenWriter(filepath.Join(dir, record.MetricsFile))
	if err == nil {
		err = errors.Join(w.Write(rows...), w.Close())
	}
	if err = errors.Join(err, record.WriteConfig(filepath.Join(dir, record.ConfigFile), record.Config{Study: "eoss", Variables: run.Variables}),
		record.WriteJSON(filepath.Join(dir, "verdict.json"), map[string]any{"state": "finished", "steps": 200})); err != nil {
		t.Fatal(err)
	}
	return run
}

// TestAtOnce: what follows a change is held against the same extreme without it, and averaged over seeds by its logarithm.
func TestAtOnce(t *testing.T) {
	r := study.NewResults(t.TempDir())
	calm, rough := written(t, r, "0", 2, 0.8), written(t, r, "1", 8, 0.2)
	up, down := change{suffix: "a"}, change{suffix: "c"}
	pair := func(with, without study.Run) shift {
		return shift{at: 100, changed: with, first: with, control: without, firstControl: without}
	}
	for name, c := range map[string]struct {
		change
		cases []shift
		value float64
		want  study.Outcome
	}{
		"a bump":              {up, []shift{pair(rough, calm)}, 4, study.Holds},
		"less than without":   {up, []shift{pair(calm, rough)}, 0.25, study.Fails},
		"nothing changed":     {up, []shift{pair(calm, calm)}, 1, study.Undecided},
		"a bump seen closely": {up, []shift{{at: 100, changed: calm, first: rough, control: calm, firstControl: calm}}, 4, study.Holds},
		"a dip":               {down, []shift{pair(rough, calm)}, 0.25, study.Holds},
		"no dip":              {down, []shift{pair(calm, rough)}, 4, study.Fails},
		"seeds that disagree": {up, []shift{pair(rough, calm), pair(calm, rough)}, 1, study.Undecided},
	} {
		row, err := atOnce(r, c.change, c.cases, "")
		if err != nil || math.Abs(float64(row.Measured.Value)-c.value) > 1e-12 || row.Outcome != c.want {
			t.Errorf("%s: %v %s, not %g %s (%v)", name, row.Measured, row.Outcome, c.value, c.want, err)
		}
	}
}

// TestSurvivors: a run from scratch that diverged takes a seed from the claims that are about it only.
func TestSurvivors(t *testing.T) {
	r := study.NewResults(t.TempDir())
	calm, gone := written(t, r, "0", 1, 1), written(t, r, "1", 1, 1)
	if err := record.WriteJSON(filepath.Join(r.Path(gone), "verdict.json"), map[string]any{"state": experiments.StateDiverged, "steps": 150}); err != nil {
		t.Fatal(err)
	}
	for suffix, want := range map[string]string{"a": "1 seed", "b": "0 seeds; " + gone.ID() + " diverged", "c": "0 seeds; " + gone.ID() + " diverged", "d": "1 seed"} {
		_, note, err := survivors(r, []shift{{change: change{suffix: suffix}, changed: calm, first: calm, control: calm, firstControl: calm, fresh: gone}})
		if err != nil || note != want {
			t.Errorf("%s: %q, not %q: %v", suffix, note, want, err)
		}
	}
}

// TestCloser: a run's first steps are drawn as they were measured closely, each once, the later ones as the run has them.
func TestCloser(t *testing.T) {
	rows := func(value float64, steps ...int) (r *plots.Run) {
		r = new(plots.Run)
		for _, step := range steps {
			r.Rows = append(r.Rows, record.Row{Step: step, Value: value})
		}
		return r
	}
	run := rows(1, 110, 120, 130)
	got := closer(run, rows(2, 100, 105, 110, 115, 120)).Rows
	if want := append(rows(2, 100, 105, 110, 115, 120).Rows, rows(1, 130).Rows...); !slices.Equal(got, want) || len(run.Rows) != 3 {
		t.Errorf("%v, not %v", got, want)
	}
}

// TestCloselyAfter: the first steps after a change are measured closely, and at the change itself.
func TestCloselyAfter(t *testing.T) {
	for at, want := range map[int][2]string{
		20000: {"20200", "loss@10,batch_sharpness@10,lambda_b_max@50,lambda_max@50"},
		6200:  {"6262", "loss@2,batch_sharpness@2,lambda_b_max@10,lambda_max@10"}, // 3 does not divide 6200
		200:   {"202", "loss@1,batch_sharpness@1,lambda_b_max@5,lambda_max@5"},
	} {
		if v := closelyAfter(at); v["EOSS_STEPS"] != want[0] || v["EOSS_MEASURE"] != want[1] {
			t.Errorf("after step %d: %v", at, v)
		}
	}
}
