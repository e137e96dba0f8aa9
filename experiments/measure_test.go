package experiments

import (
	"math"
	"slices"
	"strings"
	"testing"

	"eoss/curvature"
	"eoss/internal/record"
)

// everyMeasurement is EOSS_MEASURE with all there are.
func everyMeasurement(every string) string {
	var list []string
	for _, m := range Measurables() {
		list = append(list, m.Name+"@"+every)
	}
	return strings.Join(list, ",")
}

// TestEveryMeasurement runs all measurements side by side: each writes rows, and what must hold between them does.
func TestEveryMeasurement(t *testing.T) {
	result, rows := trained(t, small(t, map[string]string{
		"EOSS_MEASURE": everyMeasurement("20"), "EOSS_OPTIMIZER": "momentum", "EOSS_PRECISION": "float64", "EOSS_LR": "0.001", "EOSS_ACTIVATION": "tanh", "EOSS_LMAX_TOL": "1e-9",
		"EOSS_BS_MIN_BATCHES": "8", "EOSS_BS_MAX_BATCHES": "8", // the same batches for all
	}))
	at := map[string][]float64{}
	for _, name := range []string{"loss", "step_sharpness", "step_lambda_b_max", "batch_sharpness", "batch_sharpness_mean_ratio",
		"batch_sharpness_gn", "momentum_sharpness", "lambda_1", "lambda_10", "spectral_density_mean", "spectral_density_mean_square", "lambda_max", "lambda_max_gn", "lambda_b_max", "ntk_max", "fim_max", "ias", "hessian_trace", "gradient_norm2",
		"full_gradient_norm2", "gradient_projection_1", "gradient_projection_10", "second_moment_contraction",
		"second_moment_contraction_held_out", "expected_step_change", "expected_full_step_change", "param_distance"} {
		at[name] = values(rows, name)
		if len(at[name]) != 3 { // steps 0, 20 and 40
			t.Fatalf("%s has %d rows, want 3", name, len(at[name]))
		}
	}
	for i := range 3 {
		below := func(a, b string) {
			if x, y := at[a][i], at[b][i]; !(x <= y*(1+1e-8)) {
				t.Errorf("at %d: %s is %g, above %s, %g", i, a, x, b, y)
			}
		}
		below("step_sharpness", "step_lambda_b_max")
		below("batch_sharpness_mean_ratio", "lambda_b_max")
		below("gradient_projection_1", "gradient_projection_10")
		below("full_gradient_norm2", "gradient_norm2") // true of the expectations; wide apart here
		if d := at["ntk_max"][i]/at["fim_max"][i] - 1; math.Abs(d) > 1e-8 {
			t.Errorf("at %d: ntk_max and fim_max differ by %g", i, d)
		}
		// Lemma 3, to the third order in η: smooth, and far below the edge.
		bs, gg, lr := at["batch_sharpness"][i], at["gradient_norm2"][i], 0.001
		if want := -lr * gg * (1 - lr*bs/2); math.Abs(at["expected_step_change"][i]/want-1) > 0.02 {
			t.Errorf("at %d: expected_step_change is %g, by Lemma 3 %g", i, at["expected_step_change"][i], want)
		}
		if d := at["lambda_1"][i]/at["lambda_max"][i] - 1; math.Abs(d) > 1e-8 {
			t.Errorf("at %d: lambda_1 and lambda_max differ by %g", i, d)
		}
		below("lambda_10", "lambda_1")
		if d := at["momentum_sharpness"][i]/at["batch_sharpness"][i] - 1; (math.Abs(d) < 1e-8) != (i == 0) { // v = 0 at first
			t.Errorf("at %d: momentum_sharpness and batch_sharpness differ by %g", i, d)
		}
		moved := at["param_distance"][i] > 0
		if moved != (i > 0) {
			t.Errorf("at %d: param_distance is %g", i, at["param_distance"][i])
		}
	}
	densities, err := record.ReadDensities(result.Dir)
	if err != nil || len(densities) != 3 {
		t.Fatalf("%d densities, %v", len(densities), err)
	}
	for i, d := range densities { // Gaussians of width σ keep the mean and add σ² to the mean square
		at := func(name string) float64 { return at[name][i] }
		equal := func(what string, got, want float64) {
			if math.Abs(got-want) > 1e-3*math.Abs(at("spectral_density_mean_square")) {
				t.Errorf("step %d: the density's %s is %g, want %g", d.Step, what, got, want)
			}
		}
		if mass := integral(d, func(float64) float64 { return 1 }); d.Step != 20*i || math.Abs(mass-1) > 1e-5 {
			t.Errorf("density %d is of step %d and integrates to %g", i, d.Step, mass)
		}
		equal("mean", integral(d, func(x float64) float64 { return x }), at("spectral_density_mean"))
		equal("mean square", integral(d, func(x float64) float64 { return x * x }), at("spectral_density_mean_square")+d.Width*d.Width)
	}
}

