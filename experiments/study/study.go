package study

import (
	"math"

	"eoss/experiments"
)

// Drawing is a figure that can be saved; base is the path of its files without extension.
type Drawing interface {
	Save(base string) (files []string, err error)
}

// Figure is one of the paper's figures.
type Figure struct {
	Name  string // of its files and its recipe, such as fig5
	Title string // what it shows, one line
	Runs  []Run
	SGD   bool // it holds what it shows against the threshold of plain SGD, whatever the optimizer
	// Draw returns the figure, by the suffix of its file name: "" for the figure itself, "a" for fig5a.
	Draw func(r *Results) (map[string]Drawing, error)
}

// Outcome of a claim.
type Outcome string

const (
	Holds       Outcome = "holds"
	Fails       Outcome = "does not hold"
	Undecided   Outcome = "undecided" // the interval reaches beyond the expected range and into it
	Reported    Outcome = "reported"  // the paper gives no number to hold it against
	NotMeasured Outcome = "not measured"
)

// Row is one line of the table of claims.
type Row struct {
	Claim    int                  `json:"claim"`            // its number in the list of claims
	Stated   string               `json:"stated"`           // what the paper states
	Case     string               `json:"case"`             // the model, η and b of this row; "" if the claim has one row
	Expected string               `json:"expected"`         // the number expected here
	Limits   []float64            `json:"limits,omitempty"` // the ends of the range that is expected
	Measured experiments.Interval `json:"measured"`
	Unit     string               `json:"unit,omitempty"`
	Outcome  Outcome              `json:"outcome"`
	Note     string               `json:"note,omitempty"` // seeds, what the interval is of, what is remarkable

	undone bool // it waits for a run
}

// Unknown is the number of a row that was not measured.
var Unknown = experiments.Interval{Value: experiments.Real(math.NaN()), Lo: experiments.Real(math.NaN()), Hi: experiments.Real(math.NaN())}

// Claim is a sentence of the paper, with what is needed to judge it.
type Claim struct {
	Number   int
	Stated   string
	Expected string
	Runs     []Run
	// Judge measures; it fills in Case, Measured, Unit, Outcome and Note, and Expected where a row has its own.
	Judge func(r *Results) ([]Row, error)
}

// Study is a group of figures and claims with what they need. The functions get the set that runs are built with.
type Study struct {
	Name    string // of its recipe, such as shifts
	Title   string
	Figures func(s *Set) []Figure
	Claims  func(s *Set) []Claim
}

// Rule says how a row is judged, and what its interval is of.
const Rule = "A row holds when the number is in the expected range and its 95 % interval is too, or is no wider than a range of two ends; it does not hold when " +
	"the whole interval is outside, and is undecided otherwise. A number without interval is judged by its value. The interval of a mean is Student's over " +
	"seeds; that of the plateau of 1 seed is of the scatter in its last quarter, and does not know what another seed would change; that of a ratio in claims 13 and 15 " +
	"of 1 seed is no 95 % interval, but the span of the ratios at its measurements. A note that a plateau was still rising or falling means that its verdict is " +
	"on where it stood in that quarter, not on where it would come to rest. The interval of a fitted " +
	"slope is the regression's over b, or, where that is wider, Student's over the seeds' slopes; that of a bend is the profile likelihood's. A fact of claim 14 " +
	"holds when the expected number, give or take its ±, is in the interval after that is widened so that all facts' intervals together hold the truth with " +
	"95 % (Bonferroni), and else does not hold. Claim 17 holds when so many bumps would come by chance with a probability below 5 %."
