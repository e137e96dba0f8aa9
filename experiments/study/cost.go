package study

import (
	"math"
	"strconv"
	"strings"

	"eoss/experiments"
)

// Cost is what a run is expected to take, besides its [Run.Memory].
type Cost struct {
	Seconds float64 // on one core
	Disk    float64 // bytes
}

// The model of the time: multiply-adds at the rate that one core reaches, and what a step takes besides. The rates were
// measured with AVX-512 kernels on one Zen 4 core; a machine half as fast takes twice the time.
const (
	coreRate     = 90e9 // FLOP/s in products over many images
	batchRate    = 45e9 // in those over a mini-batch
	stepOverhead = 80e-6
	convOverhead = 1e-3 // of a step of a convolutional network
	elementTime  = 3e-9 // of all passes over one of its activations, of a gradient
	convLanes    = 16   // channels that a convolution computes side by side, whether they are there or not
)

// work is what a network's gradients take.
type work struct {
	macs, params, activations float64 // of one image: multiply-adds of the forward pass; of the network
	convolves                 bool
	images, batch             float64 // n and b
}

func (v Variables) work() (w work) {
	w.macs, w.params, w.activations = v.network()
	w.convolves = v.convolves()
	w.images, w.batch = v.Number("EOSS_N"), v.Number("EOSS_BATCH")
	return w
}

// gradient is the time of a gradient over some images. The first layer's input has no adjoint.
func (w work) gradient(images, rate float64) float64 {
	if w.convolves {
		return images * (5*w.macs/rate + elementTime*w.activations)
	}
	return 5 * w.macs * images / rate
}

// all is a gradient over all images, small one over a batch of a step.
func (w work) all() float64 { return w.gradient(w.images, coreRate) }

func (w work) small() float64 {
	if w.batch >= 256 || w.convolves {
		return w.gradient(w.batch, coreRate)
	}
	return w.gradient(w.batch, batchRate)
}

// step is the time of a training step.
func (w work) step(v Variables) float64 {
	switch v["EOSS_NOISE"] {
	case "", "epoch", "replacement":
		if w.convolves {
			return w.small() + stepOverhead + convOverhead
		}
		return w.small() + stepOverhead
	case "sde":
		h := v.Number("EOSS_SDE_STEP")
		if h == 0 {
			h = v.Number("EOSS_LR") / 20
		}
		return v.Number("EOSS_LR") / h * w.all()
	case "directional":
		return w.all()
	}
	return 1.5 * w.all()
}

// batches are how many batches of b a mean over them is expected to take. Some 40 of 16 images reach 3 %.
func (v Variables) batches(b float64) float64 {
	relErr := v.Number("EOSS_BS_REL_ERR")
	if relErr == 0 {
		relErr = 0.03
	}
	return min(v.mostBatches(), max(8, v.Number("EOSS_BS_MIN_BATCHES"), 40*math.Pow(0.03/relErr, 2)*min(1, 16/b)))
}

func (v Variables) mostBatches() float64 {
	if most := v.Number("EOSS_BS_MAX_BATCHES"); most > 0 {
		return most
	}
	return 512
}

// measurement is the time of one measurement.
func (w work) measurement(name string, v Variables) float64 {
	batches := v.batches(w.batch) * w.gradient(w.batch, coreRate)
	switch name {
	case "loss":
		return w.all() / 3
	case "step_sharpness":
		return 2.5 * w.small()
	case "batch_sharpness", "batch_sharpness_gn":
		return 2.5 * batches
	case "ias": // a product with the Hessian of all images for every batch, and the spread is wide
		return min(v.mostBatches(), max(32, 8192/max(w.batch, 16))) * w.all()
	case "lambda_max", "lambda_max_gn", "gradient_projection":
		return 9 * w.all()
	case "step_lambda_b_max":
		return 12 * w.gradient(w.batch, coreRate)
	case "lambda_b_max", "lambda_b_max_gn", "ntk_max", "fim_max":
		return 8 * batches
	case "lambda_b_max_by_size":
		sum := 0.0
		for b := 2.0; b < w.images; b *= 2 {
			sum += 12 * v.batches(b) * w.gradient(b, coreRate)
		}
		return sum
	}
	return 0
}

// measured is how often a run measures what it does every so many steps: before the steps that the cadence divides, and at its end.
func (r Run) measured(every float64) float64 {
	last := r.Variables.Number("EOSS_STEPS")
	return math.Ceil(last/every) - math.Ceil(float64(r.Step)/every) + 1
}

// Cost estimates the run's cost from its sizes.
func (r Run) Cost() Cost {
	v := r.Variables
	w := v.work()
	steps := v.Number("EOSS_STEPS") - float64(r.Step)
	seconds, rows := 0.5+steps*w.step(v), 0.0
	for _, m := range strings.Split(v["EOSS_MEASURE"], ",") {
		name, every, _ := strings.Cut(m, "@")
		if cadence, err := strconv.ParseFloat(every, 64); err == nil && cadence > 0 {
			times := r.measured(cadence)
			seconds += times * w.measurement(name, v)
			rows += 2 * times
		}
	}
	return Cost{Seconds: seconds, Disk: v.float()*w.params*2 + 100*rows}
}

// Memory estimates the bytes that a run takes beside so many workers: its images, forty vectors as long as θ, and as much of the
// linearisation over all training images as it may keep.
func (r Run) Memory(workers int) float64 {
	v := r.Variables
	w := v.work()
	linearised := 12 * w.images * w.activations
	return v.float()*(3072*(w.images+v.Number("EOSS_N_TEST"))+40*w.params) + min(v.float()*linearised, v.mayKeep(workers))
}

// float is the size of a number.
func (v Variables) float() float64 {
	if v["EOSS_PRECISION"] == "float64" {
		return 8
	}
	return 4
}

// mayKeep is the run's EOSS_MEMORY, by default its worker's share.
func (v Variables) mayKeep(workers int) float64 {
	var most experiments.Bytes
	if err := most.UnmarshalText([]byte(v["EOSS_MEMORY"])); err != nil { // it is not given, or refused elsewhere
		most = memoryShare(max(workers, 1))
	}
	return float64(most)
}
