package study

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"eoss/experiments"
	"eoss/internal/record"
)

// Maker makes the figures and the table of claims of a set in its folder: runs/, figures/, claims.json, claims.txt.
type Maker struct {
	*Set
	Settings
	Log io.Writer // progress
}

func (m Maker) results() *Results {
	r := NewResults(filepath.Join(m.Out, "runs"))
	r.Partial = m.Workers == 0
	return r
}

// Plan prints the runs of a selection and starts nothing.
func (m Maker) Plan(w io.Writer, s Selection) error {
	runs, results := s.runs(), m.results()
	if err := m.check(results, runs); err != nil {
		return err
	}
	return WritePlan(w, m.Settings, results, runs)
}

// Make does the runs that are missing, unless there are no workers, draws the figures and judges the claims. What fails is left out, said, and makes the
// whole fail at the end.
func (m Maker) Make(ctx context.Context, stdout io.Writer, s Selection) error {
	runs, results := s.runs(), m.results()
	if err := m.check(results, runs); err != nil {
		return err
	}
	var errs []error
	if m.Workers > 0 {
		if err := m.rehearse(results, runs); err != nil {
			return err
		}
		pool := Pool{Results: results, User: m.User, Workers: m.Workers, Log: m.Log}
		failure := pool.Do(ctx, runs)
		if errors.Is(failure, experiments.ErrInterrupted) {
			return failure
		}
		errs = append(errs, failure)
	}
	errs = append(errs, m.single(stdout, results, s.Single))
	for _, f := range s.Figures {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		errs = append(errs, m.drawDone(stdout, results, f))
	}
	if len(s.Claims) > 0 {
		errs = append(errs, m.judge(stdout, results, s.Claims))
	}
	return once(errs...)
}

// single prints the folders of single runs, and says which are not done.
func (m Maker) single(stdout io.Writer, results *Results, runs []Run) error {
	var errs []error
	for _, r := range runs {
		state, err := stateOf(results.Path(r))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if state != Finished {
			fmt.Fprintf(m.Log, "%s is not done\n", r.ID())
			continue
		}
		fmt.Fprintln(stdout, results.Path(r))
	}
	return errors.Join(errs...)
}

// drawDone draws a figure and says which of its runs are not done; without workers it is left as it was when it needs them.
func (m Maker) drawDone(stdout io.Writer, results *Results, f Figure) error {
	all, undone := results.count(f.Runs)
	if undone == 0 || m.Workers > 0 {
		return m.draw(stdout, results, f)
	}
	_, err := f.Draw(results)
	if errors.As(err, new(*UndoneError)) {
		fmt.Fprintf(m.Log, "%s: not drawn, %d of its %d runs are not done\n", f.Name, undone, all)
		return nil
	}
	fmt.Fprintf(m.Log, "%s: without the %d of its %d runs that are not done\n", f.Name, undone, all)
	return m.draw(stdout, results, f)
}

// Drawn is what is known of a figure: figures/NAME.json.
type Drawn struct {
	Name   string    `json:"name"`
	Title  string    `json:"title"`
	Files  []string  `json:"files"` // in the folder figures
	Runs   []string  `json:"runs"`
	When   time.Time `json:"when"`
	Failed string    `json:"failed,omitempty"` // why there is none
}

// draw makes a figure's files, or says in its place why it cannot.
func (m Maker) draw(stdout io.Writer, results *Results, f Figure) error {
	folder := filepath.Join(m.Out, "figures")
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	note := Drawn{Name: f.Name, Title: f.Title, When: time.Now().UTC().Truncate(time.Second)}
	for _, r := range withParents(f.Runs) {
		note.Runs = append(note.Runs, r.ID())
	}
	drawings, err := f.Draw(results)
	if err == nil {
		for _, suffix := range slices.Sorted(maps.Keys(drawings)) {
			var files []string
			if files, err = drawings[suffix].Save(filepath.Join(folder, f.Name+suffix)); err != nil {
				break
			}
			for _, file := range files {
				note.Files = append(note.Files, filepath.Base(file))
			}
			fmt.Fprintln(stdout, files[0])
		}
	}
	if err != nil {
		note.Failed = err.Error()
		err = &lacking{f.Name, err}
	}
	return errors.Join(err, record.WriteJSON(filepath.Join(folder, f.Name+".json"), note))
}
