package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"eoss/experiments"
	"eoss/experiments/study"
	"eoss/internal/record"
)

// The laws of the fabricated runs, in units of 2/η: λmax rises as b^0.4 up to 1 at bend, and λᵇmax exceeds it by gap/b, exactly.
const (
	bend     = 128.0
	gapLaw   = 4.0
	ofSizes  = 300.0 // the static gap is ofSizes·(1/b − 1/n)
	ofKernel = 1.05  // λᵇmax over 2·ntk_max
)

// fabricate writes the directory of a run that never was, with all its measurements.
func fabricate(t *testing.T, results *study.Results, run study.Run, done map[string]bool) {
	t.Helper()
	fabricateOf(t, results, run, done, fabricated)
}

// fabricateOf is the same with the rows that rowsOf gives a run from its step first to before last.
func fabricateOf(t *testing.T, results *study.Results, run study.Run, done map[string]bool, rowsOf func(run study.Run, first, last int) []record.Row) {
	t.Helper()
	if done[run.ID()] {
		return
	}
	done[run.ID()] = true
	dir := results.Path(run)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	config := record.Config{Study: "eoss", Version: experiments.Version, Variables: run.Variables}
	if p := run.Parent; p != nil {
		fabricateOf(t, results, *p, done, rowsOf)
		changed := map[string]string{}
		for name, value := range p.Variables {
			if run.Variables[name] != value {
				changed[name] = value
			}
		}
		rows := rowsOf(*p, 0, run.Step)
		writeRows(t, filepath.Join(dir, record.ParentFile), rows)
		prefix, err := record.PrefixOf(filepath.Join(dir, record.ParentFile))
		if err != nil {
			t.Fatal(err)
		}
		config.Parent = &record.Parent{Run: results.Path(*p), Step: run.Step, Changed: changed, Rows: prefix}
	}
	steps := int(run.Variables.Number("EOSS_STEPS"))
	writeRows(t, filepath.Join(dir, record.MetricsFile), rowsOf(run, run.Step, steps+1))
	if err := record.WriteConfig(filepath.Join(dir, record.ConfigFile), config); err != nil {
		t.Fatal(err)
	}
	if err := record.WriteJSON(filepath.Join(dir, "verdict.json"), map[string]any{"state": "finished", "steps": steps}); err != nil {
		t.Fatal(err)
	}
}

func writeRows(t *testing.T, path string, rows []record.Row) {
	t.Helper()
	w, err := record.OpenWriter(path)
	if err == nil {
		err = w.Write(rows...)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// due are the quantities that a run measures at a step.
func due(v study.Variables, step int) (names []string) {
	for m := range strings.SplitSeq(v["EOSS_MEASURE"], ",") {
		name, text, _ := strings.Cut(m, "@")
		every, err := strconv.Atoi(text)
		if err != nil {
			panic(err)
		}
		if step%every == 0 || step == int(v.Number("EOSS_STEPS")) {
			names = append(names, name)
		}
	}
	return names
}

// fabricated are the rows of the steps from first to before last.
func fabricated(run study.Run, first, last int) (rows []record.Row) {
	v := run.Variables
	steps, eta, b, n := int(v.Number("EOSS_STEPS")), v.Number("EOSS_LR"), v.Number("EOSS_BATCH"), v.Number("EOSS_N")
	seed := v.Number("EOSS_SEED")
	rng := rand.New(rand.NewPCG(uint64(seed), uint64(b)))
	for step := first; step < last; step++ {
		for _, name := range due(v, step) {
			rise := min(1, 0.2+2*float64(step)/float64(steps))
			edge := 2 / eta * rise
			level := edge * (1 + 0.01*rng.NormFloat64())
			lambda := math.Pow(min(1, b/bend), 0.4)
			if v["EOSS_NOISE"] == "diagonal" || v["EOSS_NOISE"] == "isotropic" {
				lambda = 1
			}
			ofBatch := lambda + gapLaw/b
			add := func(name string, value float64) {
				rows = append(rows, record.Row{Step: step, Name: name, Value: value, StdErr: value / 100, N: 100})
			}
			switch name {
			case "loss":
				add(name, math.Exp(-float64(step)*eta/100)*(1+0.05*rng.Float64()))
			case "step_sharpness":
				add(name, level*(0.5+rng.Float64()))
				add("step_loss", math.Exp(-float64(step)*eta/100))
			case "batch_sharpness":
				add(name, level*1.1)
				add("batch_sharpness_mean_ratio", level*(1+0.2*math.Sin(float64(step)/30)))
			case "lambda_max":
				add(name, edge*lambda)
			case "lambda_b_max", "step_lambda_b_max", "lambda_b_max_gn":
				add(name, level*ofBatch)
			case "ntk_max", "fim_max":
				add(name, level*ofBatch/2/ofKernel)
			case "ias":
				add(name, level*1.1*(1+1/b-1/n))
			case "lambda_b_max_by_size":
				for size := 2.0; size < n; size *= 2 {
					add(experiments.LambdaBAt(int(size)), edge*lambda+ofSizes*(1/size-1/n))
				}
			default:
				panic(fmt.Sprintf("no law for %s", name))
			}
		}
	}
	return rows
}
