package data

import (
	"fmt"
	"math"
	"math/cmplx"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func mustSynthetic(t testing.TB, n int, seed uint64, purpose uint32) *Set {
	t.Helper()
	s, err := synthetic(n, seed, purpose)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSyntheticDependsOnTheSeedAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		n := rapid.IntRange(1, 4).Draw(t, "n")
		more := rapid.IntRange(0, 4).Draw(t, "more")
		for _, generate := range []func(int, uint64) (*Set, error){SyntheticTrain, SyntheticTest} {
			some, _ := generate(n, seed)
			all, _ := generate(n+more, seed)
			if !slices.Equal(some.X, all.X[:len(some.X)]) || !slices.Equal(some.Labels, all.Labels[:n]) {
				t.Fatalf("%d images are not the first of %d", n, n+more)
			}
			if other, _ := generate(n, seed+1); other.Checksum() == some.Checksum() {
				t.Fatal("two seeds made one set")
			}
		}
		train, _ := SyntheticTrain(n, seed)
		test, _ := SyntheticTest(n, seed)
		if train.Checksum() == test.Checksum() {
			t.Fatal("the test images are the training images")
		}
	})
}

func TestSyntheticRefusesNoImages(t *testing.T) {
	for _, n := range []int{0, -1} {
		if _, err := SyntheticTrain(n, 0); err == nil {
			t.Errorf("n = %d is accepted", n)
		}
	}
}

// The set is part of a run's numbers: a change must be seen. The tolerance is float32's, for the fused multiply-adds
// of other processors; labels are exact everywhere.
func TestSyntheticIsPinned(t *testing.T) {
	s := mustSynthetic(t, 8, 0, streamTrain)
	if want := []int{2, 2, 5, 7, 1, 6, 6, 4}; !slices.Equal(s.Labels, want) {
		t.Errorf("labels %v, want %v", s.Labels, want)
	}
	for at, want := range map[int]float64{0: -1.807025, 1500: -0.086547, 3071: -2.359104, 3072: 0.331314, 12345: 0.032443, 24575: -0.382072} {
		if got := float64(s.X[at]); math.Abs(got-want) > 1e-5 {
			t.Errorf("value %d: %.7f, want %v", at, got, want)
		}
	}
}

func TestSyntheticMoments(t *testing.T) {
	s := mustSynthetic(t, 2048, 5, streamTrain)
	var squares float64
	for i := range s.Len() * channels {
		var sum float64
		for _, v := range s.X[i*plane : (i+1)*plane] {
			sum += float64(v)
			squares += float64(v) * float64(v)
		}
		// 1024 float32 roundings of values near 1.
		if math.Abs(sum/plane) > 1e-7 {
			t.Fatalf("plane %d has mean %g", i, sum/plane)
		}
	}
	// An image's mean square is a sum over few strong modes: a relative deviation of about 0.5 (8 real modes of equal
	// power), so 0.011 over 2048 images, and half of it for the root. Four of those.
	if std := math.Sqrt(squares / float64(len(s.X))); math.Abs(std-1) > 0.022 {
		t.Errorf("overall standard deviation %.4f, want 1", std)
	}
}

// Over random fields the mean power of a mode of frequency f falls as 1/f⁴, measured here by the defining sum and not
// by the transform that made the fields. Channels are correlated by 0.9 in every mode.
func TestFieldSpectrum(t *testing.T) {
	const draws = 1500
	modes := [][2]int{{0, 1}, {1, 0}, {1, 1}, {2, -1}, {0, -2}, {3, 0}, {4, 3}, {-6, 2}, {8, 0}, {0, 11}, {12, 9}, {0, -15}, {13, 14}, {16, 0}}
	f := newFields()
	rng := stream(9, streamTemplate, 0)
	power := make([][channels]float64, len(modes))
	cross := make([]float64, len(modes))
	image := make([]float64, channels*plane)
	waves := make([][]complex128, len(modes))
	for m, mode := range modes {
		waves[m] = wave(mode)
	}
	for range draws {
		f.draw(image, rng)
		for m, w := range waves {
			red, green, blue := project(image[:plane], w), project(image[plane:2*plane], w), project(image[2*plane:], w)
			for c, z := range []complex128{red, green, blue} {
				power[m][c] += real(z*cmplx.Conj(z)) / draws
			}
			cross[m] += real(red*cmplx.Conj(green)+green*cmplx.Conj(blue)+blue*cmplx.Conj(red)) / 3 / draws
		}
	}
	for m, mode := range modes {
		f := math.Hypot(float64(mode[0]), float64(mode[1]))
		for c, p := range power[m] {
			// |z|² is exponential (mode (16, 0), its own mirror image, a χ² of one degree with deviation √2):
			// 5·√2/√1500 = 0.18.
			if ratio := p * math.Pow(f, 4) / (power[0][c] + power[1][c]) * 2; math.Abs(ratio-1) > 0.2 {
				t.Errorf("mode %v channel %d: power·f⁴ is %.3f of mode (0,1)'s", mode, c, ratio)
			}
		}
		// A sample correlation deviates by about (1 − ρ²)/√draws = 0.005.
		mean := (power[m][0] + power[m][1] + power[m][2]) / 3
		if rho := cross[m] / mean; math.Abs(rho-0.9) > 0.03 {
			t.Errorf("mode %v: channels are correlated by %.3f", mode, rho)
		}
	}
}

