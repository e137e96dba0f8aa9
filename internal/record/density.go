package record

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// DensityDir is the folder of a run directory that holds spectral densities, one file a step: 00000400.json.
const DensityDir = "spectral_density"

// Density is the spectral density of the full-batch Hessian at one training step, on a grid: it integrates to 1.
type Density struct {
	Step     int       `json:"step"`
	Grid     []float64 `json:"grid"`    // λ, rising
	Density  []float64 `json:"density"` // at the grid's points
	StdErr   []float64 `json:"stderr"`  // over the probes
	Width    float64   `json:"width"`   // σ of the Gaussian that stands for each eigenvalue
	Probes   int       `json:"probes"`
	Products int       `json:"products"` // matrix-vector products spent
	Seed     uint64    `json:"seed"`
}

// WriteDensity writes d into the run directory dir; the file of a step measured again is replaced.
func WriteDensity(dir string, d Density) error {
	folder := filepath.Join(dir, DensityDir)
	if err := errors.Join(os.MkdirAll(folder, 0o777), SyncDir(dir)); err != nil {
		return err
	}
	return WriteFile(filepath.Join(folder, fmt.Sprintf("%08d.json", d.Step)), func(w io.Writer) error {
		return json.NewEncoder(w).Encode(d)
	})
}

// RemoveDensities removes those of the run directory dir that are of the given step or a later one.
func RemoveDensities(dir string, from int) error {
	folder := filepath.Join(dir, DensityDir)
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		digits, ok := strings.CutSuffix(entry.Name(), ".json")
		if step, err := strconv.Atoi(digits); !ok || err != nil || step < from {
			continue
		}
		if err := os.Remove(filepath.Join(folder, entry.Name())); err != nil {
			return err
		}
	}
	return SyncDir(folder)
}

// ReadDensities reads all densities of the run directory dir in the order of their steps; none is no error.
func ReadDensities(dir string) ([]Density, error) {
	entries, err := os.ReadDir(filepath.Join(dir, DensityDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var all []Density
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != ".json" { // a temporary file
			continue
		}
		path := filepath.Join(dir, DensityDir, entry.Name())
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var d Density
		if err := json.Unmarshal(text, &d); err != nil {
			return nil, fmt.Errorf("%s is damaged: %w", path, err)
		}
		if n := len(d.Grid); n < 2 || len(d.Density) != n || len(d.StdErr) != n {
			return nil, fmt.Errorf("%s is damaged: %d grid points, %d densities, %d standard errors", path, n, len(d.Density), len(d.StdErr))
		}
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b Density) int { return cmp.Compare(a.Step, b.Step) })
	return all, nil
}
