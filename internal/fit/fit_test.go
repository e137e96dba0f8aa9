package fit

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*(1+math.Abs(b)) }

// Norris of NIST's Statistical Reference Datasets (lower level of difficulty), certified to 15 digits.
func TestLineNorris(t *testing.T) {
	y := []float64{0.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3, 0.1, 778.1, 668.8, 339.3, 448.9, 10.8,
		557.7, 228.3, 998.0, 888.8, 119.6, 0.3, 0.6, 557.6, 339.3, 888.0, 998.5, 778.9, 10.2, 117.6, 228.9, 668.4, 449.2, 0.2}
	x := []float64{0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, 0.4, 0.6, 775.5, 666.9, 338.0, 447.5, 11.6,
		556.0, 228.1, 995.8, 887.6, 120.2, 0.3, 0.3, 556.8, 339.1, 887.2, 999.0, 779.0, 11.1, 118.3, 229.2, 669.1, 448.9, 0.5}
	fit, err := Line(x, y, nil)
	if err != nil {
		t.Fatal(err)
	}
	const quantile = 2.032244509317718 // t(34) at 0.975
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"intercept", fit.Intercept.Value, -0.262323073774029}, {"slope", fit.Slope.Value, 1.00211681802045},
		{"intercept's error", (fit.Intercept.Hi - fit.Intercept.Value) / quantile, 0.232818234301152},
		{"slope's error", (fit.Slope.Hi - fit.Slope.Value) / quantile, 0.429796848199937e-3},
		{"R²", fit.R2, 0.999993745883712},
	} {
		if math.Abs(c.got-c.want) > 1e-9*math.Abs(c.want) { // the sums lose six of sixteen digits at most
			t.Errorf("%s is %.15g, certified %.15g", c.name, c.got, c.want)
		}
	}
}

// A point of weight 2 is two points, but for the degrees of freedom; a factor on all weights changes nothing.
func TestLineWeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfNDistinct(rapid.Float64Range(-10, 10), 4, 12, rapid.ID).Draw(t, "x")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		var y, w, thrice, xx, yy []float64
		for i := range x {
			y, w, thrice = append(y, rng.NormFloat64()), append(w, float64(1+i%2)), append(thrice, float64(3*(1+i%2)))
			for range 1 + i%2 {
				xx, yy = append(xx, x[i]), append(yy, y[i])
			}
		}
		a, err1 := Line(x, y, w)
		b, err2 := Line(xx, yy, nil)
		c, err3 := Line(x, y, thrice)
		if err1 != nil || err2 != nil || err3 != nil {
			t.Fatal(err1, err2, err3)
		}
		if !near(a.Slope.Value, b.Slope.Value) || !near(a.Intercept.Value, b.Intercept.Value) || !near(a.R2, b.R2) {
			t.Errorf("weighted %+v, repeated %+v", a, b)
		}
		if !near(a.Slope.Lo, c.Slope.Lo) || !near(a.Intercept.Hi, c.Intercept.Hi) {
			t.Errorf("weights %+v, threefold %+v", a, c)
		}
	})
}

// Intervals move with the data: log y ↦ p + q·log y.
func TestIntervalsAreEquivariant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := rapid.Float64Range(-5, 5).Draw(t, "p"), rapid.Float64Range(0.1, 9).Draw(t, "q")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		points := bentPoints(rng, 0.1, 0)
		moved := make([]Point, len(points))
		for i, o := range points {
			moved[i] = Point{o.X, math.Exp(p + q*math.Log(o.Y)), o.Seed}
		}
		a, err1 := Breakpoint(points)
		b, err2 := Breakpoint(moved)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		same := func(x, y float64) bool { return math.Abs(x-y) <= 1e-5*(1+math.Abs(y)) } // the golden section stops at √ε
		if !same(a.At.Value, b.At.Value) || !same(a.At.Lo, b.At.Lo) || !same(a.At.Hi, b.At.Hi) ||
			!same(q*a.Before.Lo, b.Before.Lo) || !same(q*a.After.Hi, b.After.Hi) || !same(p+q*a.Level, b.Level) || !same(a.R2, b.R2) {
			t.Errorf("%+v became %+v", a, b)
		}
	})
}

