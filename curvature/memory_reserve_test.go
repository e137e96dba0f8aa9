package curvature_test

import (
	"runtime"
	"testing"

	"eoss/curvature"
	"eoss/models"
)

// TestWorkingSetIsAllThatIsHeld: evaluations of growing needs, after WorkingSet, do not leave smaller buffers behind.
func TestWorkingSetIsAllThatIsHeld(t *testing.T) {
	cnn := models.Spec{Name: "cnn", Input: []int{3, 32, 32}, Outputs: 10, Widths: []int{16, 16, 16, 16}, Activation: "relu"}
	s := newSmall[float32](t, cnn, "mse", 64, 1)
	g, hv := make([]float32, len(s.theta)), make([]float32, len(s.theta))
	s.o.Chunk, s.o.Memory = 32, 64<<20
	before := heap()
	working, err := s.o.WorkingSet(s.data.N, curvature.Hessian, curvature.GaussNewton)
	noError(t, err)
	s.o.Memory = working // nothing is kept
	_, _, err = s.o.Loss(s.theta, s.data)
	noError(t, err)
	_, err = s.o.Gradient(g, s.theta, s.data)
	noError(t, err)
	for _, kind := range []curvature.Kind{curvature.GaussNewton, curvature.Hessian} {
		m, err := s.o.Linearization(kind, s.data)
		noError(t, err)
		noError(t, m.Linearize(s.theta))
		m.Apply(hv, g)
	}
	// The programs themselves, less than 0.6 MB, are not of the working set and do not shrink with it.
	const programs = 700_000
	if held := heap() - before; held > working+programs {
		t.Errorf("%d bytes are held, the working set is %d", held, working)
	}
	runtime.KeepAlive(s)
}

// heap returns the bytes in use after a collection.
func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
