package quadratic

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"eoss/internal/record"
)

// Names of the files of the study.
const (
	FactsFile   = "facts.json"   // the list of Fact
	TableFile   = "facts.txt"    // the same as a table
	FiguresFile = "figures.json" // the list of Figure
)

// write puts the facts, their table and the figures' curves into a folder.
func write(outDir string, facts []Fact, figures []Figure) error {
	if err := os.MkdirAll(outDir, 0o777); err != nil {
		return err
	}
	if err := record.WriteJSON(filepath.Join(outDir, FactsFile), facts); err != nil {
		return err
	}
	if err := record.WriteJSON(filepath.Join(outDir, FiguresFile), figures); err != nil {
		return err
	}
	return record.WriteFile(filepath.Join(outDir, TableFile), func(w io.Writer) error { return WriteTable(w, facts) })
}

// WriteTable writes the facts as an aligned table.
func WriteTable(w io.Writer, facts []Fact) error {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "holds\tfact\texact\tsimulated [95 %] ± tolerance\tn\tsource\tstatement (note)")
	for _, f := range facts {
		holds := "yes"
		if !f.Holds {
			holds = "NO"
		}
		statement := f.Statement
		if f.Note != "" {
			statement += " (" + f.Note + ")"
		}
		count := "–"
		if f.N > 0 {
			count = fmt.Sprint(f.N)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", holds, f.ID, number(float64(f.Exact)), f.second(), count, f.Source, statement)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%s\nA fact holds when its exact value is within the tolerance of the 95 %% interval, which is widened\n"+
		"(Bonferroni) so that all intervals together hold the truth with 95 %%; or of the second value where there is no interval.\n", text.String())
	return err
}

// second is the simulated number with its interval or tolerance.
func (f Fact) second() string {
	s := number(float64(f.Simulated.Value))
	if f.hasInterval() {
		s += fmt.Sprintf(" [%s, %s]", number(float64(f.Simulated.Lo)), number(float64(f.Simulated.Hi)))
	}
	if f.Tolerance > 0 {
		s += " ± " + fmt.Sprintf("%.1g", f.Tolerance)
	}
	return s
}

// number has five digits; what is tiny, as rounding is, has two.
func number(x float64) string {
	if math.Abs(x) < 1e-5 && x != 0 {
		return fmt.Sprintf("%.1e", x)
	}
	return fmt.Sprintf("%.5g", x)
}
