package scaling

import (
	"strings"
	"testing"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/plots"
)

// someSweep is a sweep of a seed for every list of b, whose gap is 100/b and whose λmax is b, as planned, but for what peaks says.
func someSweep(peaks map[int]float64, ofSeeds ...[]int) swept {
	w := swept{planned: []study.Run{{Variables: study.Variables{"EOSS_MODEL": "mlp", "EOSS_DATASET": "cifar10", "EOSS_LR": "0.02", "EOSS_N": "8192", "EOSS_STEPS": "1000", "EOSS_SEED": "0"}}}}
	for k, batches := range ofSeeds {
		w.seeds = append(w.seeds, seeding{seed: k})
		for _, b := range batches {
			l := levels{b: b, n: 8192, seed: k, loss: float64(b) / 1000}
			l.gap.Mean.Value, l.lambda.Mean.Value = experiments.Real(100/float64(b)), experiments.Real(b)
			if k == 0 && peaks[b] > 0 {
				l.lambda.Mean.Value = experiments.Real(peaks[b])
			}
			w.list = append(w.list, l)
		}
	}
	return w
}

// TestMissingBatchSizes: a batch size is missing from a figure if no seed of it is left.
func TestMissingBatchSizes(t *testing.T) {
	w := someSweep(nil, []int{2, 8}, []int{4})
	w.planned = nil
	for _, b := range []string{"2", "4", "8", "16", "2", "4", "8", "16"} {
		w.planned = append(w.planned, study.Run{Variables: study.Variables{"EOSS_BATCH": b}})
	}
	if got := w.missing(); len(got) != 1 || got[0] != 16 {
		t.Errorf("missing %v", got)
	}
}

// TestSweepCaption: the losses are those of the claims' notes, and notes come last.
func TestSweepCaption(t *testing.T) {
	w := someSweep(nil, []int{14, 128, 720})
	w.diverged = []string{"b = 256 of seed 0 diverged"}
	got := w.caption("Gap", "a note")
	if want := "; loss at the end 0.014 to 0.72; b = 256 of seed 0 diverged; a note"; !strings.HasPrefix(got, "Gap: mlp on ") || !strings.HasSuffix(got, want) {
		t.Errorf("%q does not end in %q", got, want)
	}
	if note := w.note(w.list, nil); !strings.Contains(note, endsOfLevels(w.list).loss()) {
		t.Errorf("the claims' note %q has not the caption's %q", note, endsOfLevels(w.list).loss())
	}
	w.list = nil
	if got := w.caption("Gap"); strings.Contains(got, "loss at the end") {
		t.Errorf("no run is left, and the caption is %q", got)
	}
}

// TestMissingLinesAreExplained: where runs diverged a figure has no line, and says why.
func TestMissingLinesAreExplained(t *testing.T) {
	for _, c := range []struct {
		sweep swept
		note  string
	}{
		{someSweep(nil, []int{64, 128, 512}), "no line: fewer than three points in [100, 1000]"},
		{someSweep(nil, []int{64, 128}, []int{128}, []int{32, 128}), "no line: one batch size in [100, 1000]"},
		{someSweep(nil, []int{128, 256, 512}), ""},
	} {
		panel, notes, err := c.sweep.straight(plots.OverB, 100, 1000, plots.OverB, plots.OverRootB)
		if got := strings.Join(notes, "; "); err != nil || got != c.note || (len(panel.Fits) == 0) != (c.note != "") {
			t.Errorf("straight: %d lines, %q, want %q; %v", len(panel.Fits), got, c.note, err)
		}
		all, _ := c.sweep.gaps(gaps)
		fits, notes, err := pieces("", all, 2, 3)
		c.note = strings.Replace(c.note, "line", "fit", 1)
		if got := strings.Join(notes, "; "); err != nil || got != c.note || (len(fits) == 0) != (c.note != "") {
			t.Errorf("pieces: %d lines, %q, want %q; %v", len(fits), got, c.note, err)
		}
	}
}

// TestLargestAt: the batch size of the largest λmax is no point of Figure 9, so its caption names it.
func TestLargestAt(t *testing.T) {
	sizes := []int{2, 512, 1024}
	for _, c := range []struct {
		sweep swept
		want  string
	}{
		{someSweep(map[int]float64{512: 9999}, sizes), "largest at b = 512, which"},
		{someSweep(nil, sizes, sizes), "largest at b = 1024, which"},
		{someSweep(map[int]float64{512: 9999}, sizes, sizes), "largest at b = 512 (seed 0), 1024 (seed 1), which"},
	} {
		if got := c.sweep.largestAt(); !strings.Contains(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if got := someSweep(nil, nil).largestAt(); got != "" {
		t.Errorf("no run is left, and %q", got)
	}
}
