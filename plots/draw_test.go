package plots_test

import (
	"bytes"
	"fmt"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoss/internal/record"
	"eoss/plots"
)

var everything = []string{"batch_sharpness_mean_ratio", "lambda_b_max", "step_lambda_b_max", "test_loss"}

// The largest run that is expected: every step has its dots.
func TestDrawWritesSmallFiles(t *testing.T) {
	dir := t.TempDir()
	invented{steps: 20_000, every: 1, measures: everything}.write(t, dir)
	var out bytes.Buffer
	if err := plots.Draw(dir, &out); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, name := range []string{"trajectory", "trajectory-lambda-b"} {
		for _, format := range []struct {
			extension, magic string
			most             int
		}{
			{"png", "\x89PNG", 300_000}, {"svg", "<?xml", 600_000}, {"pdf", "%PDF", 300_000},
		} {
			file := filepath.Join(dir, "figures", name+"."+format.extension)
			want = append(want, file)
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(data, []byte(format.magic)) || len(data) > format.most {
				t.Errorf("%s: %d bytes, at most %d wanted, beginning with %q", file, len(data), format.most, data[:8])
			}
			if format.extension == "pdf" && !bytes.Contains(data, []byte("(D:19700101000000)")) {
				t.Errorf("%s is dated, so that it changes from day to day", file)
			}
			if format.extension == "svg" && bytes.Contains(data, []byte("<text")) {
				t.Errorf("%s depends on the reader's fonts", file)
			}
		}
	}
	if got := strings.Fields(out.String()); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("printed %q, want %q", got, want)
	}
	if entries, _ := os.ReadDir(filepath.Join(dir, "figures")); len(entries) != len(want) {
		t.Errorf("left behind: %v", entries)
	}
	f, err := os.Open(want[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if config, err := png.DecodeConfig(f); err != nil || config.Width != 1610 || config.Height != 1208 {
		t.Errorf("png %d × %d, %v", config.Width, config.Height, err)
	}
}

func TestDrawIsDeterministic(t *testing.T) {
	dir := t.TempDir()
	invented{steps: 2000, every: 10, measures: everything}.write(t, dir)
	var runs [2]map[string]string
	for i := range runs {
		if err := plots.Draw(dir, io.Discard); err != nil {
			t.Fatal(err)
		}
		runs[i] = map[string]string{}
		files, _ := filepath.Glob(filepath.Join(dir, "figures", "*"))
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			runs[i][filepath.Base(f)] = string(data)
		}
	}
	if len(runs[0]) != 6 {
		t.Fatalf("%d files", len(runs[0]))
	}
	for name := range runs[0] {
		if runs[0][name] != runs[1][name] {
			t.Errorf("%s differs between two drawings of one run", name)
		}
	}
}

// Whatever a run has recorded is drawn or refused; nothing panics or hangs.
func TestDrawHostileRows(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	series := func(name string, values ...float64) (rows []record.Row) {
		for i, v := range values {
			rows = append(rows, record.Row{Step: 10 * i, Name: name, Value: v, StdErr: 0.1 * v})
		}
		return rows
	}
	names := []string{"step_sharpness", "batch_sharpness", "lambda_max", "lambda_b_max", "step_lambda_b_max",
		"loss", "step_loss", "test_loss"}
	for _, c := range []struct {
		label   string
		values  []float64
		refused bool
	}{
		{label: "one point", values: []float64{3}},
		{label: "two points", values: []float64{3, 4}},
		{label: "constant", values: []float64{5, 5, 5}},
		{label: "zero", values: []float64{0, 0}},
		{label: "negative", values: []float64{-1, -2, -3}},
		{label: "signs", values: []float64{-1, 0, 1, -300, 2}},
		{label: "gaps", values: []float64{1, nan, 2, inf, 3, -inf, 4, 5, nan}},
		{label: "NaN only", values: []float64{nan, nan}, refused: true},
		{label: "infinite only", values: []float64{inf, -inf}, refused: true},
		{label: "diverging", values: []float64{1, 1e10, 1e50, 1e99, 1e200, math.MaxFloat64}},
		{label: "vanishing", values: []float64{1, 1e-30, 1e-99, 1e-200, math.SmallestNonzeroFloat64}},
		{label: "outburst", values: []float64{1, 1, 1, 1, 1, 1e90, 1, 1, -1e90, 1, 1, 1, 1}},
	} {
		t.Run(c.label, func(t *testing.T) {
			var all []record.Row
			for _, name := range names {
				rows := series(name, c.values...)
				all = append(all, rows...)
				check(t, c.label+" "+name, rows, c.refused || name == "step_lambda_b_max")
			}
			check(t, c.label+" all", all, c.refused)
		})
	}
}

