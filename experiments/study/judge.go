package study

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"eoss/internal/record"
)

// claimsFile is the table of claims in a set's folder; claims.txt is the same to be read.
const claimsFile = "claims.json"

// judge measures the claims, replaces their rows in the table and prints it; judged says whether the runs
// that are done sufficed for any of it.
func (m Maker) judge(stdout io.Writer, results *Results, claims []Claim) (judged bool, err error) {
	var fresh []Row
	var errs []error
	for _, c := range claims {
		rows, err := c.Judge(results)
		if err != nil {
			if !errors.As(err, new(*DivergedError)) && !errors.As(err, new(*UndoneError)) {
				errs = append(errs, &lacking{fmt.Sprintf("claim %d", c.Number), err})
			}
			what := "all of it"
			if len(rows) > 0 {
				what = "the rest"
			}
			rows = append(rows, unmeasured(what, "", err))
		}
		for _, r := range rows {
			judged = judged || !r.undone
			r.Claim, r.Stated = c.Number, c.Stated
			r.Note = strings.TrimPrefix(r.Note+m.remark(), "; ")
			if r.Expected == "" {
				r.Expected = c.Expected
			}
			fresh = append(fresh, r)
		}
	}
	table, err := m.replaceRows(claims, fresh)
	errs = append(errs, err)
	if err == nil || table != nil {
		errs = append(errs, writeClaims(stdout, table))
	}
	return judged, errors.Join(errs...)
}

// remark are the user's variables that the numbers depend on, as the end of a row's note: the rows of another command may be without them.
func (s *Set) remark() (text string) {
	for _, name := range slices.Sorted(maps.Keys(s.User)) {
		if !slices.Contains(place, name) {
			text += "; " + name + "=" + s.User[name]
		}
	}
	return text
}

// replaceRows gives the claims their fresh rows in the table, and returns it as it is then; other processes may have replaced other rows.
func (m Maker) replaceRows(claims []Claim, fresh []Row) (table []Row, err error) {
	err = exclusively(m.Out, func() error {
		all, err := ReadClaims(m.Out)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(r Row) bool {
			return slices.ContainsFunc(claims, func(c Claim) bool { return c.Number == r.Claim })
		})
		all = append(all, fresh...)
		slices.SortStableFunc(all, func(a, b Row) int { return a.Claim - b.Claim })
		if err := record.WriteJSON(filepath.Join(m.Out, claimsFile), all); err != nil {
			return err
		}
		table = all
		return record.WriteFile(filepath.Join(m.Out, "claims.txt"), func(w io.Writer) error { return writeClaims(w, all) })
	})
	return table, err
}

// ReadClaims reads the table in a set's folder; it is empty before anything was judged.
func ReadClaims(dir string) (table []Row, err error) {
	err = readJSON(filepath.Join(dir, claimsFile), "remove it: claims makes it again from the runs", &table)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return table, err
}

// Absent is the row of what could not be measured because a run is not done or diverged; another error is returned.
func Absent(what, expected string, err error) (Row, error) {
	if !errors.As(err, new(*UndoneError)) && !errors.As(err, new(*DivergedError)) {
		return Row{}, err
	}
	return unmeasured(what, expected, err), nil
}

func unmeasured(what, expected string, err error) Row {
	return Row{Case: what, Expected: expected, Measured: Unknown, Outcome: NotMeasured, Note: err.Error(), undone: errors.As(err, new(*UndoneError))}
}

// writeClaims prints the rule, a line for every claim and one for each of its rows.
func writeClaims(w io.Writer, table []Row) error {
	if _, err := fmt.Fprintln(w, strings.ReplaceAll(Rule, ". ", ".\n")); err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	last := -1
	for _, r := range table {
		if r.Claim != last {
			last = r.Claim
			fmt.Fprintf(t, "%d\t%s\n", r.Claim, r.Stated)
		}
		fmt.Fprintf(t, "\t%s\texpected %s\tmeasured %s\t%s\t%s\n", r.Case, r.Expected, r.measured(), r.Outcome, r.Note)
	}
	return t.Flush()
}
