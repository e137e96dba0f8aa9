package curvature_test

import (
	"testing"

	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/reference"
)

// TestEpochReference compares the reference's batches, measured together, with what it stores of each.
func TestEpochReference(t *testing.T) {
	files, err := reference.Files()
	if err != nil {
		t.Fatal(err)
	}
	if files == nil {
		t.Skipf("%s is not set: it names the directory of the reference cases", reference.Env)
	}
	for _, file := range files {
		t.Run(reference.Name(file), func(t *testing.T) {
			c, err := reference.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			t.Run("float64", func(t *testing.T) { compareEpoch[float64](t, c, tol64) })
			t.Run("float32", func(t *testing.T) { compareEpoch[float32](t, c, tol32) })
		})
	}
}

func compareEpoch[T graph.Float](t *testing.T, c *reference.Case, tol float64) {
	s := newSubject[T](t, c)
	s.tol = tol
	s.o.Chunk = 2 * c.B // two batches at a time
	idx, err := c.Ints("batches")
	s.must(err)
	var order []int
	for _, i := range idx {
		order = append(order, int(i))
	}
	p := s.o.NewProbe()
	b, steps, err := p.EpochSharpness(s.theta, s.data, c.B, order)
	s.must(err)
	var loss, gg, gHg []float64
	for _, st := range steps {
		loss, gg, gHg = append(loss, st.Loss), append(gg, st.GG), append(gHg, st.GHG)
	}
	s.compareFloats("batch_loss", loss...)
	s.compareFloats("batch_gg", gg...)
	s.compareFloats("batch_gHg", gHg...)
	s.compareFloats("batch_sharpness", b.Ratio.Mean)
	s.compareFloats("batch_sharpness_mean_ratio", b.MeanRatio.Mean)
	if !c.Has("batch_lmax") {
		return
	}
	tops, err := p.EpochLambdaMax(s.theta, s.data, c.B, order, curvature.EigenOptions[T]{Tol: tight[T](1).Tol, MaxProducts: 400})
	s.must(err)
	var top []float64
	for _, e := range tops {
		top = append(top, e.Values[0])
	}
	s.compareFloats("batch_lmax", top...)
}
