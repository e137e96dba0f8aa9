// Package models describes networks as symbolic graphs: named parameters, an initialisation and a
// forward pass built from the ops of package graph.
package models

import (
	"math"
	"slices"
	"sort"
	"strings"

	"eoss/graph"
)

// Param is one parameter tensor, named and laid out as PyTorch does (weights are [out, in, …]).
type Param struct {
	Name          string
	Shape         graph.Shape
	FanIn, FanOut int // 0 for a bias, which starts at zero
}

// Model is a network f(θ; x).
type Model struct {
	Name    string
	Input   graph.Shape // of one sample
	Outputs int
	Params  []Param
	// Forward returns the outputs (n, Outputs) for samples x (n, Input…) and parameters in the order of Params.
	Forward func(x *graph.Node, theta []*graph.Node) *graph.Node
	// Init says how the weights are drawn.
	Init Init
}

// Spec asks for a model. Fields a family does not have must be left zero.
type Spec struct {
	Name       string
	Input      graph.Shape // of one sample
	Outputs    int
	Widths     []int  // hidden widths or channels; nil takes the family's own
	Activation string // relu, tanh, silu or linear; "" is relu
}

// family builds the models of one name.
type family struct {
	build func(s Spec) (*Model, error)
	// widths are the family's own; nil says that it has none.
	widths []int
}

// families is filled by init: the builders look the names up in turn.
var families map[string]family

func init() {
	families = map[string]family{
		"mlp":        {mlp, []int{512, 512}},
		"mlp-l":      {mlp, []int{512, 512, 512, 512}},
		"mlp-linear": {deepLinear, []int{512, 512}},
		"diaglin":    {diagonalLinear, nil},
		"cnn":        {cnn, []int{64, 64, 128, 512}},
		"resnet8":    {resnet(1), []int{16, 32, 64}},
		"resnet14":   {resnet(2), []int{16, 32, 64}},
		"resnet10":   {resnet(2), []int{16, 32, 64}}, // the paper's name for the same network
		"resnet20":   {resnet(3), []int{16, 32, 64}},
	}
}

// Names lists the models New knows, in alphabetical order.
func Names() []string {
	var names []string
	for n := range families {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// HasWidths says whether hidden widths can be chosen for a model.
func HasWidths(name string) bool { return families[name].widths != nil }

// New builds the model s asks for. A mistake in it is an [*Error].
func New(s Spec) (*Model, error) {
	f, ok := families[s.Name]
	if !ok {
		return nil, mistake("Name", "no model %q: there are %s", s.Name, strings.Join(Names(), ", "))
	}
	if s.Input.TotalSize() < 1 {
		return nil, mistake("Input", "%s needs an input shape, got %v", s.Name, s.Input)
	}
	if s.Outputs < 1 {
		return nil, mistake("Outputs", "%s needs a number of outputs, got %d", s.Name, s.Outputs)
	}
	if s.Widths == nil {
		s.Widths = slices.Clone(f.widths)
	} else if f.widths == nil {
		return nil, mistake("Widths", "%s has no hidden widths to choose", s.Name)
	}
	if slices.ContainsFunc(s.Widths, func(w int) bool { return w < 1 || w > math.MaxInt32 }) { // products of two of them are ints
		return nil, mistake("Widths", "%s: every width must be from 1 to %d, got %v", s.Name, math.MaxInt32, s.Widths)
	}
	m, err := f.build(s)
	if err != nil {
		return nil, err
	}
	if !countable(m.Params) {
		return nil, mistake("Widths", "%s of widths %v has more parameters than can be counted", s.Name, s.Widths)
	}
	m.Name, m.Input, m.Outputs = s.Name, s.Input, s.Outputs
	return m, nil
}

// maxSize bounds the number of parameters, so that their size in bytes is an int too.
const maxSize = math.MaxInt / 64

func countable(params []Param) bool {
	total := 0
	for _, p := range params {
		size := 1
		for _, d := range p.Shape {
			if d > maxSize/size {
				return false
			}
			size *= d
		}
		if total += size; total > maxSize {
			return false
		}
	}
	return true
}

// Size returns the number of parameters P.
func (m *Model) Size() int {
	n := 0
	for _, p := range m.Params {
		n += p.Shape.TotalSize()
	}
	return n
}

// Shapes returns the parameters' shapes, in order.
func (m *Model) Shapes() []graph.Shape {
	s := make([]graph.Shape, len(m.Params))
	for i, p := range m.Params {
		s[i] = p.Shape
	}
	return s
}
