package plots

import (
	"math"
	"strings"
	"testing"

	"eoss/internal/record"
)

// TestLevels: every optimizer has the thresholds that are its own, and 2/η is not drawn for Adam.
func TestLevels(t *testing.T) {
	names := []string{"batch_sharpness", "lambda_max", "lambda_b_max", "momentum_sharpness"}
	drawn := map[string]bool{}
	for _, name := range names {
		drawn[name] = true
	}
	for _, test := range []struct {
		optimizer string
		highest   float64 // of every quantity
		times     []float64
	}{{"", 10, []float64{2, 4}}, {"sgd", 10, []float64{2, 4}}, {"momentum", 10, []float64{0.2}}, {"momentum", 150, []float64{0.2, 2}},
		{"momentum", 200, []float64{0.2, 2, 3.8}}, {"adam", 200, nil}} {
		r := &Run{Config: record.Config{Variables: map[string]string{"EOSS_OPTIMIZER": test.optimizer, "EOSS_MOMENTUM": "0.9"}}}
		for _, name := range names {
			r.Rows = append(r.Rows, record.Row{Name: name, Value: test.highest}, record.Row{Name: name, Value: 1})
		}
		levels, err := r.levels(drawn, 0.01)
		if err != nil || len(levels) != len(test.times) {
			t.Fatalf("%s, highest %g: %+v, %v", test.optimizer, test.highest, levels, err)
		}
		for i, l := range levels {
			if math.Abs(l.times-test.times[i]) > 1e-12 {
				t.Errorf("%s, highest %g: level %d is %g/η, want %g/η", test.optimizer, test.highest, i, l.times, test.times[i])
			}
		}
	}
	r := &Run{Config: record.Config{Variables: map[string]string{"EOSS_OPTIMIZER": "momentum", "EOSS_MOMENTUM": "much"}}}
	if _, err := r.levels(drawn, 0.01); err == nil || !strings.Contains(err.Error(), "EOSS_MOMENTUM is \"much\"") {
		t.Errorf("the error is %v", err)
	}
}
