package experiments

import (
	"math"
	"strings"
	"testing"

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
	_, rows := trained(t, small(t, map[string]string{
		"EOSS_MEASURE": everyMeasurement("20"), "EOSS_PRECISION": "float64", "EOSS_LR": "0.001", "EOSS_ACTIVATION": "tanh", "EOSS_LMAX_TOL": "1e-9",
		"EOSS_BS_MIN_BATCHES": "8", "EOSS_BS_MAX_BATCHES": "8", // the same batches for all
	}))
	at := map[string][]float64{}
	for _, name := range []string{"loss", "step_sharpness", "step_lambda_b_max", "batch_sharpness", "batch_sharpness_mean_ratio",
		"batch_sharpness_gn", "lambda_max", "lambda_max_gn", "lambda_b_max", "ntk_max", "fim_max", "ias", "hessian_trace", "gradient_norm2",
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
		moved := at["param_distance"][i] > 0
		if moved != (i > 0) {
			t.Errorf("at %d: param_distance is %g", i, at["param_distance"][i])
		}
	}
}

// TestGradientNormByItself: without batch_sharpness, gradient_norm2 writes both norms; with it, there is one row a step of either.
func TestGradientNormByItself(t *testing.T) {
	count := func(measure string) (batch, full int) {
		_, rows := trained(t, small(t, map[string]string{"EOSS_MEASURE": measure, "EOSS_STEPS": "1"}))
		return record.SelectSeries(rows, "gradient_norm2").Len(), record.SelectSeries(rows, "full_gradient_norm2").Len()
	}
	for _, measure := range []string{"gradient_norm2@1", "gradient_norm2@1,batch_sharpness@1"} {
		if b, f := count(measure); b != 2 || f != 2 {
			t.Errorf("%s: %d and %d rows, want 2 and 2", measure, b, f)
		}
	}
}
