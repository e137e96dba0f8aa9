package data

import (
	"errors"
	"io/fs"
	"math"
	"os"
)

// NPZError is a mistake in a user's .npz file: one line that names the file and the array.
type NPZError struct{ Path, Problem string }

func (e *NPZError) Error() string { return "EOSS_DATASET=" + e.Path + ": " + e.Problem }

// maxLabel bounds the one-hot targets that wrong labels, such as years, would ask for.
const maxLabel = 9999

// NPZSize is how much a user's file holds.
type NPZSize struct {
	Train, Test int // samples; Test is 0 without x_test
	Values      int // numbers of x and x_test
	Width       int // bytes of each of them in the file
}

// NPZSizeOf reads it in the headers of the arrays x and x_test alone. See [NPZ], which reads them all.
func NPZSizeOf(path string) (s NPZSize, err error) {
	err = withNPZ(path, func(a *npzFile) error {
		x, xTest, err := a.inputs()
		if err != nil {
			return err
		}
		s = NPZSize{Train: x.shape[0], Values: x.count, Width: x.width}
		if xTest != nil {
			s.Test, s.Values = xTest.shape[0], s.Values+xTest.count
		}
		return nil
	})
	return s, err
}

// Peak is how many bytes [NPZ] takes for them at once: as they are in the file beside the float32 that are made of them, then these
// beside the samples that are chosen.
func (s NPZSize) Peak() int { return s.Values * max(s.Width+4, 8) }

// NPZ reads a user's own data from a file that numpy.savez or savez_compressed wrote, n of its training samples, drawn
// and ordered by seed as in [CIFAR10Train], and the first nTest of its test samples; [All] takes all of them, and test is
// nil when the file has none. Its arrays:
//
//	x, x_test    (n, features) or (n, channels, height, width), float32, float64 or uint8
//	y, y_test    (n) integer labels, in y all of 0 … c−1, or (n, c): one-hot labels or real targets; (n, 1) only of floats
//
// x_test and y_test may both be missing. Floats are taken as they are, rounded to float32. A uint8 p of channel k becomes
// (p/255 − mean_k)/std_k, mean and standard deviation over all the file's training samples, whatever n is; features are
// one channel, and a constant channel becomes 0. An (n, c) array with c ≥ 2 whose rows are all one 1 among 0s is labels,
// any other is real targets. A mistake is an [*NPZError].
func NPZ(path string, n, nTest int, seed uint64) (train, test *Set, err error) {
	err = withNPZ(path, func(a *npzFile) (err error) {
		train, test, err = a.sets(n, nTest, seed)
		return err
	})
	return train, test, err
}

// withNPZ opens the file for use.
func withNPZ(path string, use func(*npzFile) error) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &NPZError{path, "does not exist; give the path of a file that numpy.savez wrote"}
	}
	if err != nil {
		return &NPZError{path, cause(err)}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return &NPZError{path, cause(err)}
	}
	if !info.Mode().IsRegular() {
		return &NPZError{path, "is not a file"}
	}
	a, err := newNPZFile(path, f, info.Size())
	if err != nil {
		return err
	}
	return use(a)
}

func (a *npzFile) sets(n, nTest int, seed uint64) (train, test *Set, err error) {
	x, xTest, err := a.inputs()
	if err != nil {
		return nil, nil, err
	}
	if n, err = a.howMany(n, x, "EOSS_N"); err != nil {
		return nil, nil, err
	}
	pixels, err := a.pixels(x)
	if err != nil {
		return nil, nil, err
	}
	y, err := a.targets("y", x, nil)
	if err != nil {
		return nil, nil, err
	}
	var scale *scaling
	if x.kind == "u1" {
		scale = newScaling(pixels, x.shape)
	}
	chosen := subset(x.shape[0], n, seed)
	if xTest == nil {
		return y.set(x, scale.apply(pixels), chosen), nil, nil
	}
	if nTest, err = a.howMany(nTest, xTest, "EOSS_N_TEST"); err != nil {
		return nil, nil, err
	}
	testPixels, err := a.pixels(xTest)
	if err != nil {
		return nil, nil, err
	}
	yTest, err := a.targets("y_test", xTest, y)
	if err != nil {
		return nil, nil, err
	}
	yTest.outputs = y.outputs
	first := make([]int, nTest)
	for i := range first {
		first[i] = i
	}
	return y.set(x, scale.apply(pixels), chosen), yTest.set(xTest, scale.apply(testPixels), first), nil
}

func (a *npzFile) howMany(n int, x *array, variable string) (int, error) {
	switch have := x.shape[0]; {
	case n == All:
		return have, nil
	case n < 0 || n > have:
		return 0, a.fault(x.name, "has %d samples, and %d were asked for; set %s to 1 … %d", have, n, variable, have)
	}
	return n, nil
}

// inputs are the headers of x and x_test; xTest is nil if the file has none.
func (a *npzFile) inputs() (x, xTest *array, err error) {
	if x, err = a.required("x"); err != nil {
		return nil, nil, err
	}
	if xTest, err = a.find("x_test"); err != nil {
		return nil, nil, err
	}
	for _, h := range []*array{x, xTest} {
		switch {
		case h == nil:
			continue
		case h.kind != "f4" && h.kind != "f8" && h.kind != "u1":
			return nil, nil, a.fault(h.name, "has the type %s; float32, float64 and uint8 are read", h.typeName())
		case len(h.shape) != 2 && len(h.shape) != 4:
			return nil, nil, a.fault(h.name, "has the shape %s; it should be (n, features) or (n, channels, height, width)", h.shapeText())
		case h.count == 0:
			return nil, nil, a.fault(h.name, "is empty: its shape is %s", h.shapeText())
		case channelsLast(h.shape):
			return nil, nil, a.fault(h.name, "has the shape %s, which looks like (n, height, width, channels); save numpy.moveaxis(%s, 3, 1)",
				h.shapeText(), h.name)
		}
	}
	switch yTest, err := a.find("y_test"); {
	case err != nil:
		return nil, nil, err
	case xTest == nil && yTest != nil:
		return nil, nil, a.fault("y_test", "has no x_test beside it; add that, or leave y_test out")
	case xTest == nil:
		return x, nil, nil
	}
	same := x.kind == xTest.kind && len(x.shape) == len(xTest.shape)
	for i := 1; same && i < len(x.shape); i++ {
		same = x.shape[i] == xTest.shape[i]
	}
	if !same {
		return nil, nil, a.fault("x_test", "is %s %s and x is %s %s; only n may differ", xTest.typeName(), xTest.shapeText(), x.typeName(), x.shapeText())
	}
	return x, xTest, nil
}

// pixels reads an array of inputs; a uint8 stays 0 … 255.
func (a *npzFile) pixels(h *array) (x []float32, err error) {
	if h.kind != "f8" {
		if x, err = values[float32](a, h); err != nil {
			return nil, err
		}
	} else {
		wide, err := values[float64](a, h)
		if err != nil {
			return nil, err
		}
		x = make([]float32, len(wide))
		for i, v := range wide {
			x[i] = float32(v)
		}
	}
	return x, a.checkFinite(h, x)
}

// channelsLast says whether a shape looks like square images whose channels stand last, as Keras and matplotlib have them.
func channelsLast(shape []int) bool {
	return len(shape) == 4 && shape[1] == shape[2] && shape[1] > 4 && shape[3] <= 4
}

func (a *npzFile) checkFinite(h *array, x []float32) error {
	for i, v := range x {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return a.fault(h.name, "holds %v in sample %d (counted from 0); every value must be a finite float32", v, i/(h.count/h.shape[0]))
		}
	}
	return nil
}
