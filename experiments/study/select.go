package study

import (
	"fmt"
	"slices"
	"strings"

	"eoss/experiments"
)

// Selection is what a command makes.
type Selection struct {
	Studies []string
	Figures []Figure
	Claims  []Claim
	Single  []Run // beyond those of Figures and Claims

	figuresOf, claimsOf map[string][]int // by study: places in Figures and in Claims
}

// Studies builds all figures and claims of a set.
func Studies(s *Set, list []Study) Selection {
	all := Selection{figuresOf: map[string][]int{}, claimsOf: map[string][]int{}}
	for _, st := range list {
		all.Studies = append(all.Studies, st.Name)
		for _, f := range st.Figures(s) {
			all.figuresOf[st.Name] = append(all.figuresOf[st.Name], len(all.Figures))
			all.Figures = append(all.Figures, f)
		}
		for _, c := range st.Claims(s) {
			all.claimsOf[st.Name] = append(all.claimsOf[st.Name], len(all.Claims))
			all.Claims = append(all.Claims, c)
		}
	}
	return all
}

// Pick selects by names: a figure, a study (its figures and claims), figures (all of them), claims (all of them), or one run of any of
// them by its ID.
func (all Selection) Pick(names []string) (picked Selection, err error) {
	figures, claims := make([]bool, len(all.Figures)), make([]bool, len(all.Claims))
	mark := func(list []bool, places []int) {
		for _, i := range places {
			list[i] = true
		}
	}
	var runs []Run
	for _, name := range names {
		f := slices.IndexFunc(all.Figures, func(f Figure) bool { return f.Name == name })
		switch {
		case name == "figures":
			figures = trues(len(figures))
		case name == "claims":
			claims = trues(len(claims))
		case f >= 0:
			figures[f] = true
		case slices.Contains(all.Studies, name):
			mark(figures, all.figuresOf[name])
			mark(claims, all.claimsOf[name])
		default:
			if runs == nil {
				runs = withParents(all.runs())
			}
			if i := slices.IndexFunc(runs, func(r Run) bool { return r.ID() == name }); i >= 0 {
				picked.Single = append(picked.Single, runs[i])
				continue
			}
			return picked, &experiments.UsageError{Reason: fmt.Sprintf("there is no figure, study or run %q: give figures, claims, %s, a figure from %s to %s, or a run that plan lists (-h explains)",
				name, strings.Join(all.Studies, ", "), all.Figures[0].Name, all.Figures[len(all.Figures)-1].Name)}
		}
	}
	for i, f := range all.Figures {
		if figures[i] {
			picked.Figures = append(picked.Figures, f)
		}
	}
	for i, c := range all.Claims {
		if claims[i] {
			picked.Claims = append(picked.Claims, c)
		}
	}
	return picked, nil
}

func trues(n int) []bool { return slices.Repeat([]bool{true}, n) }

// runs are all that the selection needs.
func (all Selection) runs() (runs []Run) {
	for _, f := range all.Figures {
		runs = append(runs, f.Runs...)
	}
	for _, c := range all.Claims {
		runs = append(runs, c.Runs...)
	}
	return append(runs, all.Single...)
}
