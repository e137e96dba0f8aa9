package study

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Set is what the studies build their runs with: a profile, and the variables that the user gives to all of them.
type Set struct {
	Profile
	User Variables
}

// NewSet returns the set of a profile with the user's variables on top. Of the sweeps over batch sizes it leaves out those that the user's n
// is not above: the full batch is one of them anyway.
func NewSet(p Profile, user Variables) *Set {
	if n := int(user.Number("EOSS_N")); n > 0 {
		p.Batches = slices.DeleteFunc(slices.Clone(p.Batches), func(b int) bool { return b >= n })
	}
	return &Set{Profile: p, User: user}
}

// Train is the run of a model with the paper's η (scaled by the profile) and batches of b (0: the full batch), its seed, and
// the variables that this study sets itself.
func (s *Set) Train(model string, lr float64, b, seed int, own Variables) Run {
	preset, ok := s.Models[model]
	if !ok {
		panic("study: no profile for the model " + model)
	}
	eta := round(lr*preset.Rate, 6)
	v := s.Common.With(preset.Variables)
	if strings.HasSuffix(s.User["EOSS_DATASET"], ".npz") { // a user's file has as many as it has, or none
		delete(v, "EOSS_N_TEST")
	}
	n := int(v.With(s.User).Number("EOSS_N"))
	if b == 0 {
		b = n
	}
	steps := preset.steps(eta)
	if s.Longer && b < 16 {
		steps = int(math.Round(float64(steps)*math.Sqrt(16/float64(b))/200)) * 200
	}
	v = v.With(Variables{"EOSS_MEASURE": preset.measure(steps, b, n, s.Points), "EOSS_KEEP": "1"})
	if preset.Most > 0 && b >= 64 { // measured as often as if it went on
		steps = min(steps, preset.Most)
	}
	v["EOSS_STEPS"] = strconv.Itoa(steps)
	if b >= 128 { // large batches differ little
		v["EOSS_BS_MIN_BATCHES"] = "8"
	}
	if s.Few && b < n && 8*b >= n {
		v["EOSS_BS_MIN_BATCHES"], v["EOSS_BS_MAX_BATCHES"] = "4", "4"
	}
	v = v.With(s.User)
	set := Variables{"EOSS_MODEL": model, "EOSS_LR": fmt.Sprint(eta), "EOSS_BATCH": strconv.Itoa(b), "EOSS_SEED": strconv.Itoa(seed)}
	return Run{Variables: v.With(set).With(own)}
}

// Eta is the step size that a model has for the paper's η.
func (s *Set) Eta(model string, lr float64) float64 { return round(lr*s.Models[model].Rate, 6) }

// Steps are the steps of the model's runs at the paper's η.
func (s *Set) Steps(model string, lr float64) int { return s.Models[model].steps(s.Eta(model, lr)) }

// Size is n of a model's runs.
func (s *Set) Size(model string) int {
	return int(s.Common.With(s.Models[model].Variables).With(s.User).Number("EOSS_N"))
}

// round keeps the leading digits of a number.
func round(x float64, digits int) float64 {
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', digits, 64), 64)
	if err != nil {
		panic(err)
	}
	return y
}

// steps are those of the profile, or of its training time Σ η, a multiple of 200.
func (p Preset) steps(eta float64) int {
	if p.Steps > 0 {
		return p.Steps
	}
	return max(1, int(math.Round(p.Time/eta/200))) * 200
}

// measure is the standard list of measurements of a run, so that figures can share it: points of the loss, the sharpnesses by the preset's
// cadences. Full batches have one λ only.
func (p Preset) measure(steps, b, n, points int) string {
	unit := max(1, steps/200)
	list := []struct {
		name  string
		units int
	}{
		{"loss", 200 / points}, {"step_sharpness", p.EveryStep}, {"step_lambda_b_max", p.EverySharpness}, {"batch_sharpness", p.EverySharpness},
		{"lambda_b_max", p.EveryLambdaB}, {"lambda_max", p.EveryLambda},
	}
	var parts []string
	for _, m := range list {
		switch {
		case b == n && strings.Contains(m.name, "_b_max"):
			continue
		case b >= 128 && strings.Contains(m.name, "_b_max"): // a Lanczos run on every batch of these costs as much as on all images
			m.units = max(m.units, 8)
		}
		parts = append(parts, fmt.Sprintf("%s@%d", m.name, m.units*unit))
	}
	return strings.Join(parts, ",")
}