// TestProducts: the products of a search are counted once, and all of them are: of the contraction, two for every batch and product of the
// search, which takes at least 14 here, one for the value and one of a fresh batch.
func TestProducts(t *testing.T) {
	_, rows := trained(t, small(t, map[string]string{"EOSS_MEASURE": "gradient_projection@40,top_eigenvalues@40,second_moment_contraction@40",
		"EOSS_BS_MIN_BATCHES": "8", "EOSS_LMAX_TOL": "1e-3"}))
	for _, r := range rows {
		first := r.Name == "gradient_projection_1" || r.Name == "lambda_1"
		switch {
		case r.Name == "second_moment_contraction":
			if each := r.Products / 8; r.Products%8 != 0 || each%2 != 0 || each < 30 {
				t.Errorf("%s took %d products", r.Name, r.Products)
			}
		case (r.Products > 0) != first, first && r.Products < 12:
			t.Errorf("%s took %d products", r.Name, r.Products)
		}
	}
}

// integral is Σ f(λ)·density over the grid (trapezoids).
func integral(d record.Density, f func(lambda float64) float64) float64 {
	sum := 0.0
	for i := 1; i < len(d.Grid); i++ {
		sum += (f(d.Grid[i])*d.Density[i] + f(d.Grid[i-1])*d.Density[i-1]) / 2 * (d.Grid[i] - d.Grid[i-1])
	}
	return sum
}

// TestGradientNormByItself: without batch_sharpness, gradient_norm2 writes both norms; with it, there is one row a step of either, also
// where batch_sharpness is not due.
func TestGradientNormByItself(t *testing.T) {
	count := func(measure string) (batch, full int) {
		_, rows := trained(t, small(t, map[string]string{"EOSS_MEASURE": measure, "EOSS_STEPS": "3"}))
		return record.SelectSeries(rows, "gradient_norm2").Len(), record.SelectSeries(rows, "full_gradient_norm2").Len()
	}
	for _, measure := range []string{"gradient_norm2@1", "gradient_norm2@1,batch_sharpness@1", "gradient_norm2@1,batch_sharpness@2"} {
		if b, f := count(measure); b != 4 || f != 4 {
			t.Errorf("%s: %d and %d rows, want 4 and 4", measure, b, f)
		}
	}
}

// stub is a measurement of fixed rows.
type stub []record.Row

func (s stub) measure(*Moment[float32]) ([]record.Row, error) { return slices.Clone(s), nil }

// TestUnconverged: an eigenvalue that missed its tolerance is said to have, in the log and in the table of measure.
func TestUnconverged(t *testing.T) {
	var said []string
	p := &Problem[float32]{Config: small(t, nil)}
	p.say = func(line string) { said = append(said, line) }
	p.Train.N = 64
	s := scheduled[float32]{measurement: stub{{Name: "lambda_max", Value: 3, Residual: 0.2, Unconverged: 1}, {Name: "loss", Value: 1}}}
	rows, err := s.take(&Moment[float32]{Problem: p, Step: 40})
	noError(t, err)
	if len(said) != 1 || !strings.Contains(said[0], "lambda_max at step 40: ") || !strings.HasSuffix(said[0], ": 1, the largest residual 0.2") {
		t.Errorf("it says %q", said)
	}
	var table strings.Builder
	noError(t, Snapshot{Config: record.Config{Variables: map[string]string{"EOSS_LR": "0.1"}}, Quantities: rows}.writeTable(&table))
	if strings.Count(table.String(), "0.2*") != 1 || strings.Count(table.String(), "*") != 2 { // in the legend too
		t.Error(table.String())
	}
	if unconverged(curvature.Eigen[float32]{}) != 1 || unconverged(curvature.Eigen[float32]{Converged: true}) != 0 {
		t.Error("the count of a search")
	}
}
