package experiments

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"eoss/curvature"
	"eoss/graph/blas"
)

func TestBytes(t *testing.T) {
	for _, test := range []struct {
		text, back string
		want       Bytes
	}{
		{"2GiB", "2GiB", 2 << 30}, {"500MB", "500MB", 500e6}, {"1.5 GiB", "1536MiB", 3 << 29}, {"64kB", "64kB", 64000},
		{"7B", "7B", 7}, {"1025B", "1025B", 1025}, {"1TB", "1TB", 1e12},
	} {
		var b Bytes
		if err := b.UnmarshalText([]byte(test.text)); err != nil || b != test.want || b.String() != test.back {
			t.Errorf("%s: %d %v, %v", test.text, int64(b), b, err)
		}
	}
	for _, text := range []string{"", "2", "0GiB", "-2GiB", "GiB", "2gib", "InfGiB", "NaNB", "0.5B", "9999999TiB", "2 G"} {
		if err := new(Bytes).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is taken for a size", text)
		}
	}
}

// smallMachine is a network whose chunks need a few hundred kB.
func smallMachine(t *testing.T, memory string) (*Problem[float32], error) {
	t.Helper()
	if _, err := blas.Setup(blas.Options{}); err != nil { // before anything is compiled, as every program does
		t.Fatal(err)
	}
	c, err := FromValues(map[string]string{"EOSS_N": "64", "EOSS_N_TEST": "8", "EOSS_WIDTHS": "32,32", "EOSS_CHUNK": "16",
		"EOSS_MEASURE": "lambda_max@1,lambda_max_gn@1", "EOSS_MEMORY": memory}, Measurables())
	if err != nil {
		t.Fatal(err)
	}
	return NewProblem[float32](c)
}

// TestMemoryTooSmallIsRefused: one line names the variables and a size that is enough.
func TestMemoryTooSmallIsRefused(t *testing.T) {
	_, err := smallMachine(t, "1kB")
	var refusal *ConfigError
	if !errors.As(err, &refusal) || strings.Contains(err.Error(), "\n") {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{"EOSS_MEMORY=1kB: a chunk of EOSS_CHUNK=16 images needs ", "or lower EOSS_CHUNK"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
	}
	_, rest, _ := strings.Cut(err.Error(), "set EOSS_MEMORY=")
	enough, _, _ := strings.Cut(rest, ",")
	if _, err := smallMachine(t, enough); err != nil {
		t.Errorf("%s, which was recommended, is refused: %v", enough, err)
	}
}

// TestMemoryChangesNoNumber: λmax of both matrices has the same bits whatever is kept, and what is kept is said once a matrix.
func TestMemoryChangesNoNumber(t *testing.T) {
	large, err := smallMachine(t, "1GiB")
	noError(t, err)
	needed, err := large.Objective.WorkingSet(64, large.Config.fullMatrices()...)
	noError(t, err)
	small, err := smallMachine(t, Bytes(needed).String())
	noError(t, err)
	var values [2][]float64
	for i, p := range []*Problem[float32]{large, small} {
		var said bytes.Buffer
		p.say = func(line string) { said.WriteString(line + "\n") }
		plan, err := schedule(p)
		noError(t, err)
		for step := range 2 {
			for _, s := range plan {
				rows, err := s.take(&Moment[float32]{Problem: p, Step: step})
				noError(t, err)
				values[i] = append(values[i], rows[0].Value, rows[0].Residual)
			}
		}
		want := []string{"Hessian over 64 images: its linearisation is kept (", "Hessian over 64 images: 0 of 4 chunks keep their linearisation ("}[i]
		if lines := strings.Split(said.String(), "\n"); len(lines) != 3 || !strings.HasPrefix(lines[0], want) ||
			!strings.HasPrefix(lines[1], "Gauss–Newton matrix over 64 images: ") {
			t.Errorf("said %q", said.String())
		}
	}
	for i := range values[0] {
		if values[0][i] != values[1][i] {
			t.Errorf("number %d: %g kept, %g recomputed", i, values[0][i], values[1][i])
		}
	}
}

// TestMatricesOfMeasurements: whatever takes products with the full Hessian is counted.
func TestMatricesOfMeasurements(t *testing.T) {
	for _, name := range onHessian {
		if kinds := (Config{Measure: Cadences{{name, 1}}}).fullMatrices(); len(kinds) != 1 || kinds[0] != curvature.Hessian {
			t.Errorf("%s needs %v", name, kinds)
		}
	}
}

func TestMachineMemory(t *testing.T) {
	if m := machineMemory(); m != 0 && (m < 64<<20 || m > 1<<50) {
		t.Errorf("this machine has %v of memory?", m)
	}
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
