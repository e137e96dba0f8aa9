package scaling

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/internal/record"
)

// TestGapsLeaveOutWhatIsZero: λᵇmax − λmax at b = n, and the gap of the largest λmax to itself, are zeros by definition: they are no points.
func TestGapsLeaveOutWhatIsZero(t *testing.T) {
	at := func(b int, lambda, gap float64) levels {
		l := levels{b: b, n: 8}
		l.lambda.Mean.Value, l.gap.Mean.Value = experiments.Real(lambda), experiments.Real(gap)
		return l
	}
	list := []levels{at(2, 1, 4), at(4, 3, 1), at(8, 2, 0.1)}
	if p := points(gaps(list)); len(p) != 2 || p[0].Y != 4 || p[1].X != 4 || p[1].Y != 1 {
		t.Errorf("gaps %v", p)
	}
	if p := points(toLargest(list)); len(p) != 2 || p[0].Y != 2 || p[1].X != 8 || p[1].Y != 1 {
		t.Errorf("gaps to the largest %v", p)
	}
	if p := toLargest(nil); p != nil {
		t.Errorf("gaps of no run: %v", p)
	}
}

// TestBarsAreInOrder: also when a batch size comes with the second seed only. One seed keeps its own interval.
func TestBarsAreInOrder(t *testing.T) {
	at := func(b, seed int, value, lo, hi experiments.Real) level {
		return level{b, seed, experiments.Interval{Value: value, Lo: lo, Hi: hi}}
	}
	list := bars([]level{at(2, 0, 1, 0, 2), at(8, 0, 5, 5, 5), at(2, 1, 3, 0, 9), at(4, 1, 7, 6, 8)})
	if len(list) != 3 || list[0].X != 2 || list[1].X != 4 || list[2].X != 8 {
		t.Fatalf("%+v", list)
	}
	if list[0].Y != 2 || list[0].Hi < 10 || list[1].Lo != 6 || list[1].Hi != 8 { // t(1) of two seeds is wide
		t.Errorf("%+v", list)
	}
}

// TestCaptionsNameTheTraining: b is of the training, not of the axis, its length is that of the shortest run to the longest, and an activation that
// is not the default is named.
func TestCaptionsNameTheTraining(t *testing.T) {
	runs := []study.Run{{Variables: study.Variables{"EOSS_MODEL": "mlp", "EOSS_DATASET": "cifar10", "EOSS_ACTIVATION": "tanh", "EOSS_BATCH": "256", "EOSS_LR": "0.004",
		"EOSS_N": "8192", "EOSS_STOP_LOSS": "0.001", "EOSS_STEPS": "1000", "EOSS_SEED": "0"}}}
	longer := study.Run{Variables: runs[0].Variables.With(study.Variables{"EOSS_STEPS": "67800"})}
	const network = "mlp with tanh on CIFAR-10, n = 8192, "
	for got, want := range map[string]string{
		trainedCaption(runs, ends{[]float64{700, 800}, []float64{0.00096, 0.00097}}): "Static gap at convergence: " + network + "trained at b = 256, η = 0.004, 700 to 800 steps, loss at the end 0.00096 to 0.00097, seed 0",
		initialCaption(runs):                 "Static gap at initialisation: " + network + "seed 0",
		caption("Gap", runs):                 "Gap: mlp with tanh on CIFAR-10, η = 0.004, n = 8192, 1000 steps, seed 0",
		caption("Gap", append(runs, longer)): "Gap: mlp with tanh on CIFAR-10, η = 0.004, n = 8192, 1000 to 67\u2009800 steps, seed 0",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestSeedsOfACaption: seeds are named once, by subset.
func TestSeedsOfACaption(t *testing.T) {
	run := func(seed, subset string) study.Run {
		v := study.Variables{"EOSS_SEED": seed}
		if subset != "" {
			v["EOSS_SEED_DATA"] = subset
		}
		return study.Run{Variables: v}
	}
	for want, runs := range map[string][]study.Run{
		"seed 0":                              {run("0", ""), run("0", "")},
		"seeds 0, 1 and seed 0 on subset 100": {run("0", ""), run("1", ""), run("0", "100")},
	} {
		if got := seeds(runs); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestOneNetworkOnTwoSubsets: before their first step networks of one seed are one, whose points the fit takes for correlated, where there are
// others; afterwards not.
func TestOneNetworkOnTwoSubsets(t *testing.T) {
	r, runs := study.NewResults(t.TempDir()), []study.Run{}
	for _, x := range [][2]string{{"0", "0"}, {"0", "100"}, {"1", "1"}} {
		run := study.Run{Variables: study.Variables{"EOSS_MODEL": "mlp", "EOSS_LR": "0.01", "EOSS_N": "4", "EOSS_SEED": x[0], "EOSS_SEED_DATA": x[1]}}
		runs = append(runs, run)
		dir := r.Path(run)
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		w, err := record.OpenWriter(filepath.Join(dir, record.MetricsFile))
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []int{0, 100} {
			err = errors.Join(err, w.Write(record.Row{Step: step, Name: "lambda_max", Value: 1}, record.Row{Step: step, Name: experiments.LambdaBAt(2), Value: 3, StdErr: 0.5, N: 1_000_000}))
		}
		if err = errors.Join(err, w.Close(), record.WriteConfig(filepath.Join(dir, record.ConfigFile), record.Config{Study: "eoss", Variables: run.Variables}),
			record.WriteJSON(filepath.Join(dir, "verdict.json"), map[string]any{"state": "finished", "steps": 100})); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		atEnd bool
		want  []int
	}{{false, []int{0, 1}}, {true, []int{0, 1}}, {false, []int{0, 0, 1}}, {true, []int{0, 1, 2}}} {
		p, groups, err := staticGaps(r, runs[:len(c.want)], c.atEnd)
		if err != nil || len(groups) != len(c.want) || len(p) != len(c.want) {
			t.Fatalf("%d groups of %+v, %v", len(groups), p, err)
		}
		for k, want := range c.want {
			if bar := groups[k].Points[0]; math.Abs(bar.Lo-1.02) > 1e-3 || math.Abs(bar.Hi-2.98) > 1e-3 { // 2 ± 1.96·0.5, of so many batches
				t.Errorf("the bar of number %d is %+v", k, bar)
			}
			if p[k].Seed != want || p[k].Y != 2 {
				t.Errorf("at the end: %v, of %d networks number %d is %+v, not of %d", c.atEnd, len(p), k, p[k], want)
			}
		}
	}
}

// TestConverged: the quick set's networks stop long before the paper's end of training, unless they are fitted by then.
func TestConverged(t *testing.T) {
	for _, c := range []struct {
		loss  float64
		steps int
		want  bool
	}{{0.5, 6200, false}, {0.0009, 6200, true}, {0.001, 99_999, false}, {0.5, 100_000, true}} {
		if got := converged(c.loss, c.steps); got != c.want {
			t.Errorf("a loss of %g after %d steps: %v", c.loss, c.steps, got)
		}
	}
}