// check draws rows without writing files and compares the refusal.
func check(t *testing.T, label string, rows []record.Row, refused bool) {
	t.Helper()
	run := &plots.Run{Dir: "DIR", Config: invented{}.config(), Rows: rows}
	figure, err := plots.Trajectory(run)
	if err != nil {
		positive := false // a loss that is not positive cannot be drawn either
		for _, r := range rows {
			positive = positive || r.Value > 0 && !math.IsInf(r.Value, 0)
		}
		if !refused && (positive || !strings.HasSuffix(rows[0].Name, "loss")) {
			t.Errorf("%s: %v", label, err)
		}
		return
	}
	if refused {
		t.Errorf("%s: drawn", label)
	}
	if err := plots.Encode(figure, io.Discard, "svg"); err != nil {
		t.Errorf("%s: %v", label, err)
	}
}

func TestMeasuresBeyondOneStep(t *testing.T) {
	rows := []record.Row{
		{Step: 1_000_000, Name: "lambda_max", Value: 100}, // a fork that starts late,
		{Step: 1_000_500, Name: "lambda_max", Value: 110},
		{Step: 1_000_250, Name: "lambda_max", Value: 120}, // with its rows in no order,
		{Step: 1_000_250, Name: "lambda_max", Value: 105, StdErr: math.Inf(1)},
		{Step: 1_000_100, Name: "loss", Value: 2, StdErr: 5}, // and a band below zero
		{Step: 1_000_300, Name: "loss", Value: 1, StdErr: math.NaN()},
	}
	check(t, "fork", rows, false)
}

func TestDrawRefusals(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	os.WriteFile(file, nil, 0o666)
	row := record.Row{Name: "loss", Value: 1}
	run := func(name string, change func(*record.Config), rows ...record.Row) string {
		path, config := filepath.Join(dir, name), invented{}.config()
		change(&config)
		writeRun(t, path, config, rows)
		return path
	}
	keep := func(*record.Config) {}
	damaged := run("damaged", keep)
	os.WriteFile(filepath.Join(damaged, record.MetricsFile), []byte("{\n{}\n"), 0o666)
	noRows := run("norows", keep)
	os.Remove(filepath.Join(noRows, record.MetricsFile))
	noConfig := filepath.Join(dir, "noconfig")
	os.Mkdir(noConfig, 0o777)
	for _, c := range []struct {
		dir  string
		want []string
	}{
		{filepath.Join(dir, "none"), []string{"no such directory", "give the directory of a run"}},
		{file, []string{"is a file", "give the directory"}},
		{noConfig, []string{"holds no config.json", "give one"}},
		{noRows, []string{"metrics.jsonl", "no measurements yet", "EOSS_MEASURE"}},
		{run("empty", keep), []string{"metrics.jsonl", "no measurements yet", "EOSS_MEASURE"}},
		{damaged, []string{"metrics.jsonl", "line 1"}},
		{run("study", func(c *record.Config) { c.Study = "tea" }, row), []string{`"tea"`, "eoss"}},
		{run("nolr", func(c *record.Config) { delete(c.Variables, "EOSS_LR") }, row), []string{"config.json", "EOSS_LR"}},
		{run("badlr", func(c *record.Config) { c.Variables["EOSS_LR"] = "fast" }, row), []string{"EOSS_LR", `"fast"`}},
		{run("neglr", func(c *record.Config) { c.Variables["EOSS_LR"] = "-1" }, row), []string{"EOSS_LR", `"-1"`}},
		{run("other", keep, record.Row{Name: "ias", Value: 1}), []string{"metrics.jsonl", "nothing to draw", "batch_sharpness", "EOSS_MEASURE"}},
		{run("infinite", keep, record.Row{Name: "loss", Value: math.Inf(1)}), []string{"metrics.jsonl", "nothing to draw", "loss: what was recorded is not finite"}},
	} {
		err := plots.Draw(c.dir, io.Discard)
		if err == nil {
			t.Errorf("%s: drawn", c.dir)
			continue
		}
		for _, want := range append(c.want, c.dir) {
			if want == c.dir && strings.Contains(c.dir, "lr") {
				want = filepath.Base(c.dir)
			}
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q lacks %q", c.dir, err, want)
			}
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: more than one line: %q", c.dir, err)
		}
		if _, err := os.Stat(filepath.Join(c.dir, "figures")); err == nil {
			t.Errorf("%s: a figures folder was made", c.dir)
		}
	}
}

