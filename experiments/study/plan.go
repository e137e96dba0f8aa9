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
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "STATE\tSTEPS\tTIME\tMEMORY\tDISK\t  RUN")
	times, err := ReadTimes(results.Dir)
	if err != nil {
		return err
	}
	factor := calibration(times, runs)
	var took, left, longest, memory, disk float64
	var damages []error
	states := map[State]int{}
	for _, r := range withParents(runs) {
		state, err := stateOf(results.Path(r))
		switch {
		case state == Damaged:
			damages = append(damages, err)
		case err != nil:
			return err
		}
		states[state]++
		c := r.Cost()
		c.Seconds *= factor
		switch state {
		case Finished:
			if t, ok := times[r.ID()]; ok {
				c.Seconds = t
				took += t
			}
		case Damaged: // made by hand or not at all
		default:
			left += c.Seconds
			longest = max(longest, c.Seconds)
			disk += c.Disk
			memory = max(memory, c.Memory)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t  %s\n", state, r.Variables["EOSS_STEPS"], duration(c.Seconds), size(c.Memory), size(c.Disk), r.ID())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	done := fmt.Sprintf("%d runs, %d of them done in %s of one core", len(withParents(runs)), states[Finished], duration(took))
	if s.Workers == 0 {
		_, err = fmt.Fprintf(w, "%s; EOSS_WORKERS=0 starts none of the others\n", done)
		return once(append(damages, err)...)
	}
	wall := max(longest, left/float64(s.Workers))
	_, err = fmt.Fprintf(w, "%s; the others take about %s on %d workers, %s of memory and %s on disk in %s\n",
		done, duration(wall), s.Workers, size(memory*float64(s.Workers)), size(disk), s.Out)
	return once(append(damages, err)...)
}

// calibration is how many times longer than expected the runs took that are done here; 1 before there are three.
func calibration(times map[string]float64, runs []Run) float64 {
	took, expected, done := 0.0, 0.0, 0
	for _, r := range withParents(runs) {
		if t, ok := times[r.ID()]; ok {
			took, expected, done = took+t, expected+r.Cost().Seconds, done+1
		}
	}
	if done < 3 {
		return 1
	}
	return took / expected
}

func duration(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	if d > time.Minute {
		return d.Round(time.Minute).String()[:len(d.Round(time.Minute).String())-2]
	}
	return d.Round(time.Second).String()
}

func size(bytes float64) string { return experiments.Bytes(bytes).Rounded() }
