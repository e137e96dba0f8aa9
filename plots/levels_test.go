package plots

import (
	"slices"
	"strings"
	"testing"

	"eoss/internal/record"
)

// TestLevels: every optimizer has the thresholds that are its own, and 2/η is not drawn for Adam.
func TestLevels(t *testing.T) {
	drawn := map[string]bool{"lambda_max": true, "lambda_b_max": true, "momentum_sharpness": true}
	for _, test := range []struct {
		optimizer string
		times     []float64
	}{{"", []float64{2, 4}}, {"sgd", []float64{2, 4}}, {"momentum", []float64{2, 3.8}}, {"adam", nil}} {
		r := &Run{Config: record.Config{Variables: map[string]string{"EOSS_OPTIMIZER": test.optimizer, "EOSS_MOMENTUM": "0.9"}}}
		levels, err := r.levels(drawn)
		if err != nil {
			t.Fatal(err)
		}
		var times []float64
		for _, l := range levels {
			times = append(times, l.times)
		}
		if !slices.Equal(times, test.times) {
			t.Errorf("%s: levels at %v/η, want %v/η", test.optimizer, times, test.times)
		}
	}
	r := &Run{Config: record.Config{Variables: map[string]string{"EOSS_OPTIMIZER": "momentum", "EOSS_MOMENTUM": "much"}}}
	if _, err := r.levels(drawn); err == nil || !strings.Contains(err.Error(), "EOSS_MOMENTUM is \"much\"") {
		t.Errorf("the error is %v", err)
	}
}
