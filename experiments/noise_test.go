//go:build unix

package experiments

import (
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"eoss/curvature"
)

var everyNoise = []string{"epoch", "replacement", "directional", "diagonal", "isotropic", "sde"}

// TestNoiseResumes: every noise that stopped after 17 steps goes on to the numbers of an uninterrupted run, an unchanged fork repeats it, and any other may be forked
// from it.
func TestNoiseResumes(t *testing.T) {
	folder := t.TempDir()
	for i, noise := range everyNoise {
		for _, precision := range []string{"float32", "float64"} {
			more := map[string]string{"EOSS_STEPS": "40", "EOSS_CHECKPOINT": "15", "EOSS_MEASURE": "step_sharpness@3,lambda_max@20,loss@10", "EOSS_NOISE": noise,
				"EOSS_CHUNK": "48", "EOSS_LR": "0.002", "EOSS_PRECISION": precision}
			whole := filepath.Join(folder, noise+precision)
			dir, fork := whole+"-longer", whole+"-fork"
			completed(t, keeping(whole, more))
			short := maps.Clone(more)
			short["EOSS_STEPS"] = "17"
			completed(t, keeping(dir, short))
			completed(t, map[string]string{resumeVariable: dir, "EOSS_STEPS": more["EOSS_STEPS"]})
			wantSame(t, dir, whole)
			completed(t, map[string]string{fromVariable: whole + "@15", "EOSS_OUT": fork})
			late := rowsOf(t, whole)
			late = late[len(late)-len(rowsOf(t, fork)):]
			if late[0].Step != 15 || !reflect.DeepEqual(late, rowsOf(t, fork)) {
				t.Errorf("%s: an unchanged fork has other rows than its parent", noise)
			}
			if precision == "float64" {
				next := everyNoise[(i+1)%len(everyNoise)]
				completed(t, map[string]string{fromVariable: whole + "@15", "EOSS_OUT": fork + "-" + next, "EOSS_NOISE": next})
			}
		}
	}
}

// TestNoiseAfterMomentum: the noise of a training step is the same whatever optimizer took the steps before.
func TestNoiseAfterMomentum(t *testing.T) {
	folder := t.TempDir()
	last := map[string][]float64{}
	for _, before := range []map[string]string{{"EOSS_OPTIMIZER": "momentum"}, {"EOSS_OPTIMIZER": "sgd"}} {
		more := map[string]string{"EOSS_STEPS": "20", "EOSS_CHECKPOINT": "10", "EOSS_MEASURE": "loss@1", "EOSS_LR": "1e-12", "EOSS_PRECISION": "float64"}
		maps.Copy(more, before)
		parent := filepath.Join(folder, before["EOSS_OPTIMIZER"])
		completed(t, keeping(parent, more))
		fork := parent + "-fork"
		completed(t, map[string]string{fromVariable: parent + "@10", "EOSS_OUT": fork, "EOSS_OPTIMIZER": "sgd", "EOSS_NOISE": "directional", "EOSS_LR": "1e-3"})
		last[before["EOSS_OPTIMIZER"]] = values(rowsOf(t, fork), "loss")
	}
	for i, a := range last["momentum"] { // the two parents differ by 1e-11
		if b := last["sgd"][i]; a/b-1 > 1e-7 || b/a-1 > 1e-7 {
			t.Errorf("loss %d is %v after momentum, %v after SGD", i, a, b)
		}
	}
}

// TestOneSDEStepIsDirectional: h = η is directional noise, bit for bit; smaller time steps are not.
func TestOneSDEStepIsDirectional(t *testing.T) {
	losses := func(more map[string]string) []float64 {
		more["EOSS_MEASURE"] = "loss@1"
		_, rows := trained(t, small(t, more))
		return values(rows, "loss")
	}
	directional := losses(map[string]string{"EOSS_NOISE": "directional"})
	if one := losses(map[string]string{"EOSS_NOISE": "sde", "EOSS_SDE_STEP": "0.01"}); !slices.Equal(one, directional) {
		t.Errorf("with h = η the losses are %v, with directional noise %v", one, directional)
	}
	if two := losses(map[string]string{"EOSS_NOISE": "sde", "EOSS_SDE_STEP": "0.005"}); slices.Equal(two, directional) {
		t.Error("h = η/2 changes nothing")
	}
}

// TestDefaultIsEpoch: the noise that is not configured is that of an epoch's batches.
func TestDefaultIsEpoch(t *testing.T) {
	_, a := trained(t, small(t, nil))
	_, b := trained(t, small(t, map[string]string{"EOSS_NOISE": "epoch"}))
	_, c := trained(t, small(t, map[string]string{"EOSS_NOISE": "replacement"}))
	if !slices.Equal(a, b) || slices.Equal(a, c) {
		t.Error("the default is not EOSS_NOISE=epoch, or that is no different from replacement")
	}
}

