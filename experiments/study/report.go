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
	Profile, Machine, When string
	Claims                 []claimSection
	Figures                []figureSection
	Failed                 []string
	Held, Judged           int
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
	p := page{Profile: m.Settings.Profile, When: time.Now().UTC().Format("2006-01-02 15:04 UTC"),
		Machine: fmt.Sprintf("%s, %d cores", experiments.CPUName(), runtime.NumCPU())}
	if err := p.addClaims(m.Out); err != nil {
		return err
	}
	times, err := ReadTimes(m.results().Dir)
	if err != nil {
		return err
	}
	for _, f := range all.Figures {
		s, err := m.figureSection(f, times)
		if err != nil {
			return err
		}
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
		if r.Outcome != Reported {
			p.Judged++
		}
		switch r.Outcome {
		case Holds:
			p.Held++
		case NotMeasured:
			p.Failed = append(p.Failed, fmt.Sprintf("claim %d: %s", r.Claim, r.Note))
		}
	}
	return nil
}

// figureSection reads what is known of a figure.
func (m Maker) figureSection(f Figure, times map[string]float64) (figureSection, error) {
	s := figureSection{Name: f.Name, Title: f.Title}
	folder := filepath.Join(m.Out, "figures")
	var note Drawn
	err := readJSON(filepath.Join(folder, f.Name+".json"), "make the figure again", &note)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		note.Failed = "not made yet"
	case err != nil:
		return s, err
	}
	s.Failed = note.Failed
	for _, file := range note.Files {
		if filepath.Ext(file) != ".png" {
			continue
		}
		image, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			return s, err
		}
		s.Images = append(s.Images, template.URL("data:image/png;base64,"+base64.StdEncoding.EncodeToString(image)))
	}
	for _, r := range withParents(f.Runs) {
		state, err := stateOf(m.results().Path(r))
		if err != nil && state != Damaged {
			return s, err
		}
		line := runLine{ID: r.ID(), Settings: r.Variables.String(), State: state.String()}
		if t, ok := times[r.ID()]; ok {
			line.Time = duration(t)
		}
		if end, _, err := outcome(m.results().Path(r)); err == nil && end.State != "" {
			line.State = end.State
		}
		s.Runs = append(s.Runs, line)
	}
	return s, nil
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
