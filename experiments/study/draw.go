package study

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"eoss/internal/record"
)

// drawDone draws a figure, or says that what it shows diverged, and which of its runs are not done; without workers it is left as it was
// when it needs them.
func (m Maker) drawDone(stdout io.Writer, results *Results, f Figure) (drawn bool, err error) {
	all, undone := results.count(f.Runs)
	if undone == 0 || m.Workers > 0 {
		return m.draw(stdout, results, f)
	}
	_, err = f.Draw(results)
	switch {
	case errors.As(err, new(*UndoneError)):
		fmt.Fprintf(m.Log, "%s: not drawn, %d of its %d runs are not done\n", f.Name, undone, all)
		return false, nil
	case err == nil:
		fmt.Fprintf(m.Log, "%s: drawn in part, %d of its %d runs are not done\n", f.Name, undone, all)
	}
	return m.draw(stdout, results, f)
}

// Drawn is what is known of a figure: figures/NAME.json.
type Drawn struct {
	Name   string    `json:"name"`
	Title  string    `json:"title"`
	Files  []string  `json:"files"` // in the folder figures
	Runs   []string  `json:"runs"`  // that it shows: in part, the finished ones
	When   time.Time `json:"when"`
	Failed string    `json:"failed,omitempty"` // why there is none
}

// draw makes a figure's files, or says in its place why it cannot.
func (m Maker) draw(stdout io.Writer, results *Results, f Figure) (drawn bool, err error) {
	folder := filepath.Join(m.Out, "figures")
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return false, err
	}
	note := Drawn{Name: f.Name, Title: f.Title, When: time.Now().UTC().Truncate(time.Second)}
	for _, r := range withParents(results.finished(f.Runs)) {
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
	drawn = err == nil
	if err != nil {
		note.Failed = err.Error()
		err = &lacking{f.Name, err}
	}
	if errors.As(err, new(*DivergedError)) { // a result
		fmt.Fprintln(m.Log, err)
		drawn, err = true, nil
	}
	return drawn, errors.Join(err, record.WriteJSON(filepath.Join(folder, f.Name+".json"), note))
}
