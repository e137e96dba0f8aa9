package study

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoss/experiments"
)

// TestOut: a folder where no set can be is refused in a line that names EOSS_OUT, before any work and without making anything.
func TestOut(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		out     string
		workers int
		want    string // "" if it is fine
	}{
		{file, 1, "EOSS_OUT=" + file + ": " + file + " is a file"}, {filepath.Join(file, "a", "b"), 1, file + " is a file"},
		{filepath.Join(dir, "new", "set"), 1, ""}, {filepath.Join(dir, "new"), 0, "has no folder runs, and EOSS_WORKERS=0"}, {dir, 0, "has no folder runs"}, {file, 0, "has no folder runs"},
	} {
		err := Settings{Out: c.out, Workers: c.workers}.checkOut(true)
		if c.want != "" {
			refused(t, c.out, err, c.want)
		} else if err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "new")); err == nil {
		t.Error("it was made")
	}
	refused(t, "no place for a folder", Settings{Out: filepath.Join(file, "x"), Workers: 1}.makeOut(), "EOSS_OUT="+filepath.Join(file, "x")+": can't be written (not a directory)")
	set := filepath.Join(dir, "set")
	if err := (Settings{Out: set, Workers: 1}).makeOut(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Join(set, "runs")); err != nil || len(left) != 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

// TestNothingMade: without workers, a selection of which nothing can be made fails.
func TestNothingMade(t *testing.T) {
	m := maker(t, nil)
	m.Workers = 0
	m.Log = &bytes.Buffer{}
	if err := os.MkdirAll(m.results().Dir, 0o777); err != nil {
		t.Fatal(err)
	}
	run := m.Train("mlp", 0.01, 16, 0, nil)
	read := func(r *Results) error { _, err := r.Run(run); return err }
	gone := func(*Results) error { return &DivergedError{Run: "a", Step: 3} }
	of := func(needs func(*Results) error) (Selection, Selection) {
		return Selection{Figures: []Figure{{Name: "fig0", Runs: []Run{run}, Draw: func(r *Results) (map[string]Drawing, error) { return nil, needs(r) }}}},
			Selection{Claims: []Claim{{Number: 1, Judge: func(r *Results) ([]Row, error) { return nil, needs(r) }}}}
	}
	figure, claim := of(read)
	rows := Selection{Claims: []Claim{{Number: 1, Judge: func(r *Results) ([]Row, error) {
		row, err := Absent("b = 16", "", read(r))
		return []Row{row}, err
	}}}}
	for name, s := range map[string]Selection{"figure": figure, "claim": claim, "claim row by row": rows, "run": {Single: []Run{run}}} {
		if err := m.Make(context.Background(), &bytes.Buffer{}, s); experiments.ExitStatus(err) != experiments.ExitFailure || !strings.Contains(err.Error(), "nothing of it can be made") {
			t.Errorf("%s: %v", name, err)
		}
	}
	figure, claim = of(gone)
	for name, s := range map[string]Selection{"figure": figure, "claim": claim} {
		if err := m.Make(context.Background(), &bytes.Buffer{}, s); err != nil {
			t.Errorf("a %s that diverged: %v", name, err)
		}
	}
}

// TestUnsaid: that the names of what is made can't be printed fails the whole, once, and all of it is made.
func TestUnsaid(t *testing.T) {
	m := maker(t, nil)
	m.Workers, m.Log = 0, &bytes.Buffer{}
	run := m.Train("mlp", 0.01, 16, 0, nil)
	measured(t, m.results(), run, 100, "finished", 100)
	read, out := io.Pipe()
	unread := errors.New("unread")
	read.CloseWithError(unread)
	judged := 0
	claim := Claim{Number: 1, Judge: func(*Results) ([]Row, error) { judged++; return nil, nil }}
	for _, claims := range [][]Claim{nil, {claim}} {
		err := m.Make(context.Background(), out, Selection{Single: []Run{run, run}, Claims: claims})
		if !errors.Is(err, unread) || err.Error() != "unread" || judged != len(claims) {
			t.Errorf("%d claims, %d of them judged: %v", len(claims), judged, err)
		}
	}
}

// TestDamagedJSON: a file of the set that is cut is named with its remedy, once, before the runs begin.
func TestDamagedJSON(t *testing.T) {
	m := maker(t, nil)
	m.Log = &bytes.Buffer{}
	folder(t, m.results().Dir)
	run := m.Train("mlp", 0.01, 16, 0, nil)
	claim := Selection{Claims: []Claim{{Number: 1, Runs: []Run{run}, Judge: func(*Results) ([]Row, error) { return nil, nil }}}}
	for _, c := range []struct{ path, remedy string }{
		{filepath.Join(m.Out, claimsFile), "remove it: claims makes it again"},
		{filepath.Join(m.results().Dir, timesFile), "remove it: only how long the runs took is lost"},
	} {
		if err := os.WriteFile(c.path, []byte("{"), 0o666); err != nil {
			t.Fatal(err)
		}
		err := m.Make(context.Background(), &bytes.Buffer{}, claim)
		if !errors.As(err, new(*DamagedError)) || !strings.HasPrefix(err.Error(), c.path+" is damaged") || !strings.Contains(err.Error(), c.remedy) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", c.path, err)
		}
		if s, _ := stateOf(m.results().Path(run)); s != Missing {
			t.Errorf("%s: the run is %v", c.path, s)
		}
	}
}
