package plots_test

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"eoss/internal/record"
)

// invented is a run that never was: progressive sharpening up to 2/η, then
// hovering, with the numbers of measurements of a real run.
type invented struct {
	steps     int
	every     int      // steps between two dots
	measures  []string // beside batch_sharpness, lambda_max, step_sharpness, step_loss, loss
	catapults bool
}

const inventedLR = 0.01

func (v invented) config() record.Config {
	return record.Config{Study: "eoss", Version: "test", Params: 1841162, Variables: map[string]string{
		"EOSS_MODEL": "mlp", "EOSS_DATASET": "invented rows", "EOSS_LOSS": "mse", "EOSS_LR": "0.01",
		"EOSS_BATCH": "16", "EOSS_N": "8192", "EOSS_STEPS": "20000", "EOSS_SEED": "7",
	}}
}

func (v invented) rows() []record.Row {
	rng := rand.New(rand.NewPCG(7, 1))
	with := map[string]bool{}
	for _, name := range v.measures {
		with[name] = true
	}
	var rows []record.Row
	add := func(step int, name string, value, stderr float64) {
		rows = append(rows, record.Row{Step: step, Epoch: float64(step) / 512, Name: name, Value: value, StdErr: stderr})
	}
	for step := 0; step <= v.steps; step++ {
		t := float64(step) / 20_000
		sharp := 2 / inventedLR * (1.06 - 0.95*math.Exp(-5*t))
		fall := 10*math.Exp(-9*t) + 0.05/(0.2+t)
		if v.catapults {
			if cycle := math.Mod(t*6, 1); t > 0.4 && cycle < 0.06 {
				sharp *= 1 + 3*math.Exp(-60*cycle)
				fall *= 1 + 10*math.Exp(-60*cycle)
			}
		}
		if step%v.every == 0 {
			noise := math.Exp(0.35*rng.NormFloat64() - 0.06)
			add(step, "step_sharpness", sharp*noise, 0)
			add(step, "step_loss", fall*math.Exp(0.4*rng.NormFloat64()), 0)
			if with["step_lambda_b_max"] {
				add(step, "step_lambda_b_max", 1.35*sharp*math.Max(noise/1.35, math.Exp(0.2*rng.NormFloat64())), 0)
			}
		}
		if step%200 == 0 {
			add(step, "batch_sharpness", 1.08*sharp*(1+0.03*rng.NormFloat64()), 0.04*sharp)
			add(step, "loss", fall, 0)
			if with["batch_sharpness_mean_ratio"] {
				add(step, "batch_sharpness_mean_ratio", sharp*(1+0.02*rng.NormFloat64()), 0.02*sharp)
			}
			if with["test_loss"] {
				add(step, "test_loss", fall+1.5, 0)
			}
		}
		if step%400 == 0 {
			add(step, "lambda_max", 0.34*sharp*(1+0.015*rng.NormFloat64())+12, 0)
			if with["lambda_b_max"] {
				add(step, "lambda_b_max", 1.4*sharp*(1+0.02*rng.NormFloat64()), 0.05*sharp)
			}
		}
	}
	return rows
}

// write writes the run's directory.
func (v invented) write(t testing.TB, dir string) { writeRun(t, dir, v.config(), v.rows()) }

func writeRun(t testing.TB, dir string, config record.Config, rows []record.Row) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := record.WriteConfig(filepath.Join(dir, record.ConfigFile), config); err != nil {
		t.Fatal(err)
	}
	w, err := record.OpenWriter(filepath.Join(dir, record.MetricsFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(rows...); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}
