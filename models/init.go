package models

import (
	"math"
	"math/rand/v2"
)

// Init is how weights are drawn: normal with mean 0 and standard deviation
//
//	gain/√fan               (Kaiming: fan-in, or fan-out when FanOut is set)
//	gain·√(2/(fan-in+fan-out))  (Xavier)
//
// times the caller's scale. Biases start at zero.
type Init struct {
	Gain   float64
	FanOut bool
	Xavier bool
}

// initFor is the authors' choice by activation: Kaiming with gain √2 and fan-in, for tanh Xavier with
// gain 5/3.
func initFor(activation string) Init {
	if activation == "tanh" {
		return Init{Gain: 5.0 / 3, Xavier: true}
	}
	return Init{Gain: math.Sqrt2}
}

// Std returns the standard deviation of p's entries at scale 1.
func (i Init) Std(p Param) float64 {
	fan := float64(p.FanIn)
	switch {
	case p.FanIn == 0:
		return 0
	case i.Xavier:
		fan = float64(p.FanIn+p.FanOut) / 2
	case i.FanOut:
		fan = float64(p.FanOut)
	}
	return i.Gain / math.Sqrt(fan)
}

// streamInit names the random stream of the initialisation: the second word of its PCG seed.
const streamInit = 0x696e6974 // "init"

// InitialParameters draws θ in the order of Params from a seed. The scale multiplies every weight (the paper's
// authors use 0.2 for the MLPs and ResNets and 0.3 for the CNN: at scale 1 training starts too sharp).
func (m *Model) InitialParameters(seed uint64, scale float64) []float64 {
	rng := rand.New(rand.NewPCG(seed, streamInit))
	theta := make([]float64, 0, m.Size())
	for _, p := range m.Params {
		std := scale * m.Init.Std(p)
		for range p.Shape.TotalSize() {
			x := 0.0
			if std > 0 {
				x = std * rng.NormFloat64()
			}
			theta = append(theta, x)
		}
	}
	return theta
}
