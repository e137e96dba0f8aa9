package curvature

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestStoppingKeepsCoverage: the mean of normal draws, stopped as early as the rule allows. With looks from the second draw on,
// 89 % of the 95 % intervals cover it.
func TestStoppingKeepsCoverage(t *testing.T) {
	const runs = 4000
	covered := 0
	for seed := range uint64(runs) {
		rng := rand.New(rand.NewPCG(seed, 1))
		stop, m := stopping{relErr: 0.1, max: 10000}, moments{}
		for {
			m.add(2+rng.NormFloat64(), 1)
			if stop.met(m.n, func() []Estimate { return []Estimate{m.mean()} }) {
				break
			}
		}
		if lo, hi := m.mean().CI95(); lo <= 2 && 2 <= hi {
			covered++
		}
	}
	if covered < runs*92/100 {
		t.Errorf("%d of %d intervals cover the mean", covered, runs)
	}
}

// TestMoments: means, standard errors and the ratio's, against their definitions, for y of either sign.
func TestMoments(t *testing.T) {
	x := []float64{1, 4, 2, 9, 4}
	for _, y := range [][]float64{{2, 5, 3, 7, 8}, {-2, -5, -3, -7, -8}} {
		testMoments(t, x, y)
	}
	lo, hi := Estimate{1, 0.5, 5}.CI95() // t with 4 degrees of freedom: 2.776445
	if math.Abs(hi-1-0.5*2.776445) > 1e-6 || math.Abs(lo+hi-2) > 1e-15 {
		t.Errorf("interval %v, %v", lo, hi)
	}
}

func testMoments(t *testing.T, x, y []float64) {
	t.Helper()
	var m moments
	for i := range x {
		m.add(x[i], y[i])
	}
	mean := func(f func(i int) float64) (mu, se float64) {
		for i := range x {
			mu += f(i) / 5
		}
		for i := range x {
			se += (f(i) - mu) * (f(i) - mu)
		}
		return mu, math.Sqrt(se / 4 / 5)
	}
	mx, sx := mean(func(i int) float64 { return x[i] })
	my, sy := mean(func(i int) float64 { return y[i] })
	_, sr := mean(func(i int) float64 { return (x[i] - mx/my*y[i]) / my })
	for _, c := range []struct{ got, want Estimate }{
		{m.mean(), Estimate{mx, sx, 5}}, {m.meanY(), Estimate{my, sy, 5}}, {m.ratio(), Estimate{mx / my, sr, 5}}} {
		if math.Abs(c.got.Mean-c.want.Mean) > 1e-14 || math.Abs(c.got.StdErr-c.want.StdErr) > 1e-14 || c.got.N != 5 {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
}

// TestStoppingByStudent: eight draws are enough for 10 % where the quantile of 7 degrees of freedom, 2.364624 (the normal one is 1.959964),
// allows a standard error of 0.1·1.959964/2.364624 = 0.08289 of the mean.
func TestStoppingByStudent(t *testing.T) {
	for stdErr, want := range map[float64]bool{0.0828: true, 0.083: false} {
		stop := stopping{relErr: 0.1, max: 100}
		if met := stop.met(8, func() []Estimate { return []Estimate{{1, stdErr, 8}} }); met != want {
			t.Errorf("1 ± %g stops: %v", stdErr, met)
		}
	}
}

// TestZerosDoNotStop: draws that have all been zero say nothing of the next, unless there is none; equal ones that are not zero do.
func TestZerosDoNotStop(t *testing.T) {
	stop := stopping{relErr: 0.1, max: 50}
	for n := 1; n <= 50; n++ {
		if met := stop.met(n, func() []Estimate { return []Estimate{{0, 0, n}} }); met != (n == 50) {
			t.Errorf("%d zeros: stopped %v", n, met)
		}
	}
	stop = stopping{relErr: 0.1, max: 50}
	if !stop.met(8, func() []Estimate { return []Estimate{{2, 0, 8}} }) {
		t.Error("eight twos do not stop")
	}
}
