package data

import (
	"fmt"
	"math"
)

const (
	syntheticName    = "synthetic"
	syntheticClasses = 10
	templateStrength = 0.4
	randomLabels     = 0.15
)

// SyntheticTrain makes n training images of the built-in set: [3 32 32] images of 10 classes that need no file.
//
// Image i of class c is
//
//	x_i = (u_i + 0.4 · s_i · t_c) / √(1 + 0.4²)
//
// u_i is a random field: Gaussian, periodic, its amplitude falling with frequency as 1/f² (no constant part), its
// channels correlated by 0.9. t_c, the class's template, is one such field scaled to a root mean square of 1, and
// s_i = ±1 a fair sign, so that every class has mean 0 and linear regression learns nothing. The class is uniform; the
// label is the class, but with probability 0.15 a uniform draw in its place (the true class included). This is hard
// enough that progressive sharpening reaches 2/η: the perceptron 3072-256-256-10 on 2048 images, η = 0.03, b = 16, gets
// there within 5000 steps and stays. Over the set's distribution the values have mean 0 and standard deviation 1;
// nothing is estimated from the images drawn.
//
// Every image has its own random stream: image i is the same whatever n is, and depends on the seed alone. The bits
// are the same on every machine whose compiler rounds each product (amd64 by default); fused multiply-adds, as on
// arm64, may change the last one. An n below 1 is an error.
func SyntheticTrain(n int, seed uint64) (*Set, error) {
	return synthetic(n, seed, streamTrain)
}

// SyntheticTest makes n further images of the same distribution: the training set's templates and the same share of
// random labels, so that no classifier can expect an accuracy over 0.865 on it.
func SyntheticTest(n int, seed uint64) (*Set, error) {
	return synthetic(n, seed, streamTest)
}

func synthetic(n int, seed uint64, purpose uint32) (*Set, error) {
	if n < 1 {
		return nil, fmt.Errorf("the synthetic set can't have %d images; ask for 1 or more", n)
	}
	f := newFields()
	templates := f.templates(seed)
	s := &Set{
		Name: syntheticName, Shape: []int{channels, side, side}, Classes: syntheticClasses,
		X: make([]float32, n*channels*plane), Labels: make([]int, n),
	}
	var image [channels * plane]float64
	scale := 1 / math.Sqrt(1+templateStrength*templateStrength)
	for i := range n {
		rng := stream(seed, purpose, i)
		class := rng.IntN(syntheticClasses)
		s.Labels[i] = class
		if rng.Float64() < randomLabels {
			s.Labels[i] = rng.IntN(syntheticClasses)
		}
		strength := templateStrength
		if rng.IntN(2) == 0 {
			strength = -strength
		}
		f.draw(image[:], rng)
		x := s.X[i*len(image) : (i+1)*len(image)]
		for p, t := range templates[class] {
			x[p] = float32(scale * (image[p] + strength*t))
		}
	}
	return s, nil
}

// templates draws the fields of the classes, each scaled to a root mean square of 1.
func (f *fields) templates(seed uint64) (templates [syntheticClasses][channels * plane]float64) {
	for class := range templates {
		t := templates[class][:]
		f.draw(t, stream(seed, streamTemplate, class))
		var sum float64
		for _, v := range t {
			sum += v * v
		}
		rms := math.Sqrt(sum / float64(len(t)))
		for p := range t {
			t[p] /= rms
		}
	}
	return templates
}
