package experiments

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// autoregression is a stationary AR(1) series of unit variance at the steps
// 0, every, 2·every, … plus mean and slope per step.
func autoregression(seed uint64, count, every int, coefficient, mean, slope float64) Series {
	rng := rand.New(rand.NewPCG(seed, 1))
	var s Series
	x := rng.NormFloat64()
	for i := range count {
		s.Steps = append(s.Steps, i*every)
		s.Values = append(s.Values, mean+slope*float64(i*every)+x)
		x = coefficient*x + math.Sqrt(1-coefficient*coefficient)*rng.NormFloat64()
	}
	return s
}

// covers says how often the intervals of the mean and of the change hold the
// truth; count values make up the quarter.
func covers(runs, count int, coefficient, slope float64) (mean, change float64) {
	const every, level = 100, 50.0
	last := 4 * (count - 1) * every
	rise := slope * float64((count-1)*every)
	for seed := range runs {
		s := autoregression(uint64(seed), 4*(count-1)+1, every, coefficient, level, slope)
		p := NewPlateau(s, last, 1)
		truth := level + slope*float64(last) - rise/2
		if float64(p.Mean.Lo) <= truth && truth <= float64(p.Mean.Hi) {
			mean++
		}
		// Change is relative to the measured mean.
		if lo, hi := float64(p.Change.Lo*p.Mean.Value), float64(p.Change.Hi*p.Mean.Value); lo <= rise && rise <= hi {
			change++
		}
	}
	return mean / float64(runs), change / float64(runs)
}

// A plain standard error would cover 95, 78 and 58 % in these rows. The bound
// 0.90 leaves 3 standard errors of 400 runs below the 0.93 of the middle rows;
// too wide an interval (above 0.985) would be a defect too.
func TestIntervalsCoverTheTruth(t *testing.T) {
	for _, test := range []struct {
		count       int
		coefficient float64
		slope       float64
	}{
		{21, 0, 0}, {21, 0.5, 0}, {21, 0, 0.002}, {81, 0.5, 0}, {81, 0.7, 0}, {81, 0.7, 0.0003}, {5, 0, 0},
	} {
		mean, change := covers(400, test.count, test.coefficient, test.slope)
		if test.slope == 0 && (mean < 0.90 || mean > 0.985) {
			t.Errorf("%+v: the mean's interval covers %.3f", test, mean)
		}
		if change < 0.90 || change > 0.985 {
			t.Errorf("%+v: the change's interval covers %.3f", test, change)
		}
	}
}

// Independent values: the half width is on average t(B)·σ·c₄/√T, where
// c₄ = E√(χ²_B/B); B = 7 at T = 81.
func TestIntervalIsNotWasteful(t *testing.T) {
	sum := 0.0
	const runs = 400
	for seed := range runs {
		p := NewPlateau(autoregression(uint64(seed), 4*80+1, 100, 0, 50, 0), 32000, 1)
		sum += float64(p.Mean.Hi-p.Mean.Lo) / 2
	}
	// t(7) = 2.365, c₄ = √(2/7)·Γ(4)/Γ(3.5) = 0.9650; 400 runs give it to 0.004.
	want := 2.365 * 0.9650 / 9
	if got := sum / runs; math.Abs(got-want) > 0.015 {
		t.Errorf("half width %.4f, want %.4f", got, want)
	}
}

func TestDirection(t *testing.T) {
	line := func(from, to, noise float64) Series {
		s := autoregression(3, 81, 100, 0, 0, 0)
		for i := range s.Values {
			s.Values[i] = from + (to-from)*float64(i)/80 + noise*s.Values[i]
		}
		return s
	}
	for _, test := range []struct {
		name   string
		series Series
		want   Direction
	}{
		{"significant and relevant", line(50, 100, 0.1), Rising}, // +14 % in the last quarter
		{"the same, downwards", line(100, 50, 0.1), Falling},
		{"a negative level", line(-100, -50, 0.1), Rising},
		{"significant, not relevant", line(90, 100, 0.01), Steady},
		{"relevant, not significant", line(90, 110, 40), Steady},
		{"constant", line(7, 7, 0), Steady},
		{"no level", line(0, 0, 0), Undecided},
		{"too short", autoregression(0, 13, 700, 0, 50, 1), Undecided},
	} {
		p := NewPlateau(test.series, 8000, 50)
		if p.Direction != test.want {
			t.Errorf("%s: %s, change %+v", test.name, p.Direction, p.Change)
		}
	}
}

func TestPlateauOfALine(t *testing.T) {
	var s Series
	for step := 0; step <= 8000; step += 100 {
		s.Steps, s.Values = append(s.Steps, step), append(s.Values, float64(step)/100)
	}
	p := NewPlateau(s, 8000, 35)
	// The last quarter is 60 … 80: mean 70, two thresholds, a rise of 20.
	if p.FirstStep != 6000 || p.N != 21 || math.Abs(float64(p.Mean.Value)-70) > 1e-12 ||
		math.Abs(float64(p.Ratio.Value)-2) > 1e-12 || math.Abs(float64(p.Change.Value)-20.0/70) > 1e-12 {
		t.Errorf("%+v", p)
	}
	if width := float64(p.Change.Hi - p.Change.Lo); width > 1e-12 {
		t.Errorf("an exact line has a change known to %g", width)
	}
	if *p.FirstReached != 3500 || *p.FirstSustained != 3500 {
		t.Errorf("reached at %d, %d", *p.FirstReached, *p.FirstSustained)
	}
}

