package study

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"eoss/experiments"
)

// Moments are the values of several quantities at the steps of a run's last quarter at which all of them were measured, for ratios that do not
// depend on how often each was.
type Moments struct {
	Values, StdErr [][]float64 // of each quantity, one a moment

	steps []int
	last  int // step of the run
}

// Together reads the moments of the named quantities. It is an error when there is none.
func (r *Results) Together(run Run, names ...string) (m Moments, err error) {
	p, err := r.Plateau(run, names[0])
	if err != nil {
		return m, err
	}
	m.last = p.LastStep
	list, shared := make([]experiments.Series, len(names)), map[int]int{}
	for i, name := range names {
		if list[i], err = r.Series(run, name); err != nil {
			return m, err
		}
		for _, step := range list[i].Steps {
			shared[step]++
		}
	}
	for _, step := range slices.Sorted(maps.Keys(shared)) {
		if step >= p.FirstStep && shared[step] == len(names) {
			m.steps = append(m.steps, step)
		}
	}
	if len(m.steps) == 0 {
		return m, fmt.Errorf("%s has no step from %d at which %s were all measured", r.Path(run), p.FirstStep, strings.Join(names, ", "))
	}
	for _, s := range list {
		m.add(s)
	}
	return m, nil
}

// add takes the values of a quantity at the moments.
func (m *Moments) add(s experiments.Series) {
	var values, errs []float64
	for _, step := range m.steps {
		i, _ := slices.BinarySearch(s.Steps, step)
		values, errs = append(values, s.Values[i]), append(errs, s.StdErr[i])
	}
	m.Values, m.StdErr = append(m.Values, values), append(m.StdErr, errs)
}

// N is the number of moments.
func (m Moments) N() int { return len(m.Values[0]) }

// Mean is that of quantity i with its interval: of two values their span, for Student's would tell nothing, of more that of a plateau.
func (m Moments) Mean(i int) experiments.Interval {
	values := m.Values[i]
	if len(values) <= 2 {
		return spanned(stat.Mean(values, nil), values)
	}
	return experiments.NewPlateau(experiments.Series{Steps: m.steps, Values: values, StdErr: m.StdErr[i]}, m.last, 1).Mean
}

// Quotient is the mean of quantity i over times that of j, with the span of these ratios moment by moment. Both are of the same mini-batches, so
// that their errors say little of that of a ratio.
func (m Moments) Quotient(i, j int, times float64) experiments.Interval {
	ratios := make([]float64, m.N())
	for k := range ratios {
		ratios[k] = m.Values[i][k] / (times * m.Values[j][k])
	}
	return spanned(stat.Mean(m.Values[i], nil)/(times*stat.Mean(m.Values[j], nil)), ratios)
}

// spanned is x with the span of some values.
func spanned(x float64, values []float64) experiments.Interval {
	return experiments.Interval{Value: experiments.Real(x), Lo: experiments.Real(slices.Min(values)), Hi: experiments.Real(slices.Max(values))}
}

// CountMeasurements says of how many measurements the numbers of several runs are the means.
func CountMeasurements(n ...int) string {
	least, most := slices.Min(n), slices.Max(n)
	switch {
	case most == 1:
		return "1 measurement"
	case least == most:
		return fmt.Sprintf("%d measurements", most)
	}
	return fmt.Sprintf("%d to %d measurements", least, most)
}
