package study

import (
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"eoss/experiments"
	"eoss/internal/record"
)

//go:embed report.html
var reportPage string

// page is what report.html shows.
type page struct {
	Rule, Profile, Machine, When string
	Claims                       []claimSection
	Figures                      []figureSection
	Failed                       []string
	Held, Judged, Unmeasured     int
}

type claimSection struct {
	Number int
	Stated string
	Rows   []claimLine
}

type claimLine struct {
	Row
	Number string // measured, with its interval
	Class  string
}

type figureSection struct {
	Name, Title string
	Images      []template.URL
	Failed      string
	Runs        []runLine
}

type runLine struct{ ID, Settings, State, Time string }

// Report writes report.html: every figure and the table of claims as they are in the set's folder, with the settings and
// the time of each run and what failed. The page holds its images and needs no network.
func (m Maker) Report(stdout io.Writer, all Selection) error {
	if err := m.checkMade(); err != nil {
		return err
	}
	p := page{Rule: Rule, Profile: m.Settings.Profile, When: time.Now().UTC().Format("2006-01-02 15:04 UTC"),
		Machine: fmt.Sprintf("%s, %d cores", experiments.CPUName(), runtime.NumCPU())}
	if err := p.addClaims(m.Out); err != nil {
		return err
	}
	times, err := ReadTimes(m.results().Dir)
	if err != nil {
		return err
	}
	for _, f := range all.Figures {
		s := m.figureSection(f, times)
		if s.Failed != "" {
			p.Failed = append(p.Failed, f.Name+": "+s.Failed)
		}
		p.Figures = append(p.Figures, s)
	}
	t, err := template.New("report").Parse(reportPage)
	if err != nil {
		return err
	}
	file := filepath.Join(m.Out, "report.html")
	if err := record.WriteFile(file, func(w io.Writer) error { return t.Execute(w, p) }); err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, file)
	return err
}

func (p *page) addClaims(dir string) error {
	table, err := ReadClaims(dir)
	if err != nil {
		return err
	}
	for _, r := range table {
		if n := len(p.Claims); n == 0 || p.Claims[n-1].Number != r.Claim {
			p.Claims = append(p.Claims, claimSection{Number: r.Claim, Stated: r.Stated})
		}
		c := &p.Claims[len(p.Claims)-1]
		c.Rows = append(c.Rows, claimLine{Row: r, Number: r.measured(), Class: strings.ReplaceAll(string(r.Outcome), " ", "-")})
		switch r.Outcome {
		case Holds:
			p.Held++
			p.Judged++
		case Fails, Undecided:
			p.Judged++
		case NotMeasured:
			p.Unmeasured++
			p.Failed = append(p.Failed, fmt.Sprintf("claim %d: %s", r.Claim, r.Note))
		}
	}
	return nil
}

// figureSection reads what is known of a figure, and says in its place what cannot be read of it.
func (m Maker) figureSection(f Figure, times map[string]float64) figureSection {
	s := figureSection{Name: f.Name, Title: f.Title}
	folder := filepath.Join(m.Out, "figures")
	var note Drawn
	err := readJSON(filepath.Join(folder, f.Name+".json"), remake, &note)
	if errors.Is(err, fs.ErrNotExist) {
		note.Failed, err = "not made yet", nil
	}
	failures := []string{note.Failed}
	fail := func(err error) {
		if err != nil {
			failures = append(failures, err.Error())
		}
	}
	fail(err)
	for _, file := range note.Files {
		if filepath.Ext(file) == ".png" {
			image, err := readImage(filepath.Join(folder, file))
			if fail(err); err == nil {
				s.Images = append(s.Images, image)
			}
		}
	}
	for _, r := range withParents(f.Runs) {
		line, err := m.runLine(r, times)
		fail(err)
		s.Runs = append(s.Runs, line)
	}
	s.Failed = strings.Join(slices.DeleteFunc(failures, func(text string) bool { return text == "" }), "; ")
	return s
}

// remake is what to do about a figure's files that are lost.
const remake = "make the figure again"

func readImage(path string) (template.URL, error) {
	image, err := os.ReadFile(path)
	if err != nil {
		var cause *fs.PathError
		if errors.As(err, &cause) {
			err = cause.Err
		}
		return "", &DamagedError{path, fmt.Sprintf("can't be read (%v)", err), remake}
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(image)), nil
}

// runLine is the line of a run. That it is damaged stands there.
func (m Maker) runLine(r Run, times map[string]float64) (runLine, error) {
	dir := m.results().Path(r)
	state, err := stateOf(dir)
	if state == Damaged {
		err = nil
	}
	line := runLine{ID: r.ID(), Settings: r.Variables.String(), State: state.String()}
	if t, ok := times[r.ID()]; ok {
		line.Time = duration(t)
	}
	if end, _, err := outcome(dir); err == nil && end.State != "" {
		line.State = end.State
	}
	return line, err
}

// String lists the variables.
func (v Variables) String() string {
	var parts []string
	for name, value := range v {
		if !slices.Contains(place, name) {
			parts = append(parts, name+"="+value)
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}
