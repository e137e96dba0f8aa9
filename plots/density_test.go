package plots_test

import (
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"eoss/internal/record"
	"eoss/plots"
)

// TestDensities: the first, a middle and the last of a run's densities, on one axis that reaches to 2/η, down to a tenth of one eigenvalue's height.
func TestDensities(t *testing.T) {
	dir := t.TempDir()
	v := invented{steps: 1000, every: 100}
	writeRun(t, dir, v.config(), append(v.rows(), record.Row{Step: 800, Name: "spectral_density_mean", Value: 0.1}))
	run, err := plots.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := plots.Densities(run); !errors.Is(err, plots.ErrNothing) {
		t.Errorf("without densities: %v", err)
	}
	const width, top = 0.5, 30.0
	run.Config.Params = 1000
	one := 1 / (math.Sqrt(2*math.Pi) * width * 1000)
	for step := 0; step <= 800; step += 200 {
		d := record.Density{Step: step, Grid: []float64{-1, 0, 10, 20, top}, Density: []float64{one / 50, 1, one / 20, one / 5, one}, StdErr: make([]float64, 5), Width: width}
		if err := record.WriteDensity(dir, d); err != nil {
			t.Fatal(err)
		}
	}
	sheet, err := plots.Densities(run)
	if err != nil {
		t.Fatal(err)
	}
	column := plots.Column(sheet)
	if len(column) != 3 {
		t.Fatalf("%d panels", len(column))
	}
	for i, a := range column {
		step, edge := []string{"at step 0", "at step 400", "at step 800"}[i], 2/inventedLR
		if !slices.Equal(a.Legend, []string{step, "2/η = 200"}) {
			t.Errorf("panel %d: the legend is %q", i, a.Legend)
		}
		if a.Left > 0 || a.Left <= -10 || a.Right < edge || a.Right > 1.1*edge {
			t.Errorf("panel %d reaches from %g to %g", i, a.Left, a.Right)
		}
		if a.Low > one/5 || a.Low < one/50 { // nothing below a tenth counts
			t.Errorf("panel %d begins at %g, one eigenvalue is %g high", i, a.Low, one)
		}
	}
	if err := plots.Draw(dir, io.Discard); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "figures", "spectral-density.png")); err != nil {
		t.Error(err)
	}
}