// TestMeasuredBatches are drawn as the steps' are: with replacement, batches of n images differ from each other.
func TestMeasuredBatches(t *testing.T) {
	for noise, exact := range map[string]bool{"epoch": true, "replacement": false} {
		_, rows := trained(t, small(t, map[string]string{"EOSS_NOISE": noise, "EOSS_N": "16", "EOSS_BATCH": "16", "EOSS_STEPS": "10"}))
		for _, r := range rows {
			if r.Name == "batch_sharpness" && (r.StdErr == 0) != exact {
				t.Errorf("%s: %+v", noise, r)
			}
		}
	}
}

// TestConfiguredNoise: every variable reaches its place, and the run's name and verdict say it.
func TestConfiguredNoise(t *testing.T) {
	for _, test := range []struct {
		given         string
		want          curvature.NoiseOptions
		name, verdict string
	}{
		{"EOSS_NOISE=directional", curvature.NoiseOptions{Shape: curvature.Directional, Substeps: 1}, "mse-directional-b8", "gradient with directional noise (covariance S/b);"},
		{"EOSS_NOISE=diagonal EOSS_NOISE_FACTOR=distinct", curvature.NoiseOptions{Shape: curvature.Diagonal, Substeps: 1, Distinct: true},
			"mse-diagonal-distinct-b8", "gradient with diagonal noise (covariance diag(S)/b) times (n−b)/(n−1);"},
		{"EOSS_NOISE=isotropic", curvature.NoiseOptions{Shape: curvature.Isotropic, Substeps: 1}, "mse-isotropic-b8", "isotropic noise"},
		{"EOSS_NOISE=sde", curvature.NoiseOptions{Shape: curvature.Directional, Substeps: 20}, "mse-sde20-b8", "time steps of η/20"},
		{"EOSS_NOISE=sde EOSS_SDE_STEP=0.0005", curvature.NoiseOptions{Shape: curvature.Directional, Substeps: 40}, "mse-sde40-b8", "time steps of η/40"},
	} {
		more := map[string]string{"EOSS_LR": "0.02", "EOSS_SEED_ORDER": "9"}
		for assignment := range strings.FieldsSeq(test.given) {
			name, value, _ := strings.Cut(assignment, "=")
			more[name] = value
		}
		c := small(t, more)
		test.want.LR, test.want.Batch, test.want.Seed = 0.02, 8, 9
		if got := c.noiseOptions(); got != test.want {
			t.Errorf("%s: got %+v, want %+v", test.given, got, test.want)
		}
		if name := c.defaultOut(); !strings.Contains(name, test.name) {
			t.Errorf("%s: the run is called %s", test.given, name)
		}
		judged, remark := c.yardsticks()
		if judged[0].quantity != "lambda_max" || !judged[0].edge || judged[1].edge || !strings.Contains(remark, test.verdict) {
			t.Errorf("%s: judged by %+v, %s", test.given, judged, remark)
		}
	}
}

// TestNoiseMatchesBatches: after one step from the same θ, the mean squared distance over seeds is that of mini-batches with
// replacement for every injected noise whose step is one: η²(‖g‖² + tr S/b). 100 steps of 8 images tell it to 4 standard errors.
func TestNoiseMatchesBatches(t *testing.T) {
	distance := func(noise string) (mean, stdErr float64) {
		const draws = 100
		c := small(t, map[string]string{"EOSS_NOISE": noise, "EOSS_PRECISION": "float64"})
		p, err := NewProblem[float64](c)
		if err != nil {
			t.Fatal(err)
		}
		s := Sampler{N: p.Train.N, B: c.Batch, Replacement: true}
		var m, q float64
		for step := range draws {
			samples := p.Train
			if !c.injectsNoise() {
				samples = p.Train.Gather(curvature.Data[float64]{}, s.Batch(step))
			}
			theta := slices.Clone(p.Theta)
			if _, err := p.Optimizer.Step(theta, samples); err != nil {
				t.Fatal(err)
			}
			d := curvature.Distance(theta, p.Theta)
			m, q = m+d*d/draws, q+d*d*d*d/draws
		}
		return m, (q - m*m) / draws // the variance of the mean
	}
	want, v := distance("replacement")
	for _, noise := range everyNoise[2:5] {
		got, w := distance(noise)
		if d := got - want; d*d > 16*(v+w) {
			t.Errorf("%s: the mean squared step is %g, with mini-batches %g (variances %.2g, %.2g)", noise, got, want, w, v)
		}
	}
}
