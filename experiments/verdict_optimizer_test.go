package experiments

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestVerdictOfOptimizers: λmax with momentum is held against 2(1+μ)/η, Batch Sharpness against nothing, and with Adam nothing is.
func TestVerdictOfOptimizers(t *testing.T) {
	s := Series{Steps: []int{0, 75, 80, 85, 90, 95, 100}, Values: []float64{1, 380, 380, 380, 380, 380, 380}}
	for _, test := range []struct{ optimizer, want, never string }{
		{"sgd", "λmax hovered at 1.90 [1.90, 1.90] × 2/η over steps 75–100, above, steady; 2/η first reached at step 75.", "claimed"},
		{"momentum", "λmax hovered at 1.00 [1.00, 1.00] × 2(1+μ)/η over steps 75–100, steady; 2(1+μ)/η first reached at step 75;", "above"},
		{"adam", "λmax hovered at 380 [380, 380] over steps 75–100, steady; no threshold is claimed for Adam: 2/η is that of plain SGD.", "×"},
	} {
		c := Config{LR: 0.01, Optimizer: test.optimizer, Momentum: 0.9}
		judged, remark := c.yardsticks()
		v := NewVerdict(c.LR, 100)
		v.Remark = remark
		i := slices.IndexFunc(judged, func(y yardstick) bool { return y.quantity == "lambda_max" })
		v.add(judged[i], s)
		got := v.String()
		if !strings.Contains(got, test.want) || strings.Contains(got, test.never) {
			t.Errorf("%s:\n got %s\nwant %s", test.optimizer, got, test.want)
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var again Verdict
		if err := json.Unmarshal(text, &again); err != nil || again.String() != got {
			t.Errorf("%s becomes %s (%v)", got, again.String(), err)
		}
	}
}

// TestMomentumBatchSharpnessIsNotJudged: 2(1−μ)/η is its unit and no threshold.
func TestMomentumBatchSharpnessIsNotJudged(t *testing.T) {
	judged, remark := Config{LR: 0.01, Optimizer: "momentum", Momentum: 0.9}.yardsticks()
	v := NewVerdict(0.01, 100)
	v.Remark = remark
	for _, y := range judged[1:] { // momentum_sharpness was not measured
		v.add(y, Series{Steps: []int{80, 85, 90, 95, 100}, Values: []float64{20, 20, 20, 20, 20}})
	}
	got := v.String()
	if !strings.Contains(got, "Batch Sharpness (mean of ratios) at 1.00 [1.00, 1.00] × 2(1−μ)/η; ") || !strings.Contains(got, "none is claimed for Batch Sharpness") {
		t.Error(got)
	}
}

// TestProgressUnits: a line of progress shows each quantity in the unit that the verdict holds it against.
func TestProgressUnits(t *testing.T) {
	for optimizer, want := range map[string]string{
		"sgd": "BS·η/2=1 λmax·η/2=1 ", "momentum": "MS·η/2=1 λmax/(2(1+μ)/η)=0.5 BS/(2(1−μ)/η)=2 ", "adam": "BS=200 λmax=200 ",
	} {
		got := ""
		judged, _ := Config{LR: 0.01, Optimizer: optimizer, Momentum: 0.5}.yardsticks()
		for _, y := range judged {
			if y.symbol() != "" {
				value := map[string]float64{"2/η": 200, "2(1+μ)/η": 150, "2(1−μ)/η": 200, "": 200}[y.unit]
				got += fmt.Sprintf("%s=%.3g ", y.symbol(), y.of(value))
			}
		}
		if got != want {
			t.Errorf("%s: %s, not %s", optimizer, got, want)
		}
	}
}
