package scaling

import (
	"testing"

	"eoss/experiments"
	"eoss/experiments/study"
)

// TestOfBatch: the ends of claim 16 say whether λᵇmax moved still, and where Batch Sharpness stood there.
func TestOfBatch(t *testing.T) {
	at := func(b int, d experiments.Direction, sharpness experiments.Real) (l levels) {
		l.b, l.lambdaB.Direction, l.meanRatio.Ratio.Value = b, d, sharpness
		return l
	}
	list := []levels{at(2, experiments.Falling, 0.71), at(8, experiments.Steady, 1.1), at(16, experiments.Rising, 1), at(16, experiments.Steady, 1.2)}
	for b, want := range map[int]string{
		2:  "still falling, Batch Sharpness (mean of ratios) 0.71 × 2/η there",
		8:  "Batch Sharpness (mean of ratios) 1.1 × 2/η there",
		16: "1 still rising, Batch Sharpness (mean of ratios) 1 to 1.2 × 2/η there",
	} {
		if got := ofBatch(list, b); got != want {
			t.Errorf("b = %d: %q, not %q", b, got, want)
		}
	}
}

// TestOfMoments: a ratio of few measurements says of how many, and how uncertain its IAS was.
func TestOfMoments(t *testing.T) {
	one := study.Moments{Values: [][]float64{{93, 114}, {161, 121}}, StdErr: [][]float64{{18, 6}, {23, 3}}}
	exact := study.Moments{Values: [][]float64{{93, 114}, {93, 114}}, StdErr: [][]float64{{0, 0}, {0, 0}}}
	for want, seeds := range map[string][]study.Moments{
		"1 seed; 2 measurements, standard error of IAS up to 19 %":  {one},
		"2 seeds; 2 measurements, standard error of IAS up to 19 %": {one, exact},
		"1 seed; 2 measurements":                                    {exact},
	} {
		if got := ofMoments(seeds); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
