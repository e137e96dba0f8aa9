package study

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoss/internal/record"
)

// TestReportWithoutAPicture: what is lost of one figure is said in its place and at the top, and the page has all others.
func TestReportWithoutAPicture(t *testing.T) {
	m := maker(t, nil)
	figures := filepath.Join(m.Out, "figures")
	folder(t, figures, "whole.png", "half.png", "cut.json")
	all := Selection{Figures: []Figure{{Name: "whole"}, {Name: "half"}, {Name: "cut"}}}
	for name, files := range map[string][]string{"whole": {"whole.png"}, "half": {"half-b.png", "half.png", "half.svg"}} {
		if err := record.WriteJSON(filepath.Join(figures, name+".json"), Drawn{Name: name, Files: files}); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Report(&bytes.Buffer{}, all); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(m.Out, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(page), "data:image/png;base64,eA=="); n != 2 {
		t.Errorf("it has %d pictures, not 2", n)
	}
	for _, want := range []string{"half-b.png can&#39;t be read (", "cut.json is damaged ("} {
		if n := strings.Count(string(page), filepath.Join(figures, want)); n != 2 {
			t.Errorf("%s stands there %d times, not 2\n%s", want, n, page)
		}
	}
	if n := strings.Count(string(page), "make the figure again"); n != 4 {
		t.Errorf("the remedy stands there %d times, not 4", n)
	}
}

// TestReportCountsWhatWasMeasured: of the rows that were not measured none can hold; they are counted apart.
func TestReportCountsWhatWasMeasured(t *testing.T) {
	for _, c := range []struct {
		rows []Outcome
		want string
	}{
		{[]Outcome{Holds, Fails, Undecided, Reported, NotMeasured, NotMeasured}, "1 of 3 rows of the table of claims hold; 2 are not measured."},
		{[]Outcome{Holds, NotMeasured}, "1 of 1 rows of the table of claims hold; 1 is not measured."},
		{[]Outcome{Holds, Reported}, "1 of 1 rows of the table of claims hold."},
	} {
		m := maker(t, nil)
		folder(t, m.Out)
		var table []Row
		for _, o := range c.rows {
			table = append(table, Row{Claim: 1, Outcome: o, Measured: Unknown})
		}
		if err := record.WriteJSON(filepath.Join(m.Out, claimsFile), table); err != nil {
			t.Fatal(err)
		}
		if err := m.Report(&bytes.Buffer{}, Selection{}); err != nil {
			t.Fatal(err)
		}
		page, err := os.ReadFile(filepath.Join(m.Out, "report.html"))
		if err != nil || !strings.Contains(string(page), c.want) {
			t.Errorf("the page lacks %q, %v\n%s", c.want, err, page)
		}
	}
}
