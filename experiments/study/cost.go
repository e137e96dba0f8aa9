package study

import (
	"math"
	"runtime"
	"strconv"
	"strings"

	"eoss/experiments"
)

// Cost is what a run is expected to take.
type Cost struct {
	Seconds float64 // on one core
	Memory  float64 // bytes
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

// Cost estimates the run's cost from its sizes.
func (r Run) Cost() Cost {
	v := r.Variables
	n, b := v.Number("EOSS_N"), v.Number("EOSS_BATCH")
	steps := v.Number("EOSS_STEPS") - float64(r.Step)
	macs, params, activations := v.network()
	gradient := func(images, rate float64) float64 { return 5 * macs * images / rate } // the first layer's input has no adjoint
	small := batchRate
	convolves := v.convolves()
	if convolves {
		gradient = func(images, rate float64) float64 { return images * (5*macs/rate + elementTime*activations) }
	}
	if b >= 256 || convolves {
		small = coreRate
	}
	step := gradient(b, small) + stepOverhead
	if convolves {
		step += convOverhead
	}
	switch v["EOSS_NOISE"] {
	case "", "epoch", "replacement":
	case "sde":
		h := v.Number("EOSS_SDE_STEP")
		if h == 0 {
			h = v.Number("EOSS_LR") / 20
		}
		step = v.Number("EOSS_LR") / h * gradient(n, coreRate)
	case "directional":
		step = gradient(n, coreRate)
	default:
		step = 1.5 * gradient(n, coreRate)
	}
	seconds := 0.5 + steps*step
	most := v.Number("EOSS_BS_MAX_BATCHES")
	if most == 0 {
		most = 512
	}
	batches := min(most, max(8, v.Number("EOSS_BS_MIN_BATCHES"), 40*min(1, 16/b)))
	for _, m := range strings.Split(v["EOSS_MEASURE"], ",") {
		name, every, _ := strings.Cut(m, "@")
		cadence, _ := strconv.ParseFloat(every, 64)
		if cadence <= 0 {
			continue
		}
		once := 0.0
		switch name {
		case "loss":
			once = gradient(n, coreRate) / 3
		case "step_sharpness":
			once = 2.5 * gradient(b, small)
		case "batch_sharpness", "batch_sharpness_gn":
			once = 2.5 * batches * gradient(b, coreRate)
		case "ias": // a product with the Hessian of all images for every batch, and the spread is wide
			once = min(most, max(32, 8192/max(b, 16))) * gradient(n, coreRate)
		case "lambda_max", "lambda_max_gn", "gradient_projection":
			once = 9 * gradient(n, coreRate)
		case "step_lambda_b_max":
			once = 12 * gradient(b, coreRate)
		case "lambda_b_max", "ntk_max", "fim_max":
			once = 8 * batches * gradient(b, coreRate)
		case "lambda_b_max_by_size":
			once = 4 * most * gradient(n, coreRate) // of every b as many batches as are allowed: the larger half are n images each
		}
		seconds += once * max(1, steps/cadence)
	}
	linearised := 4 * 12 * n * activations // kept as far as the memory goes
	return Cost{
		Seconds: seconds,
		Memory:  4*(3072*n+40*params) + min(linearised, float64(experiments.DefaultMemory())/float64(runtime.NumCPU())),
		Disk:    4*params*2 + 100*steps*countPerStep(v["EOSS_MEASURE"]),
	}
}

// countPerStep is how many rows a step leaves on average.
func countPerStep(measure string) (rows float64) {
	for _, m := range strings.Split(measure, ",") {
		_, every, _ := strings.Cut(m, "@")
		if cadence, err := strconv.ParseFloat(every, 64); err == nil && cadence > 0 {
			rows += 2 / cadence
		}
	}
	return rows
}

func (v Variables) convolves() bool {
	return v["EOSS_MODEL"] == "cnn" || strings.HasPrefix(v["EOSS_MODEL"], "resnet")
}

// network counts the multiply-adds of one image's forward pass, the parameters and the activations; of convolutions, those of whole lanes.
func (v Variables) network() (macs, params, activations float64) {
	widths := v.widths()
	if v.convolves() {
		for i, c := range widths {
			widths[i] = convLanes * math.Ceil(c/convLanes)
		}
	}
	add := func(weights, positions, outputs float64) {
		macs += weights * positions
		params += weights + outputs
		activations += outputs * positions
	}
	switch model := v["EOSS_MODEL"]; {
	case model == "cnn":
		c := append([]float64{3}, widths...)
		add(9*c[0]*c[1], 900, c[1])
		add(9*c[1]*c[2], 784, c[2])
		add(9*c[2]*c[3], 144, c[3])
		add(36*c[3]*c[4], 1, c[4])
		add(c[4]*10, 1, 10)
	case strings.HasPrefix(model, "resnet"):
		blocks := map[string]float64{"resnet8": 1, "resnet20": 3}[model]
		if blocks == 0 {
			blocks = 2
		}
		add(27*widths[0], 1024, widths[0])
		from := widths[0]
		for i, c := range widths {
			positions := 1024 / float64(int(1)<<(2*i))
			add(9*from*c, positions, c)
			for range int(2*blocks) - 1 {
				add(9*c*c, positions, c)
			}
			from = c
		}
		add(from*10, 1, 10)
	default:
		from := 3072.0
		for _, w := range append(widths, 10) {
			add(from*w, 1, w)
			from = w
		}
	}
	return macs, params, activations
}

// widths are the network's, by default those of the paper.
func (v Variables) widths() (list []float64) {
	text := v["EOSS_WIDTHS"]
	if text == "" {
		text = map[string]string{"mlp": "512,512", "mlp-l": "512,512,512,512", "cnn": "64,64,128,512"}[v["EOSS_MODEL"]]
	}
	if text == "" {
		text = "16,32,64"
	}
	for _, part := range strings.Split(text, ",") {
		w, _ := strconv.ParseFloat(strings.TrimSpace(part), 64)
		list = append(list, w)
	}
	return list
}