// height is the law at x.
func height(f PowerFit, x float64) float64 {
	return math.Exp(f.Intercept + f.Exponent.Value*math.Log(x))
}

func TestPowerLawDrops(t *testing.T) {
	points := []Point{{1, 8, 0}, {2, 4, 0}, {4, 2, 0}, {8, 1, 0}, {16, 0, 0}, {32, -1, 0}, {0, 3, 0}, {5, math.NaN(), 0}, {math.Inf(1), 1, 0}}
	fit, err := PowerLaw(points)
	if err != nil || !near(fit.Exponent.Value, -1) || !near(height(fit, 2), 4) || fit.Dropped != 5 || fit.Pooled.N != 4 {
		t.Errorf("%+v, %v", fit, err)
	}
	if fit.SeedMean != (Interval{}) || len(fit.SeedSlopes) != 1 {
		t.Errorf("one seed has an interval over seeds: %+v", fit)
	}
}

// The interval reported is the wider, whichever that is.
func TestPowerLawReportsTheWider(t *testing.T) {
	law := func(slopes []float64, noise float64) PowerFit {
		rng := rand.New(rand.NewPCG(3, 0))
		var points []Point
		for seed, slope := range slopes {
			for x := 2.0; x < 2000; x *= 2 {
				points = append(points, Point{x, math.Exp(noise*rng.NormFloat64()) * math.Pow(x, slope), seed})
			}
		}
		points = append(points, Point{7, math.Pow(7, -0.7), 9}) // a lone point has no slope
		fit, err := PowerLaw(points)
		if err != nil {
			t.Fatal(err)
		}
		if len(fit.SeedSlopes) != len(slopes) {
			t.Fatalf("%d slopes", len(fit.SeedSlopes))
		}
		return fit
	}
	if f := law([]float64{-0.5, -0.7, -0.9}, 0.01); f.Exponent != f.SeedMean || f.SeedMean.Width() <= f.Pooled.Slope.Width() {
		t.Errorf("seeds that differ: %+v", f)
	}
	shifted := []Point{} // the seeds share the slope and not the level, of which only the pooled fit knows
	for seed := range 3 {
		for x := 2.0; x < 2000; x *= 2 {
			shifted = append(shifted, Point{x, math.Exp(float64(seed)) / x, seed})
		}
	}
	if f, err := PowerLaw(shifted); err != nil || f.Exponent != f.Pooled.Slope || f.SeedMean.Width() > 1e-9 {
		t.Errorf("seeds that agree: %+v, %v", f, err)
	}
}

// bentPoints are three seeds of a power law that bends at x = 100, each seed with its own level.
func bentPoints(rng *rand.Rand, noise, spread float64) (points []Point) {
	for seed := range 3 {
		level := spread * rng.NormFloat64()
		for k := 1; k <= 13; k++ {
			x := math.Pow(2, float64(k))
			u := math.Log(x / 100)
			points = append(points, Point{x, math.Exp(1 + level + 0.5*u - 0.4*max(0, u) + noise*rng.NormFloat64()), seed})
		}
	}
	return points
}

