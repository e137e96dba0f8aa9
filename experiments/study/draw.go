package study

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"eoss/internal/record"
)

// Drawn is what is known of a figure: figures/NAME.json.
type Drawn struct {
	Name   string    `json:"name"`
	Title  string    `json:"title"`
	Files  []string  `json:"files"` // in the folder figures
	Runs   []string  `json:"runs"`  // that it shows: in part, the finished ones
	When   time.Time `json:"when"`
	Failed string    `json:"failed,omitempty"` // why there is none
}

// drawing is a figure on its way to its files.
type drawing struct {
	note   Drawn
	sheets map[string]Drawing
	files  []string // the first of every sheet
	err    error    // of the figure
	unsaid error    // of its note
	saved  chan struct{}
}

// drawAll draws the figures one after the other, and writes the files of several side by side, which takes longest. It prints their names in
// the figures' order. It ends early when ctx does.
func (m Maker) drawAll(ctx context.Context, stdout io.Writer, results *Results, figures []Figure) (made bool, err error) {
	drawings, free := make(chan *drawing, len(figures)), make(chan struct{}, runtime.GOMAXPROCS(0))
	go func() {
		defer close(drawings)
		for _, f := range figures {
			free <- struct{}{}
			if ctx.Err() != nil {
				return
			}
			d := m.draw(results, f)
			drawings <- d
			go func() {
				m.save(d)
				close(d.saved)
				<-free
			}()
		}
	}()
	var errs []error
	for d := range drawings {
		<-d.saved
		drawn, err := m.said(stdout, d)
		made, errs = made || drawn, append(errs, err)
	}
	return made, errors.Join(errs...)
}

// draw draws a figure, and says which of its runs are not done.
func (m Maker) draw(results *Results, f Figure) *drawing {
	d := &drawing{note: Drawn{Name: f.Name, Title: f.Title, When: time.Now().UTC().Truncate(time.Second)}, saved: make(chan struct{})}
	for _, r := range withParents(results.finished(f.Runs)) {
		d.note.Runs = append(d.note.Runs, r.ID())
	}
	d.sheets, d.err = f.Draw(results)
	if all, undone := results.count(f.Runs); undone > 0 && m.Workers == 0 {
		switch {
		case d.waits():
			fmt.Fprintf(m.Log, "%s: not drawn, %d of its %d runs are not done\n", f.Name, undone, all)
		case d.err == nil:
			fmt.Fprintf(m.Log, "%s: drawn in part, %d of its %d runs are not done\n", f.Name, undone, all)
		}
	}
	return d
}

// waits says that runs that the figure needs are not done.
func (d *drawing) waits() bool { return errors.As(d.err, new(*UndoneError)) }

// save writes a figure's files, or says in their place why there are none. Without workers a figure that waits for runs is left as it was.
func (m Maker) save(d *drawing) {
	if d.waits() && m.Workers == 0 {
		return
	}
	folder := filepath.Join(m.Out, "figures")
	if err := os.MkdirAll(folder, 0o777); err != nil {
		d.err = err
		return
	}
	for _, suffix := range slices.Sorted(maps.Keys(d.sheets)) {
		files, err := d.sheets[suffix].Save(filepath.Join(folder, d.note.Name+suffix))
		if err != nil {
			d.err = err
			break
		}
		for _, file := range files {
			d.note.Files = append(d.note.Files, filepath.Base(file))
		}
		d.files = append(d.files, files[0])
	}
	d.sheets = nil
	if d.err != nil {
		d.note.Failed = d.err.Error()
		d.err = &lacking{d.note.Name, d.err}
	}
	d.unsaid = record.WriteJSON(filepath.Join(folder, d.note.Name+".json"), d.note)
}

// said prints the files of a figure, or, of one that shows runs that diverged, that they did: a result.
func (m Maker) said(stdout io.Writer, d *drawing) (drawn bool, err error) {
	for _, file := range d.files {
		fmt.Fprintln(stdout, file)
	}
	switch {
	case d.waits() && m.Workers == 0:
		return false, nil
	case errors.As(d.err, new(*DivergedError)):
		fmt.Fprintln(m.Log, d.err)
		return true, d.unsaid
	}
	return d.err == nil, errors.Join(d.err, d.unsaid)
}
