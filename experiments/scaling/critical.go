package scaling

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/internal/fit"
	"eoss/plots"
)

// critical is the batch size at which λmax stops growing with b as a power (section 5.2): the bend of two lines in log λmax against log b.
func critical(all []fit.Point) (fit.BreakFit, error) { return fit.Breakpoint(all) }

// peak asks where λᵇmax is far from 2/η.
func peak(s *study.Set) study.Claim {
	f := families(s)[0]
	return study.Claim{
		Number: 16, Stated: "λᵇmax is near 2/η for very small and very large b, with its peak near the critical batch size",
		Runs: f.runs(s),
		Judge: func(r *study.Results) (rows []study.Row, err error) {
			list, diverged, err := f.settled(r)
			if err != nil {
				return nil, err
			}
			means := bars(each(list, func(l levels) experiments.Interval { return l.lambdaB.Ratio }))
			if len(means) == 0 {
				return nil, fmt.Errorf("no run of the sweep is left: %s", strings.Join(diverged, ", "))
			}
			note := f.note(list, diverged)
			for _, m := range []plots.Measured{means[0], means[len(means)-1]} {
				rows = append(rows, study.Row{Case: fmt.Sprintf("λᵇmax at b = %g", m.X), Measured: of(m), Unit: "× 2/η",
					Note: ofBatch(list, int(m.X)) + "; " + note}.In(study.Between(0.85, 1.15)))
			}
			bend, err := critical(lambdas(list))
			if err != nil {
				return rows, err
			}
			top := slices.MaxFunc(means, func(a, b plots.Measured) int { return cmp.Compare(a.Y, b.Y) })
			row := study.Row{Case: "critical batch size, the bend of log λmax in log b", Measured: interval(bend.At), Unit: "images",
				Note: fmt.Sprintf("λᵇmax has its peak of %.2f × 2/η at b = %g; %s%s", top.Y, top.X, note, open(bend))}.In(near(top.X))
			row.Outcome = nearPeak(bend, top.X)
			return append(rows, row), nil
		},
	}
}

// ofBatch says of the runs of one b whether their λᵇmax had come to rest, and where Batch Sharpness stood.
func ofBatch(list []levels, b int) string {
	var directions []experiments.Direction
	var sharpness []float64
	for _, l := range list {
		if l.b == b {
			directions, sharpness = append(directions, l.lambdaB.Direction), append(sharpness, float64(l.meanRatio.Ratio.Value))
		}
	}
	note := fmt.Sprintf("%s, Batch Sharpness (mean of ratios) %s × 2/η there", study.StillMoving(directions), study.Span(sharpness, study.TwoDigits))
	return strings.TrimPrefix(note, ", ")
}

// near is around the batch size of the peak: it and the bend are known to the nearest of batch sizes that double.
func near(peak float64) study.Range {
	x := study.Between(peak/2, peak*2)
	x.Words += ", half to twice that of the peak"
	return x
}

// nearPeak judges the bend against the peak, on the sides on which the data bound it.
func nearPeak(bend fit.BreakFit, peak float64) study.Outcome {
	at := bend.At
	if bend.AtLowEnd {
		at.Lo = 0
	}
	if bend.AtHighEnd {
		at.Hi = math.Inf(1)
	}
	return near(peak).Judge(interval(at))
}

// open says on which sides the data do not bound the bend.
func open(bend fit.BreakFit) string {
	switch {
	case bend.AtLowEnd && bend.AtHighEnd:
		return "; the data do not bound the bend"
	case bend.AtLowEnd:
		return "; the data do not bound the bend from below"
	case bend.AtHighEnd:
		return "; the data do not bound the bend from above"
	}
	return ""
}
