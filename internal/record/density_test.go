package record

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestDensities: what is written is read in the order of the steps, a step once.
func TestDensities(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run [1]") // characters that a pattern would read as its own
	if got, err := ReadDensities(dir); err != nil || len(got) != 0 {
		t.Fatalf("no densities: %v, %v", got, err)
	}
	d := func(step int, y float64) Density {
		return Density{Step: step, Grid: []float64{-1, 0.1}, Density: []float64{y, 2}, StdErr: []float64{0, 0.5}, Width: 0.25, Probes: 3, Products: 9, Seed: 1}
	}
	for _, x := range []Density{d(1000, 1), d(20, 2), d(1000, 3)} {
		if err := WriteDensity(dir, x); err != nil {
			t.Fatal(err)
		}
	}
	got, err := ReadDensities(dir)
	if want := []Density{d(20, 2), d(1000, 3)}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	path := filepath.Join(dir, DensityDir, "00000020.json")
	for _, text := range []string{`{"step":20`, `{"step":20,"grid":[1,2],"density":[1],"stderr":[1,2]}`} {
		os.WriteFile(path, []byte(text), 0o666)
		if _, err := ReadDensities(dir); err == nil || !strings.Contains(err.Error(), path+" is damaged") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
