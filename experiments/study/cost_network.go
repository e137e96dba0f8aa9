package study

import (
	"math"
	"strconv"
	"strings"
)

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
