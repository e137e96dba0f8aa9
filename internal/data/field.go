package data

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/dsp/fourier"
)

const (
	side     = 32
	plane    = side * side
	channels = 3

	// sharedVariance is the part of a field's variance that its three channels have in common: their correlation.
	sharedVariance = 0.9
)

// fields draws periodic Gaussian random fields [3 32 32] whose amplitude falls with frequency as 1/f², their power
// as 1/f⁴. Every value has mean 0 and variance 1, and so has no constant part: each channel sums to 0.
type fields struct {
	amplitude [plane]float64 // of each Fourier mode, row-major; the squares sum to 1
	fft       *fourier.CmplxFFT
	modes     [plane]complex128
	line      [side]complex128
	gray      [plane]float64 // the part that the channels share
}

func newFields() *fields {
	f := &fields{fft: fourier.NewCmplxFFT(side)}
	var power float64
	for i := range f.amplitude {
		if i == 0 {
			continue
		}
		row, col := frequency(i/side), frequency(i%side)
		f.amplitude[i] = 1 / (row*row + col*col)
		power += f.amplitude[i] * f.amplitude[i]
	}
	for i := range f.amplitude {
		f.amplitude[i] /= math.Sqrt(power)
	}
	return f
}

// frequency is the signed frequency, in periods per side, of Fourier index i.
func frequency(i int) float64 {
	if i > side/2 {
		i -= side
	}
	return float64(i)
}

// draw fills dst with one field: √0.9 of a shared plane plus √0.1 of the channel's own.
func (f *fields) draw(dst []float64, rng *rand.Rand) {
	shared, own := math.Sqrt(sharedVariance), math.Sqrt(1-sharedVariance)
	f.pair(rng)
	for p, z := range f.modes {
		f.gray[p] = shared * real(z)
		dst[p] = f.gray[p] + own*imag(z)
	}
	f.pair(rng)
	for p, z := range f.modes {
		dst[plane+p] = f.gray[p] + own*real(z)
		dst[2*plane+p] = f.gray[p] + own*imag(z)
	}
}

// pair leaves two independent planes in modes, as its real and its imaginary part: the inverse transform of complex
// white noise times a real, even amplitude.
func (f *fields) pair(rng *rand.Rand) {
	for i, a := range f.amplitude {
		f.modes[i] = complex(a*rng.NormFloat64(), a*rng.NormFloat64())
	}
	for row := range side {
		line := f.modes[row*side : (row+1)*side]
		f.fft.Sequence(line, line)
	}
	for col := range side {
		for row := range side {
			f.line[row] = f.modes[row*side+col]
		}
		f.fft.Sequence(f.line[:], f.line[:])
		for row := range side {
			f.modes[row*side+col] = f.line[row]
		}
	}
}
