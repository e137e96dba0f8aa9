package scaling

import (
	"fmt"
	"math"
	"strings"

	"eoss/experiments/study"
)

// agreement reports IAS over Batch Sharpness at every b.
func agreement(s *study.Set) study.Claim {
	f := families(s)[0]
	return study.Claim{
		Number: 15, Stated: "IAS (Lee & Jang) and Batch Sharpness differ, and agree at b = n",
		Runs: f.runs(s),
		Judge: func(r *study.Results) (rows []study.Row, err error) {
			list, diverged, err := f.settled(r)
			if err != nil {
				return nil, err
			}
			if rows, err = ratioRows(r, list, s.Size("mlp")); err != nil {
				return nil, err
			}
			if len(diverged) > 0 {
				rows = append(rows, study.Row{Case: "the rest", Expected: "reported", Measured: study.Unknown, Outcome: study.NotMeasured, Note: strings.Join(diverged, ", ")})
			}
			return rows, nil
		},
	}
}

// ratioRows are IAS over Batch Sharpness at every b, over the moments at which both were measured. At b = n the two are one number.
func ratioRows(r *study.Results, list []levels, n int) (rows []study.Row, err error) {
	var all []level
	moments := map[int][]study.Moments{}
	for _, l := range list {
		m, err := r.Together(l.run, "ias", "batch_sharpness")
		if err != nil {
			return nil, err
		}
		all, moments[l.b] = append(all, level{l.b, l.seed, m.Quotient(0, 1, 1)}), append(moments[l.b], m)
	}
	for _, m := range bars(all) {
		row := study.Row{Case: fmt.Sprintf("b = %g", m.X), Measured: of(m), Unit: "IAS / Batch Sharpness", Expected: "reported", Outcome: study.Reported,
			Note: ofMoments(moments[int(m.X)])}
		if int(m.X) == n {
			row.Expected, row.Outcome = "1", study.Around(1, 0.01).Judge(row.Measured)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// ofMoments says of how many seeds and measurements a ratio is, and how uncertain IAS was at the worst of them.
func ofMoments(seeds []study.Moments) string {
	var counts []int
	worst := 0.0
	for _, m := range seeds {
		counts = append(counts, m.N())
		for k, ias := range m.Values[0] {
			worst = max(worst, m.StdErr[0][k]/math.Abs(ias))
		}
	}
	note := study.CountSeeds(len(seeds)) + "; " + study.CountMeasurements(counts...)
	if worst > 0 {
		note += fmt.Sprintf(", standard error of IAS up to %.2g %%", 100*worst)
	}
	return note
}
