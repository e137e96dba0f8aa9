package quadratic

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"eoss/experiments"
	"eoss/experiments/study"
)

var quick = sync.OnceValues(func() (result struct {
	facts   []Fact
	figures []Figure
}, err error) {
	result.facts, result.figures, err = Facts(context.Background(), Options{Seed: 1, Quick: true}, nil)
	return result, err
})

// TestFacts: every statement of the list holds, and none would if its exact value were another by a fifth.
func TestFacts(t *testing.T) {
	all, err := quick()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, f := range all.facts {
		if !f.Holds {
			t.Errorf("%s: exact %v, simulated %v", f.ID, f.Exact, f.second())
		}
		if seen[f.ID] || f.Source == "" || f.Statement == "" {
			t.Errorf("%s is listed twice, or says too little", f.ID)
		}
		seen[f.ID] = true
	}
	for _, sign := range []float64{1, -1} {
		shifted := append([]Fact(nil), all.facts...)
		for i := range shifted {
			shifted[i].Exact += experiments.Real(sign * 0.2 * math.Max(1, math.Abs(float64(shifted[i].Exact))))
		}
		judge(shifted)
		for _, f := range shifted {
			if f.Holds {
				t.Errorf("%s would also hold at %v: simulated %s", f.ID, f.Exact, f.second())
			}
		}
	}
}

// TestRowSaysTheTolerance: what a fact may be off by is in its line of the table, as the interval is, and whether it holds.
func TestRowSaysTheTolerance(t *testing.T) {
	for want, f := range map[string]Fact{
		"2":               {Exact: 2, Simulated: interval(2, 1.9, 2.1)},
		"2 ± 1.5e-12":     {Exact: 2, Simulated: alone(2), Tolerance: 1.4506e-12},
		"1.30792 ± 1e-05": {Exact: 1.307916, Simulated: alone(1.307916), Tolerance: 1e-5},
		"7.6943 ± 0.15":   {Exact: 7.69434, Simulated: interval(7.7, 7.68, 7.73), Tolerance: 0.1539},
	} {
		if got := f.row().Expected; got != want {
			t.Errorf("expected %q, not %q", got, want)
		}
	}
	for holds, want := range map[bool]study.Outcome{true: study.Holds, false: study.Fails} {
		if got := (Fact{Holds: holds}).row().Outcome; got != want {
			t.Errorf("a fact that holds (%v) is a row that %s", holds, got)
		}
	}
}

// TestSeeds: the same seed gives the same numbers; another one other simulations of the same exact values.
func TestSeeds(t *testing.T) {
	run := func(seed uint64) []Fact {
		s := &simulation{Options: Options{Seed: seed, Quick: true}}
		for _, add := range []func(*simulation) error{twoPointEdges, interaction, reshuffling, diagonalNetwork} {
			if err := add(s); err != nil {
				t.Fatal(err)
			}
		}
		return s.facts
	}
	text := func(facts []Fact) string {
		b, err := json.Marshal(facts)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	one, again, two := run(1), run(1), run(2)
	if text(one) != text(again) {
		t.Error("the same seed gave other numbers")
	}
	for i := range one {
		if one[i].Exact != two[i].Exact {
			t.Errorf("%s: the exact value depends on the seed", one[i].ID)
		}
		if one[i].hasInterval() && one[i].Simulated == two[i].Simulated {
			t.Errorf("%s: another seed gave the same simulation", one[i].ID)
		}
	}
}

// TestFigures: curves can be drawn.
func TestFigures(t *testing.T) {
	all, err := quick()
	if err != nil {
		t.Fatal(err)
	}
	if len(all.figures) != 4 {
		t.Errorf("%d figures", len(all.figures))
	}
	for _, f := range all.figures {
		if _, err := f.Sheet(); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		for _, c := range f.Curves {
			if len(c.X) == 0 || len(c.Y) != len(c.X) || c.Points != (len(c.Lo) == len(c.X)) || len(c.Lo) != len(c.Hi) {
				t.Errorf("%s: %s has %d, %d, %d, %d values", f.Name, c.Name, len(c.X), len(c.Y), len(c.Lo), len(c.Hi))
			}
			for _, axis := range []struct {
				Axis
				values [][]float64
			}{{f.X, [][]float64{c.X}}, {f.Y, [][]float64{c.Y, c.Lo, c.Hi}}} {
				for _, values := range axis.values {
					for _, v := range values {
						if math.IsNaN(v) || math.IsInf(v, 0) || axis.Log && v <= 0 {
							t.Errorf("%s: %s has the value %v on the axis %s", f.Name, c.Name, v, axis.Label)
						}
					}
				}
			}
		}
	}
}

// TestFiles: what is written can be read, and a fact that fails is shown as such.
func TestFiles(t *testing.T) {
	facts := []Fact{
		{ID: "right", Exact: 1, Simulated: interval(1.01, 0.9, 1.2), N: 10},
		{ID: "wrong", Exact: 2, Simulated: interval(1.01, 0.9, 1.2), N: 10},
		{ID: "unknown", Exact: 2, Simulated: alone(math.NaN())},
	}
	judge(facts)
	dir := filepath.Join(t.TempDir(), "new")
	if err := write(dir, facts, []Figure{{Name: "f"}}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, FactsFile))
	if err != nil {
		t.Fatal(err)
	}
	var back []Fact
	if err := json.Unmarshal(text, &back); err != nil || len(back) != 3 {
		t.Fatal(back, err)
	}
	if holds := []bool{back[0].Holds, back[1].Holds, back[2].Holds}; !reflect.DeepEqual(holds, []bool{true, false, false}) {
		t.Errorf("holds: %v", holds)
	}
	table, err := os.ReadFile(filepath.Join(dir, TableFile))
	if err != nil || !strings.Contains(string(table), "NO     wrong") || !bytes.Contains(table, []byte("1.01 [0.9, 1.2]")) {
		t.Errorf("%s %v", table, err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := Facts(ctx, Options{}, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
