package data

import (
	"path/filepath"
	"slices"
	"strings"
)

// targets are what y or y_test holds: labels, or real targets.
type targets struct {
	labels  []int
	real    []float32 // [n, outputs], nil with labels
	outputs int
}

// targets reads the array name, which belongs to x. For a test array, train says what it must hold.
func (a *npzFile) targets(name string, x *array, train *targets) (*targets, error) {
	h, err := a.required(name)
	if err != nil {
		return nil, err
	}
	integer := h.kind[0] == 'i' || h.kind[0] == 'u'
	switch {
	case !integer && h.kind != "f4" && h.kind != "f8":
		return nil, a.fault(name, "has the type %s; integers, float32 and float64 are read", h.typeName())
	case len(h.shape) != 1 && len(h.shape) != 2:
		return nil, a.fault(name, "has the shape %s; it should be (n) integer labels, or (n, c) one-hot labels or real targets", h.shapeText())
	case h.shape[0] != x.shape[0]:
		return nil, a.fault(name, "has %d samples and %s has %d", h.shape[0], x.name, x.shape[0])
	case len(h.shape) == 1 && !integer:
		return nil, a.fault(name, "is %s (n); labels must be integers, and real targets have the shape (n, c), such as (%d, 1)", h.typeName(), h.shape[0])
	case len(h.shape) == 2 && h.shape[1] == 1 && integer:
		return nil, a.fault(name, "holds integers in the shape %s; save %[2]s.ravel() for labels, %[2]s.astype(numpy.float32) for real targets",
			h.shapeText(), name)
	case h.count == 0:
		return nil, a.fault(name, "is empty: its shape is %s", h.shapeText())
	}
	y, err := values[float64](a, h)
	if err != nil {
		return nil, err
	}
	if len(h.shape) == 1 {
		return a.labels(h, y, train)
	}
	return a.rows(h, y, train)
}

// labels makes labels of a vector of integers.
func (a *npzFile) labels(h *array, y []float64, train *targets) (*targets, error) {
	if train != nil && train.real != nil {
		return nil, a.fault(h.name, "holds labels and y real targets; give both the same form")
	}
	t := &targets{labels: make([]int, len(y))}
	for i, v := range y {
		if v < 0 || v > maxLabel {
			return nil, a.fault(h.name, "holds the label %.0f in sample %d (counted from 0); labels are 0 … c−1, at most %d", v, i, maxLabel)
		}
		if train != nil && int(v) >= train.outputs {
			return nil, a.fault(h.name, "holds the label %.0f in sample %d (counted from 0), and y has %d classes; if there are more, save the one-hot rows numpy.eye(c)[y] as y",
				v, i, train.outputs)
		}
		t.labels[i] = int(v)
		t.outputs = max(t.outputs, int(v)+1)
	}
	if train == nil {
		return t, a.checkClasses(h, t)
	}
	return t, nil
}

// checkClasses refuses training labels that leave out a class of 0 … c−1: its output, which nothing teaches, would change the network.
func (a *npzFile) checkClasses(h *array, t *targets) error {
	seen := make([]bool, t.outputs)
	for _, label := range t.labels {
		seen[label] = true
	}
	switch first := slices.Index(seen, false); {
	case t.outputs < 2:
		return a.fault(h.name, "holds the label 0 only; labels are 0 … c−1 of at least 2 classes")
	case first == 0 && !slices.Contains(seen[1:], false):
		return a.fault(h.name, "holds the labels 1 … %d and no 0; labels are 0 … c−1: save y - 1", t.outputs-1)
	case first >= 0:
		return a.fault(h.name, "holds labels up to %d and no %d; number the classes 0 … c−1, or save the one-hot rows numpy.eye(%d)[y] if %[3]d outputs are meant",
			t.outputs-1, first, t.outputs)
	}
	return nil
}

// rows makes labels or real targets of a matrix, one row a sample.
func (a *npzFile) rows(h *array, y []float64, train *targets) (*targets, error) {
	c := h.shape[1]
	if train == nil || train.real == nil {
		if labels, ok := oneHotLabels(y, c); ok {
			if train != nil && train.outputs < c {
				return nil, a.fault(h.name, "has %d columns and y %d classes", c, train.outputs)
			}
			return &targets{labels: labels, outputs: c}, nil
		}
	}
	switch {
	case train != nil && train.real == nil:
		return nil, a.fault(h.name, "holds rows that are not one-hot labels, and y holds labels; give both the same form")
	case train != nil && train.outputs != c:
		return nil, a.fault(h.name, "has %d columns and y %d", c, train.outputs)
	}
	t := &targets{real: make([]float32, len(y)), outputs: c}
	for i, v := range y {
		t.real[i] = float32(v)
	}
	return t, a.checkFinite(h, t.real)
}

// oneHotLabels are the columns of the 1s, if every row of c ≥ 2 values is one 1 among 0s.
func oneHotLabels(y []float64, c int) (labels []int, ok bool) {
	if c < 2 || c > maxLabel+1 {
		return nil, false
	}
	labels = make([]int, len(y)/c)
	for i := range labels {
		ones := 0
		for k, v := range y[i*c : (i+1)*c] {
			switch v {
			case 0:
			case 1:
				ones++
				labels[i] = k
			default:
				return nil, false
			}
		}
		if ones != 1 {
			return nil, false
		}
	}
	return labels, true
}

// set is the chosen samples, in the order chosen.
func (t *targets) set(h *array, x []float32, chosen []int) *Set {
	size := h.count / h.shape[0]
	s := &Set{Name: NPZName(h.path), Shape: h.shape[1:], Classes: t.outputs, X: make([]float32, 0, len(chosen)*size)}
	for _, i := range chosen {
		s.X = append(s.X, x[i*size:(i+1)*size]...)
		if t.real != nil {
			s.Targets = append(s.Targets, t.real[i*t.outputs:(i+1)*t.outputs]...)
		} else {
			s.Labels = append(s.Labels, t.labels[i])
		}
	}
	return s
}

// NPZName is a file's name without folder and ending.
func NPZName(path string) string { return strings.TrimSuffix(filepath.Base(path), ".npz") }
