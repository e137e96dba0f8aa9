// Package reference reads the reference cases that tests compare with: one .npz file per network, with every
// number that must follow from its parameters and data, computed in float64 elsewhere.
package reference

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"sort"
	"strings"

	"codeberg.org/sbinet/npyio/npz"
)

// Env is the variable that names the directory of the cases; tests skip without it.
const Env = "EOSS_REFERENCE"

// Meta is the case's description of itself.
type Meta struct {
	Name       string
	Kind       string
	Activation string
	Loss       string
	N          int
	Outputs    int
	B, K, P    int
	InputShape []int `json:"input_shape"`
	Params     []string
	Shapes     [][]int
	Step       float64
	Hidden     []int
	Channels   []int
	FC         int
	Width      int
	Blocks     int
	D          int

	Prime       int64
	Denominator float64
	Recipe      struct {
		Theta map[string]Wave
		X, V  Wave
	}
}

// Wave is a closed form: amp·sin or amp·cos of phase(k; i, j).
type Wave struct {
	Amp float64
	K   [6]int64
}

// Case is one file.
type Case struct {
	Meta
	r *npz.Reader
}

// Files lists the .npz files of the directory that the variable names, in order; none without it.
func Files() ([]string, error) {
	dir := Path(Env)
	if dir == "" {
		return nil, nil
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.npz"))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s=%s holds no .npz file", Env, dir)
	}
	sort.Strings(files)
	return files, err
}

// Name is the case's name, from its file's.
func Name(file string) string { return strings.TrimSuffix(filepath.Base(file), ".npz") }

// Open reads a case's description.
func Open(file string) (*Case, error) {
	r, err := npz.Open(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	c := &Case{r: r}
	var text []uint8
	if err := r.Read("meta.npy", &text); err != nil {
		return nil, fmt.Errorf("%s: meta: %w", file, err)
	}
	if err := json.Unmarshal(text, &c.Meta); err != nil {
		return nil, fmt.Errorf("%s: meta: %w", file, err)
	}
	return c, nil
}

// Close releases the file.
func (c *Case) Close() error { return c.r.Close() }

// Has says whether the case holds an array of that key.
func (c *Case) Has(key string) bool { return c.r.Header(key+".npy") != nil }

// Floats reads a float64 array, row-major; a scalar has length 1.
func (c *Case) Floats(key string) ([]float64, error) { return read[float64](c, key) }

// Ints reads an int64 array, row-major.
func (c *Case) Ints(key string) ([]int64, error) { return read[int64](c, key) }

func read[T any](c *Case, key string) ([]T, error) {
	h := c.r.Header(key + ".npy")
	if h == nil {
		return nil, fmt.Errorf("%s: no array %q", c.Name, key)
	}
	if h.Descr.Fortran {
		return nil, fmt.Errorf("%s: %s is stored by columns", c.Name, key)
	}
	if len(h.Descr.Shape) == 0 {
		var x T
		err := c.r.Read(key+".npy", &x)
		return []T{x}, err
	}
	var x []T
	if err := c.r.Read(key+".npy", &x); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", c.Name, key, err)
	}
	return x, nil
}

// Phase is the argument of a wave at (i, j): ((a·i² + b·j² + c·i·j + d·i + e·j + f) mod prime)/denominator.
func (c *Case) Phase(w Wave, i, j int64) float64 {
	k := w.K
	return float64((k[0]*i*i+k[1]*j*j+k[2]*i*j+k[3]*i+k[4]*j+k[5])%c.Prime) / c.Denominator
}

// RecipeTheta computes θ of a recipe case.
func (c *Case) RecipeTheta() []float64 {
	var theta []float64
	for p, name := range c.Params {
		w, cols := c.Recipe.Theta[name], 1
		if len(c.Shapes[p]) == 2 {
			cols = c.Shapes[p][1]
		}
		for i := range c.Shapes[p][0] {
			for j := range cols {
				theta = append(theta, w.Amp*math.Sin(c.Phase(w, int64(i), int64(j))))
			}
		}
	}
	return theta
}

// RecipeData computes the inputs and the one-hot targets of a recipe case.
func (c *Case) RecipeData() (x, y []float64) {
	for i := range c.N {
		for j := range c.InputShape[0] {
			x = append(x, c.Recipe.X.Amp*math.Cos(c.Phase(c.Recipe.X, int64(i), int64(j))))
		}
		for j := range c.Outputs {
			y = append(y, map[bool]float64{true: 1}[i%10 == j])
		}
	}
	return x, y
}

// RecipeV computes the unit vector v of a recipe case and the length it had before.
func (c *Case) RecipeV() (v []float64, norm float64) {
	v = make([]float64, c.P)
	for t := range v {
		v[t] = math.Sin(c.Phase(c.Recipe.V, int64(t), 0))
		norm += v[t] * v[t]
	}
	norm = math.Sqrt(norm)
	for t := range v {
		v[t] /= norm
	}
	return v, norm
}

// Keys lists the arrays of the case.
func (c *Case) Keys() []string {
	var keys []string
	for _, k := range c.r.Keys() {
		keys = append(keys, strings.TrimSuffix(k, ".npy"))
	}
	return keys
}
