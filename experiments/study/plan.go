package study

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"eoss/experiments"
)

// WritePlan lists the runs with what they are expected to take, before anything starts, and those that are done with the time that they took.
func WritePlan(w io.Writer, s Settings, results *Results, runs []Run) error {
	times, err := ReadTimes(results.Dir)
	if err != nil {
		return err
	}
	runs = withParents(runs)
	factor := calibration(times, results, runs)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "STATE\tSTEPS\tTIME\tMEMORY\tDISK\t  RUN")
	sum := total{ends: map[string]float64{}}
	for _, r := range runs {
		state, err := stateOf(results.Path(r))
		switch {
		case state == Damaged:
			sum.damages = append(sum.damages, err)
		case err != nil:
			return err
		case state == Missing && results.unstartable(r) != nil:
			state = Unstartable
		}
		c := r.Cost()
		c.Seconds *= factor
		if took, ok := times[r.ID()]; ok && state == Finished {
			c.Seconds = took
			sum.took += took
		}
		memory := r.Memory(s.Workers)
		sum.add(r, state, c, memory)
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t  %s\n", state, r.Variables["EOSS_STEPS"], duration(c.Seconds), size(memory), size(c.Disk), r.ID())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	done := fmt.Sprintf("%d runs, %d of them done in %s of one core", len(runs), sum.done, duration(sum.took))
	if s.Workers == 0 {
		_, err = fmt.Fprintf(w, "%s; EOSS_WORKERS=0 starts none of the others\n", done)
	} else {
		_, err = fmt.Fprintf(w, "%s; the others take about %s on %d workers, %s of memory and %s on disk in %s\n", done,
			duration(max(sum.longest, sum.left/float64(s.Workers))), s.Workers, size(sum.memory*float64(s.Workers)), size(sum.disk), s.Out)
	}
	return once(append(sum.damages, err)...)
}

// total is what the runs took, and what is left to do.
type total struct {
	done                              int
	took, left, longest, memory, disk float64
	ends                              map[string]float64 // of the runs that are left, by ID: a fork waits for its parent
	damages                           []error
}

// add counts a run, after those that it starts from.
func (t *total) add(r Run, s State, c Cost, memory float64) {
	switch s {
	case Finished:
		t.done++
	case Damaged, Unstartable: // are not made
	default:
		t.left += c.Seconds
		end := c.Seconds
		if r.Parent != nil {
			end += t.ends[r.Parent.ID()]
		}
		t.ends[r.ID()] = end
		t.longest = max(t.longest, end)
		t.disk += c.Disk
		t.memory = max(t.memory, memory)
	}
}

// calibration is how many times longer than expected the runs took that came to their end here; 1 before there are three. What a run took
// that did not is no measure of all its steps.
func calibration(times map[string]float64, results *Results, runs []Run) float64 {
	took, expected, done := 0.0, 0.0, 0
	for _, r := range runs {
		t, ok := times[r.ID()]
		if end, ended, err := outcome(results.Path(r)); ok && ended && err == nil && float64(end.Steps) == r.Variables.Number("EOSS_STEPS") {
			took, expected, done = took+t, expected+r.Cost().Seconds, done+1
		}
	}
	if done < 3 {
		return 1
	}
	return took / expected
}

func duration(seconds float64) string {
	d := experiments.Seconds(seconds)
	if d > time.Minute {
		return d.Round(time.Minute).String()[:len(d.Round(time.Minute).String())-2]
	}
	return d.Round(time.Second).String()
}

func size(bytes float64) string { return experiments.Bytes(bytes).Rounded() }
