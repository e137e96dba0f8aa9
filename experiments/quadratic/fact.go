package quadratic

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"eoss/experiments"
)

// Fact is one statement about quadratics, computed in two ways.
type Fact struct {
	ID        string `json:"id"`
	Statement string `json:"statement"`
	Source    string `json:"source"` // section, appendix or equation of the paper

	Exact experiments.Real `json:"exact"` // by the formula
	// Simulated is the second way: a simulation with its 95 % interval or, without one, another computation or a count.
	Simulated experiments.Interval `json:"simulated"`
	N         int                  `json:"n"` // draws of the simulation; cases compared; 0: one computation

	// Tolerance is how far the two may differ beyond the interval: rounding of an identity, or what an asymptotic formula leaves out.
	Tolerance float64 `json:"tolerance"`
	// Holds: Exact is within Tolerance of the simulated interval, widened (Bonferroni) so that all intervals together hold
	// the truth with 95 %; or of Simulated.Value where there is no interval.
	Holds bool   `json:"holds"`
	Note  string `json:"note,omitempty"`
}

// Options of the study.
type Options struct {
	Seed  uint64
	Quick bool // a quarter of the draws
}

// simulation holds what the facts need while they are simulated.
type simulation struct {
	Options
	facts   []Fact
	figures []Figure
}

// draws scales a number of draws.
func (s *simulation) draws(n int) int {
	if s.Quick {
		return n / 4
	}
	return n
}

// simulated adds a fact that is judged by an interval.
func (s *simulation) simulated(id, source, statement string, exact float64, sim experiments.Interval, n int, note string) {
	s.add(Fact{ID: id, Source: source, Statement: statement, Exact: experiments.Real(exact), Simulated: sim, N: n, Note: note})
}

// same adds a fact that is judged by a tolerance alone.
func (s *simulation) same(id, source, statement string, exact, other, tolerance float64, n int, note string) {
	s.add(Fact{ID: id, Source: source, Statement: statement, Exact: experiments.Real(exact), Simulated: alone(other),
		Tolerance: tolerance, N: n, Note: note})
}

func (s *simulation) add(f Fact) { s.facts = append(s.facts, f) }

// topics are the facts and figures, in the order of the paper.
var topics = []struct {
	name string
	add  func(*simulation) error
}{
	{"thresholds of a general family", generalEdges},
	{"αI ± M", twoPointEdges},
	{"descent lemmas", descent},
	{"interaction-aware sharpness", interaction},
	{"injected noise", noise},
	{"sampling without replacement", reshuffling},
	{"eigenvalues of averages", averages},
	{"Wishart and spiked matrices", wishart},
	{"diagonal linear network", diagonalNetwork},
	{"figures", figures},
}

// Facts computes every fact and the curves of every figure. say, when it is not nil, is told each topic before its turn.
func Facts(ctx context.Context, opt Options, say func(string)) ([]Fact, []Figure, error) {
	s := &simulation{Options: opt}
	for _, topic := range topics {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if say != nil {
			say(topic.name)
		}
		if err := topic.add(s); err != nil {
			return nil, nil, fmt.Errorf("quadratic: %s: %w", topic.name, err)
		}
	}
	judge(s.facts)
	return s.facts, s.figures, nil
}

// judge fills in Holds.
func judge(facts []Fact) {
	intervals := 0
	for _, f := range facts {
		if f.hasInterval() {
			intervals++
		}
	}
	widen := 1.0
	if intervals > 0 {
		widen = distuv.UnitNormal.Quantile(1-0.025/float64(intervals)) / distuv.UnitNormal.Quantile(0.975)
	}
	for i := range facts {
		f := &facts[i]
		exact, value, lo, hi := float64(f.Exact), float64(f.Simulated.Value), float64(f.Simulated.Lo), float64(f.Simulated.Hi)
		if f.hasInterval() {
			lo, hi = value-widen*(value-lo), value+widen*(hi-value)
		} else {
			lo, hi = value, value
		}
		f.Holds = exact >= lo-f.Tolerance && exact <= hi+f.Tolerance // false for NaN
	}
}

func (f Fact) hasInterval() bool {
	return !math.IsNaN(float64(f.Simulated.Lo)) || !math.IsNaN(float64(f.Simulated.Hi))
}
