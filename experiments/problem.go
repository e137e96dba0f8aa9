package experiments

import (
	"fmt"

	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/data"
	"eoss/internal/record"
	"eoss/models"
)

// Problem is a configured run before its first step: data, network and initial parameters.
type Problem[T graph.Float] struct {
	Config      Config
	Model       *models.Model
	Objective   *curvature.Objective[T]
	Theta       []T
	Optimizer   curvature.Optimizer[T]
	Train, Test curvature.Data[T] // Test is empty when the data set has no test samples
	Checksum    string            // of the training set
	Dir         string            // the run directory, known once training begins

	TestChecksum string // "" without test samples
	Regression   bool   // the targets are real: there is no accuracy
	InitChecksum string // of the file of initial parameters, "" without one

	parent      *record.Parent // of a fork, known once training begins
	fullHessian fullMatrix[T]  // shared by the measurements
	say         func(line string)
}

// NewProblem loads the data and builds the network that c describes.
func NewProblem[T graph.Float](c Config) (*Problem[T], error) {
	has := room()
	if err := c.checkDataFits(has); err != nil {
		return nil, err
	}
	train, test, err := loadData(c)
	if err != nil {
		return nil, err
	}
	if err := c.checkTargets(train); err != nil {
		return nil, err
	}
	outputs := train.Classes
	if c.Model == "diaglin" {
		outputs = 1
	}
	m, err := c.network(train.Shape, outputs)
	if err != nil {
		return nil, err
	}
	if err := c.checkNetworkFits(m.Size(), c.dataBytes(train.Len()+c.NTest, train.Size()), has); err != nil {
		return nil, err
	}
	loss, err := models.LossNamed(c.Loss, outputs)
	if err != nil {
		return nil, err
	}
	o := curvature.NewObjective[T](curvature.Network{
		Params: m.Shapes(), Input: m.Input, Outputs: m.Outputs, Forward: m.Forward, Loss: loss})
	o.Chunk = c.Chunk
	p := &Problem[T]{Config: c, Model: m, Objective: o, Checksum: train.Checksum(), Regression: train.Targets != nil,
		Train: samples[T](train, outputs), Test: samples[T](test, outputs)}
	if test != nil {
		p.TestChecksum = test.Checksum()
	}
	if p.Optimizer, err = newOptimizer(o, c); err != nil {
		return nil, err
	}
	if err := p.boundMemory(); err != nil { // before θ is drawn, for that takes a while if it is large
		return nil, err
	}
	p.Theta, p.InitChecksum, err = initialParameters[T](c, m)
	return p, err
}

// loadData returns the training and the test samples; test is nil when there are none.
func loadData(c Config) (train, test *data.Set, err error) {
	if isNPZ(c.Dataset) {
		return data.NPZ(c.Dataset, c.N, c.NTest, c.SeedData)
	}
	switch c.Dataset {
	case "synthetic":
		if train, err = data.SyntheticTrain(c.N, c.SeedData); err == nil {
			test, err = data.SyntheticTest(c.NTest, c.SeedData)
		}
	case "cifar10":
		if train, err = data.CIFAR10Train(c.DataDir, c.N, c.SeedData); err == nil {
			test, err = data.CIFAR10Test(c.DataDir, c.NTest)
		}
	default:
		err = fmt.Errorf("experiments: no data set %q", c.Dataset)
	}
	return train, test, err
}

// samples converts a set, which may be nil. A network with one output learns +1 for the upper half of the classes
// and −1 for the lower.
func samples[T graph.Float](s *data.Set, outputs int) curvature.Data[T] {
	if s == nil {
		return curvature.Data[T]{}
	}
	d := curvature.Data[T]{N: s.Len(), X: data.Images[T](s)}
	if outputs > 1 || s.Targets != nil {
		d.Y = data.OneHot[T](s)
		return d
	}
	for _, label := range s.Labels {
		y := T(-1)
		if 2*label >= s.Classes {
			y = 1
		}
		d.Y = append(d.Y, y)
	}
	return d
}