func TestBreakpointOfExactPoints(t *testing.T) {
	fit, err := Breakpoint(bentPoints(rand.New(rand.NewPCG(1, 0)), 0, 2))
	if err != nil || math.Abs(fit.At.Value-100) > 1e-4 || math.Abs(fit.Before.Value-0.5) > 1e-6 || math.Abs(fit.After.Value-0.1) > 1e-6 || fit.R2 < 1-1e-9 {
		t.Errorf("%+v, %v", fit, err)
	}
	if fit.AtLowEnd || fit.AtHighEnd || fit.First != 4 || math.Abs(fit.Last-4096) > 1e-9 {
		t.Errorf("range: %+v", fit)
	}
	var powers []Point
	for x := 1.0; x <= 1024; x *= 2 {
		powers = append(powers, Point{X: x, Y: min(x*x, 32*x)}) // x² up to 32, 32·x beyond
	}
	fit, err = Breakpoint(powers)
	if err != nil || math.Abs(fit.At.Value-32) > 1e-4 || math.Abs(fit.Before.Value-2) > 1e-6 || math.Abs(fit.After.Value-1) > 1e-6 || math.Abs(fit.Level-math.Log(1024)) > 1e-5 {
		t.Errorf("%+v, %v", fit, err)
	}
	for _, p := range powers {
		if got := fit.Height(p.X); math.Abs(got/p.Y-1) > 1e-4 {
			t.Errorf("the law is %g at %g, where the points are %g", got, p.X, p.Y)
		}
	}
}

// A bend outside the search range is put at the end of it, and said not to be bounded there.
func TestBreakpointAtTheEnd(t *testing.T) {
	for _, c := range []struct {
		bend      float64
		low, high bool
	}{{3, true, false}, {100, false, false}, {6000, false, true}} {
		rng := rand.New(rand.NewPCG(2, 0))
		var points []Point
		for x := 2.0; x < 10_000; x *= 2 {
			points = append(points, Point{x, x * math.Exp(-0.8*max(0, math.Log(x/c.bend))+0.01*rng.NormFloat64()), 0})
		}
		fit, err := Breakpoint(points)
		if err != nil || fit.AtLowEnd != c.low || fit.AtHighEnd != c.high || c.low != (fit.At.Lo == fit.First) || c.high != (fit.At.Hi == fit.Last) {
			t.Errorf("bend at %g: %+v, %v", c.bend, fit, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	nan := math.NaN()
	_, few := Line([]float64{1, 2}, []float64{1, 2}, nil)
	_, lengths := Line([]float64{1, 2, 3}, []float64{1, 2}, nil)
	_, upright := Line([]float64{2, 2, 2}, []float64{1, 2, 3}, nil)
	_, notFinite := Line([]float64{1, 2, 3}, []float64{1, nan, 3}, nil)
	_, weight := Line([]float64{1, 2, 3}, []float64{1, 2, 3}, []float64{1, 0, 1})
	_, power := PowerLaw([]Point{{1, 1, 0}, {2, -1, 0}, {3, 0, 0}, {4, 1, 0}})
	_, bend := Breakpoint([]Point{{1, 1, 0}, {2, 2, 0}, {3, 3, 0}, {4, 3, 0}})
	_, tight := Breakpoint([]Point{{1, 1, 0}, {2, 2, 0}, {3, 2.5, 0}, {4, 2, 1}, {5, 2.2, 1}}) // as many points as parameters
	_, mean := MeanCI([]float64{1})
	for _, c := range []struct {
		err  error
		want string
	}{
		{few, "2 points"}, {lengths, "3 x, 2 y"}, {upright, "x = 2"}, {notFinite, "y[1] is NaN"}, {weight, "weights[1] is 0"},
		{power, "2 are not positive"}, {bend, "4 different x"}, {tight, "5 different x, of 2 seeds"}, {mean, "1 values"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) || strings.Contains(c.err.Error(), "\n") {
			t.Errorf("%v, want %q in one line", c.err, c.want)
		}
	}
}

// The law goes through the mean of the logarithms, whichever exponent is reported.
func TestPowerLawGoesThroughTheMean(t *testing.T) {
	points := []Point{{1, 2, 0}, {2, 3, 0}, {4, 9, 0}, {1, 1, 1}, {8, 2, 1}, {1, 4, 2}, {16, 1, 2}}
	fit, err := PowerLaw(points)
	if err != nil || fit.Exponent != fit.SeedMean {
		t.Fatalf("%+v, %v", fit, err)
	}
	sum := 0.0
	for _, p := range points {
		sum += math.Log(p.Y / height(fit, p.X))
	}
	if math.Abs(sum) > 1e-12 {
		t.Errorf("residuals sum to %g", sum)
	}
}
