package models_test

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"eoss/models"
)

var image = []int{3, 32, 32}

func build(t *testing.T, s models.Spec) *models.Model {
	t.Helper()
	m, err := models.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestSizes: the paper's networks have the numbers of parameters that their layers add up to.
func TestSizes(t *testing.T) {
	for name, want := range map[string]int{
		"mlp":      3072*512 + 512 + 512*512 + 512 + 512*10 + 10,
		"mlp-l":    3072*512 + 512 + 3*(512*512+512) + 512*10 + 10,
		"cnn":      27*64 + 64 + 576*64 + 64 + 576*128 + 128 + 4608*512 + 512 + 5120 + 10,
		"resnet14": 27*16 + 4*144*16 + 144*32 + 3*288*32 + 288*64 + 3*576*64 + 640 + 10,
		"resnet20": 27*16 + 6*144*16 + 144*32 + 5*288*32 + 288*64 + 5*576*64 + 640 + 10,
	} {
		if m := build(t, models.Spec{Name: name, Input: image, Outputs: 10}); m.Size() != want {
			t.Errorf("%s has %d parameters, want %d", name, m.Size(), want)
		}
	}
}

// TestInitialisation: entries of a large weight have the standard deviation asked for, within 2 % (ten standard errors of
// the smallest tensor looked at), biases are zero, and the seed decides everything.
func TestInitialisation(t *testing.T) {
	const scale = 0.2
	for _, c := range []struct {
		spec models.Spec
		name string
		std  float64
	}{
		{models.Spec{Name: "mlp"}, "fc1.weight", math.Sqrt2 / math.Sqrt(3072)},
		{models.Spec{Name: "mlp", Activation: "tanh"}, "fc2.weight", 5.0 / 3 * math.Sqrt(2.0/1024)},
		{models.Spec{Name: "cnn"}, "conv3.weight", math.Sqrt2 / math.Sqrt(9*64)},
		{models.Spec{Name: "resnet14"}, "stage3.block1.conv1.weight", math.Sqrt2 / math.Sqrt(9*64)}, // fan-out
		{models.Spec{Name: "diaglin", Input: []int{20_000}, Outputs: 1}, "a", 1},
	} {
		if c.spec.Input == nil {
			c.spec.Input, c.spec.Outputs = image, 10
		}
		m := build(t, c.spec)
		theta := m.InitialParameters(1, scale)
		if !slices.Equal(theta, m.InitialParameters(1, scale)) || slices.Equal(theta, m.InitialParameters(2, scale)) {
			t.Errorf("%s: the seed does not decide the parameters", c.spec.Name)
		}
		for _, p := range m.Params {
			part := theta[:p.Shape.TotalSize()]
			theta = theta[len(part):]
			sum := 0.0
			for _, w := range part {
				sum += w * w
			}
			std := math.Sqrt(sum / float64(len(part)))
			switch {
			case p.FanIn == 0 && std != 0:
				t.Errorf("%s: %s does not start at zero", c.spec.Name, p.Name)
			case p.Name == c.name && math.Abs(std/(scale*c.std)-1) > 0.02:
				t.Errorf("%s: %s has standard deviation %g, want %g", c.spec.Name, p.Name, std, scale*c.std)
			}
		}
	}
}

// TestMistakes: what cannot be built is refused by name.
func TestMistakes(t *testing.T) {
	for want, s := range map[string]models.Spec{
		`no model "vgg"`:            {Name: "vgg", Input: image, Outputs: 10},
		"no hidden widths":          {Name: "diaglin", Input: image, Outputs: 1, Widths: []int{3}},
		"one output":                {Name: "diaglin", Input: image, Outputs: 10},
		"cnn takes 4 widths":        {Name: "cnn", Input: image, Outputs: 10, Widths: []int{3}},
		"at least 12×12":            {Name: "cnn", Input: []int{3, 11, 12}, Outputs: 10},
		"grow by an even number":    {Name: "resnet8", Input: image, Outputs: 10, Widths: []int{2, 3, 4}},
		"every width must be":       {Name: "mlp", Input: image, Outputs: 10, Widths: []int{0}},
		"from 1 to 2147483647":      {Name: "mlp", Input: image, Outputs: 10, Widths: []int{math.MaxInt, 2}},
		"than can be counted":       {Name: "cnn", Input: image, Outputs: 10, Widths: []int{math.MaxInt32, math.MaxInt32, math.MaxInt32, math.MaxInt32}},
		`no activation "gelu"`:      {Name: "mlp", Input: image, Outputs: 10, Activation: "gelu"},
		"takes images":              {Name: "resnet8", Input: []int{7}, Outputs: 10},
		"mlp-linear has no activat": {Name: "mlp-linear", Input: image, Outputs: 10, Activation: "relu"},
	} {
		_, err := models.New(s)
		var mistake *models.Error
		if !errors.As(err, &mistake) || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v gives %v, want %q", s, err, want)
			continue
		}
		if _, ok := reflect.TypeOf(s).FieldByName(mistake.Field); !ok {
			t.Errorf("%v is of no field, %q", err, mistake.Field)
		}
	}
}

// TestFieldAtFault: what a model lacks is said of the field that should have it.
func TestFieldAtFault(t *testing.T) {
	for want, s := range map[string]models.Spec{"Outputs": {Name: "mlp", Input: image}, "Input": {Name: "mlp", Input: []int{0}, Outputs: 10}} {
		_, err := models.New(s)
		if mistake := new(models.Error); !errors.As(err, &mistake) || mistake.Field != want {
			t.Errorf("without %s: %#v", want, err)
		}
	}
}