// wave is the plane wave e^(−2πi(k·row + l·col)/32) of mode (k, l).
func wave(mode [2]int) []complex128 {
	w := make([]complex128, plane)
	for p := range w {
		w[p] = cmplx.Rect(1, -2*math.Pi*float64(mode[0]*(p/side)+mode[1]*(p%side))/side)
	}
	return w
}

// project is the Fourier coefficient of one plane by its definition.
func project(image []float64, wave []complex128) complex128 {
	var re, im float64
	for p, v := range image {
		re += v * real(wave[p])
		im += v * imag(wave[p])
	}
	return complex(re, im)
}

// Every mode of an image of class c is u + 0.4·s·t_c, over √1.16. Divided by the field's amplitude the modes of u are
// white, so the image's component along the whitened template stands out by far: it gives each image's class, sign and
// strength, and so the share of random labels, from the images alone.
func TestSyntheticTemplates(t *testing.T) {
	const n, seed = 1500, 4
	f := newFields()
	templates := f.templates(seed)
	var white [syntheticClasses][channels * plane]float64
	var norm [syntheticClasses]float64 // tᵀ C⁻¹ t
	for class := range templates {
		whiten(f, templates[class][:], white[class][:])
		for p, v := range templates[class] {
			norm[class] += v * white[class][p]
		}
	}
	for name, purpose := range map[string]uint32{"train": streamTrain, "test": streamTest} {
		s := mustSynthetic(t, n, seed, purpose)
		var count [syntheticClasses]int
		var strength, positive, wrong float64
		for i := range n {
			best, coefficient := 0, 0.0
			for class := range templates {
				var a float64
				for p, v := range s.X[i*len(white[class]) : (i+1)*len(white[class])] {
					a += float64(v) * white[class][p]
				}
				if a /= norm[class]; math.Abs(a) > math.Abs(coefficient) {
					best, coefficient = class, a
				}
			}
			count[best]++
			strength += math.Abs(coefficient) * math.Sqrt(1.16) / n
			if coefficient > 0 {
				positive++
			}
			if s.Labels[i] != best {
				wrong++
			}
		}
		// A coefficient deviates by 1/√norm, about 0.02: classes and signs are read without a mistake, the mean strength to 0.001.
		if math.Abs(strength-0.4) > 0.005 {
			t.Errorf("%s: templates have strength %.4f, want 0.4", name, strength)
		}
		// Four binomial deviations: 0.15·0.9 wrong labels, half the signs, a tenth in each class.
		checkShare(t, name+": wrong labels", wrong, n, 0.135)
		checkShare(t, name+": positive signs", positive, n, 0.5)
		for class, c := range count {
			checkShare(t, fmt.Sprint(name, ": class ", class), float64(c), n, 0.1)
		}
	}
}

func checkShare(t *testing.T, what string, count, n, p float64) {
	t.Helper()
	if math.Abs(count-n*p) > 4*math.Sqrt(n*p*(1-p)) {
		t.Errorf("%s: %v of %v, want a share of %v", what, count, n, p)
	}
}

// whiten applies the inverse covariance of a random field: across the channels (0.9·11ᵀ + 0.1·I)⁻¹ = 10·(I − 11ᵀ·9/28),
// and each Fourier mode divided by its power.
func whiten(f *fields, image, dst []float64) {
	for p := range plane {
		sum := image[p] + image[plane+p] + image[2*plane+p]
		for c := range channels {
			dst[c*plane+p] = 10 * (image[c*plane+p] - sum*9/28)
		}
	}
	for c := range channels {
		modes := make([]complex128, plane)
		for p := range modes {
			modes[p] = complex(dst[c*plane+p], 0)
		}
		transpose(modes, f)
		transpose(modes, f)
		for i, a := range f.amplitude {
			modes[i] = cmplx.Conj(modes[i]) // the inverse transform, by conjugation
			if a > 0 {
				modes[i] /= complex(plane*plane*a*a, 0) // plane for the two transforms, plane·a² the covariance
			}
		}
		transpose(modes, f)
		transpose(modes, f)
		for p, z := range modes {
			dst[c*plane+p] = real(z)
		}
	}
}

// transpose transforms the rows of modes and swaps rows and columns: twice is the two-dimensional transform.
func transpose(modes []complex128, f *fields) {
	swapped := make([]complex128, plane)
	for row := range side {
		for col, z := range f.fft.Coefficients(nil, modes[row*side:(row+1)*side]) {
			swapped[col*side+row] = z
		}
	}
	copy(modes, swapped)
}

// Neighbouring images come from neighbouring streams and must not know of each other.
func TestSyntheticImagesAreIndependent(t *testing.T) {
	const n = 2000
	s := mustSynthetic(t, n+1, 3, streamTrain)
	var product float64
	for i := range n {
		for p := range s.Size() {
			product += float64(s.X[i*s.Size()+p]) * float64(s.X[(i+1)*s.Size()+p])
		}
	}
	// Σ_k a_k⁴ over the modes (0.13) and the channels (0.87) sets an inner product's deviation: √0.11 of the norm²,
	// plus a little for the templates, so 0.008 over 2000 pairs. Four of those.
	if mean := product / float64(n*s.Size()); math.Abs(mean) > 0.032 {
		t.Errorf("neighbours are correlated by %.4f", mean)
	}
}

func ExampleSyntheticTrain() {
	train, err := SyntheticTrain(2048, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(train.Name, train.Len(), train.Shape, train.Classes)
	fmt.Println(len(Images[float64](train)), len(OneHot[float64](train)))
	// Output:
	// synthetic 2048 [3 32 32] 10
	// 6291456 20480
}