// TestPlateauOfAShortFork: the quarter does not begin before the run does.
func TestPlateauOfAShortFork(t *testing.T) {
	s := Series{First: 20_000}
	for step := 20_000; step <= 22_000; step += 100 {
		s.Steps, s.Values = append(s.Steps, step), append(s.Values, 1)
	}
	if p := NewPlateau(s, 22_000, 1); p.FirstStep != 20_000 || p.N != 21 {
		t.Errorf("%+v", p)
	}
}

// TestPlateauOfFewValues: two to four have Student's interval, one none, and none of them a direction.
func TestPlateauOfFewValues(t *testing.T) {
	s := Series{Steps: []int{0, 6000, 7000, 8000}, Values: []float64{9, 1, 2, 6}}
	p := NewPlateau(s, 8000, 1)
	half := 4.302652729911275 * math.Sqrt(7.0/3) // t of 2 degrees of freedom, variance 7
	if p.N != 3 || p.Direction != Undecided || math.Abs(float64(p.Mean.Lo)-(3-half)) > 1e-9 || math.Abs(float64(p.Ratio.Hi)-(3+half)) > 1e-9 {
		t.Errorf("%+v, want a half width of %g", p, half)
	}
	if p := NewPlateau(s, 6000, 1); p.N != 1 || p.Ratio.Value != 1 || !math.IsNaN(float64(p.Ratio.Lo)) || !math.IsNaN(float64(p.Mean.Hi)) {
		t.Errorf("of one value: %+v", p)
	}
}

func TestFirstReached(t *testing.T) {
	nan := math.NaN()
	for _, test := range []struct {
		values             []float64
		reached, sustained int // index, -1: never
	}{
		{[]float64{0, 0, 0, 0, 0, 0}, -1, -1},
		{[]float64{0, 2, 0, 0, 0, 1, 2, 2, 0, 2, 2}, 1, 5},
		{[]float64{1, 1, 1, 1, 1}, 0, 0},
		{[]float64{0, 0, 1, 1, 1}, 2, -1}, // no five values follow
		{[]float64{nan, 1, nan, 1, 1, 0, 0}, 1, 1},
		{[]float64{nan, math.Inf(1), 0, 0, 0, 0, 0}, -1, -1},
	} {
		s := Series{Values: test.values}
		for i := range test.values {
			s.Steps = append(s.Steps, 10*i)
		}
		reached, sustained := firstReached(s, 1)
		for _, pair := range []struct {
			got  *int
			want int
		}{{reached, test.reached}, {sustained, test.sustained}} {
			if (pair.got == nil) != (pair.want < 0) || (pair.got != nil && *pair.got != 10*pair.want) {
				t.Errorf("%v: got %v, want index %d", test.values, pair.got, pair.want)
			}
		}
	}
}

// The values' own errors widen an interval that their scatter makes too narrow.
func TestStdErrIsAFloor(t *testing.T) {
	var s Series
	for step := 0; step <= 8000; step += 100 {
		s.Steps, s.Values, s.StdErr = append(s.Steps, step), append(s.Values, 50), append(s.StdErr, 4)
	}
	p := NewPlateau(s, 8000, 50)
	if want := 1.96 * 4 / math.Sqrt(21); math.Abs(float64(p.Mean.Hi)-50-want) > 1e-12 {
		t.Errorf("half width %g, want %g", float64(p.Mean.Hi)-50, want)
	}
}

func TestVerdictWords(t *testing.T) {
	v := NewVerdict(0.03, 8000)
	principal := autoregression(1, 81, 100, 0.3, 0, 0)
	low := autoregression(4, 21, 400, 0, 0, 0)
	for i := range principal.Values {
		principal.Values[i] = (1.04*min(1, float64(i)/50) + 0.01*principal.Values[i]) * 2 / 0.03
	}
	for i := range low.Values {
		low.Values[i] = (0.35 + 0.01*low.Values[i]) * 2 / 0.03
	}
	v.Add("batch_sharpness_mean_ratio", principal)
	v.Add("lambda_max", low)
	want := "Batch Sharpness (mean of ratios) hovered at 1.04 [1.03, 1.05] × 2/η over steps 6000–8000, steady; " +
		"λmax at 0.34 [0.33, 0.35] × 2/η, below; 2/η first reached at step 4900."
	if got := v.String(); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestVerdictWordsWhenItDoesNotHover(t *testing.T) {
	rising := autoregression(1, 81, 100, 0, 10, 0.01)
	v := NewVerdict(0.01, 8000)
	v.Add("batch_sharpness", rising)
	v.Add("ias", Series{Steps: []int{7000, 8000}, Values: []float64{1, math.NaN()}})
	got := v.String()
	for _, want := range []string{"was at 0.40", "below, still rising (+24 %)", "2/η was not reached",
		"IAS has 1 of the 5 values needed over steps 6000–8000"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %s", want, got)
		}
	}
	if empty := NewVerdict(0.1, 10).String(); empty != "No sharpness was measured." {
		t.Error(empty)
	}
}

func TestVerdictSurvivesJSON(t *testing.T) {
	v := NewVerdict(0.01, 8000)
	v.Add("batch_sharpness", autoregression(1, 81, 100, 0.5, 200, 0))
	v.Add("lambda_max", Series{Steps: []int{0, 8000}, Values: []float64{math.Inf(1), math.NaN()}})
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var again Verdict
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(v.Quantities[0], again.Quantities[0]) {
		t.Errorf("got %+v\nwant %+v", again.Quantities[0], v.Quantities[0])
	}
	if mean := again.Quantities[1].Mean.Value; !math.IsNaN(float64(mean)) || again.Quantities[1].Skipped != 1 {
		t.Errorf("%s", text)
	}
	if again.String() != v.String() {
		t.Errorf("%s\n%s", again.String(), v.String())
	}
}