func TestDrawSaysTornRow(t *testing.T) {
	dir := t.TempDir()
	invented{steps: 400, every: 100}.write(t, dir)
	path := filepath.Join(dir, record.MetricsFile)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(path, data[:len(data)-10], 0o666)
	var out bytes.Buffer
	if err := plots.Draw(dir, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "last row is unfinished") || !strings.Contains(out.String(), "EOSS_RESUME="+dir+" just eoss measures it again") {
		t.Error(out.String())
	}
	if strings.Contains(out.String(), "lambda-b") { // which this run has not recorded
		t.Error(out.String())
	}
}

func TestCaption(t *testing.T) {
	rows := []record.Row{{Step: 12_345, Name: "loss", Value: 1}}
	for _, c := range []struct {
		variables map[string]string
		want      string
	}{
		{invented{}.config().Variables, "mlp on invented rows: η = 0.01, b = 16, n = 8192, 12\u2009345 steps, seed 7"},
		{map[string]string{"EOSS_LR": "0.01", "EOSS_MODEL": "mlp", "EOSS_OPTIMIZER": "momentum", "EOSS_MOMENTUM": "0.9", "EOSS_BATCH": "16"},
			"mlp, SGD with momentum: η = 0.01, μ = 0.9, b = 16, 12\u2009345 steps"},
		{map[string]string{"EOSS_LR": "0.01", "EOSS_MODEL": "mlp", "EOSS_OPTIMIZER": "adam", "EOSS_BETA1": "0.9", "EOSS_BETA2": "0.999", "EOSS_EPSILON": "1e-08"},
			"mlp, Adam: η = 0.01, β_{1} = 0.9, β_{2} = 0.999, ε = 1·10^{−8}, 12\u2009345 steps"},
		{map[string]string{"EOSS_MODEL": "mlp", "EOSS_NOISE": "isotropic", "EOSS_LR": "0.01", "EOSS_OPTIMIZER": "sgd"},
			"mlp, GD with isotropic noise: η = 0.01, 12\u2009345 steps"},
		{map[string]string{"EOSS_LR": "1e-5", "EOSS_DATASET": "cifar10"}, "CIFAR-10: η = 1·10^{−5}, 12\u2009345 steps"},
		{map[string]string{"EOSS_MODEL": "mlp", "EOSS_DATASET": "cifar10", "EOSS_ACTIVATION": "tanh", "EOSS_LOSS": "ce", "EOSS_OPTIMIZER": "adam", "EOSS_SEED": "1", "EOSS_SEED_DATA": "100"},
			"mlp with tanh on CIFAR-10, loss ce, Adam: 12\u2009345 steps, seed 1, subset 100"},
		{map[string]string{"EOSS_MODEL": "mlp-linear", "EOSS_ACTIVATION": "linear", "EOSS_NOISE": "diagonal", "EOSS_NOISE_FACTOR": "distinct", "EOSS_SEED": "1", "EOSS_SEED_DATA": "1"},
			"mlp-linear, GD with diagonal noise, the noise times √((n−b)/(n−1)): 12\u2009345 steps, seed 1"},
		{map[string]string{"EOSS_MODEL": "mlp", "EOSS_ACTIVATION": "relu", "EOSS_LOSS": "mse", "EOSS_NOISE": "epoch", "EOSS_NOISE_FACTOR": "distinct"}, "mlp: 12\u2009345 steps"},
		{map[string]string{"EOSS_SEED": "0", "EOSS_SEED_DATA": "0", "EOSS_SEED_ORDER": "5", "EOSS_SEED_INIT": "6"},
			"12\u2009345 steps, seed 0, batches of seed 5, weights of seed 6"},
		{map[string]string{"EOSS_SEED": "0", "EOSS_SEED_DATA": "1", "EOSS_SEED_ORDER": "5", "EOSS_INIT": "nets/a.safetensors"},
			"12\u2009345 steps, subset 1, batches of seed 5, from a.safetensors"},
		{nil, "12\u2009345 steps"},
	} {
		run := &plots.Run{Config: record.Config{Variables: c.variables}, Rows: rows}
		if got := plots.Caption(run); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	one := &plots.Run{Rows: []record.Row{{Step: 1, Name: "loss", Value: 1}}}
	if got := plots.Caption(one); got != "1 step" {
		t.Errorf("got %q", got)
	}
}

func Example() {
	err := plots.Draw("no-such-run", os.Stdout)
	fmt.Println(err)
	// Output: no-such-run: no such directory; give the directory of a run, as the run printed it
}
