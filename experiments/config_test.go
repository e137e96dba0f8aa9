package experiments

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

var testMeasurables = []Measurable{
	{Name: "step_sharpness", Every: 1},
	{Name: "batch_sharpness", Reads: []string{"EOSS_BS_REL_ERR", "EOSS_BS_MIN_BATCHES", "EOSS_BS_MAX_BATCHES"}},
	{Name: "lambda_max", Reads: []string{"EOSS_LMAX_TOL"}},
	{Name: "loss", Reads: []string{"EOSS_STOP_LOSS"}},
	{Name: "ias"},
	{Name: "momentum_sharpness", Optimizer: "momentum"},
}

func fromEnvironment(t *testing.T, values map[string]string) (Config, error) {
	t.Helper()
	return readEnvironment(t, values, testMeasurables)
}

// readEnvironment sets exactly these EOSS_ variables and reads them.
func readEnvironment(t *testing.T, values map[string]string, measurables []Measurable) (Config, error) {
	t.Helper()
	for name := range eossVariables(os.Environ()) {
		t.Setenv(name, "") // so that it is restored afterwards
		os.Unsetenv(name)
	}
	for name, value := range values {
		t.Setenv(name, value)
	}
	c, err := FromEnvironment(measurables)
	for name := range values {
		os.Unsetenv(name)
	}
	return c, err
}

func TestPresets(t *testing.T) {
	dir := t.TempDir()
	synthetic := Config{
		Dataset: "synthetic", N: 2048, NTest: 512, Model: "mlp", Widths: Widths{256, 256}, Activation: "relu", InitScale: 0.2,
		Loss: "mse", Batch: 16, LR: 0.03, Steps: 8000,
		Optimizer: "sgd", Momentum: 0.9, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8,
		Noise: "epoch", NoiseFactor: "none",
		Measure:  Cadences{{"step_sharpness", 20}, {"batch_sharpness", 100}, {"lambda_max", 200}, {"loss", 200}},
		BSRelErr: 0.03, BSMinBatches: 32, BSMaxBatches: 512, LmaxTol: 5e-3,
		Checkpoint: 2000, Precision: "float32", BLAS: "auto", Chunk: 2048, Out: "runs/synthetic-mlp-256x256-mse-b16-lr0.03-n2048-seed0",
	}
	cifar := synthetic
	cifar.Dataset, cifar.DataDir, cifar.N, cifar.NTest, cifar.Widths = "cifar10", dir, 8192, 2000, Widths{512, 512}
	cifar.LR, cifar.Steps, cifar.Out = 0.01, 24000, "runs/cifar10-mlp-512x512-mse-b16-lr0.01-n8192-seed0"
	cifar.Measure = Cadences{{"step_sharpness", 50}, {"batch_sharpness", 200}, {"lambda_max", 400}, {"loss", 400}}
	for _, test := range []struct {
		given map[string]string
		want  Config
	}{
		{nil, synthetic},
		{map[string]string{"EOSS_DATASET": "cifar10", "EOSS_DATA_DIR": dir}, cifar},
	} {
		got, err := fromEnvironment(t, test.given)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%v:\n got %+v\nwant %+v", test.given, got, test.want)
		}
	}
}

func TestModelPresets(t *testing.T) {
	for _, test := range []struct {
		model, widths, activation string
	}{
		{"mlp-l", "256,256,256,256", "relu"},
		{"mlp-linear", "256,256", "linear"},
		{"diaglin", "", "linear"},
	} {
		c, err := fromEnvironment(t, map[string]string{"EOSS_MODEL": test.model})
		if err != nil {
			t.Fatal(err)
		}
		if c.Widths.String() != test.widths || c.Activation != test.activation {
			t.Errorf("%s: widths %v, activation %s", test.model, c.Widths, c.Activation)
		}
	}
}

// everything sets every variable to something that is not its default.
func everything(dir string) map[string]string {
	return map[string]string{
		"EOSS_DATASET": "cifar10", "EOSS_DATA_DIR": dir, "EOSS_N": "100", "EOSS_N_TEST": "50",
		"EOSS_MODEL": "mlp-l", "EOSS_WIDTHS": "5,6,7", "EOSS_ACTIVATION": "silu", "EOSS_INIT": "some/net.safetensors",
		"EOSS_INIT_SCALE": "0.25",
		"EOSS_LOSS":       "ce", "EOSS_BATCH": "100", "EOSS_LR": "0.0123456789012345", "EOSS_STEPS": "9", "EOSS_STOP_LOSS": "1e-05",
		"EOSS_OPTIMIZER": "adam", "EOSS_MOMENTUM": "0.75", "EOSS_BETA1": "0.5", "EOSS_BETA2": "0", "EOSS_EPSILON": "0.001",
		"EOSS_NOISE": "sde", "EOSS_NOISE_FACTOR": "distinct", "EOSS_SDE_STEP": "0.00123456789012345",
		"EOSS_SEED": "3", "EOSS_SEED_DATA": "18446744073709551615", "EOSS_SEED_ORDER": "0", "EOSS_SEED_INIT": "4",
		"EOSS_MEASURE":    "ias@7,loss@2,batch_sharpness@3,lambda_max@1",
		"EOSS_BS_REL_ERR": "0.5", "EOSS_BS_MIN_BATCHES": "2", "EOSS_BS_MAX_BATCHES": "4", "EOSS_LMAX_TOL": "1e-08",
		"EOSS_CHECKPOINT": "11", "EOSS_KEEP": "3", "EOSS_PRECISION": "float64", "EOSS_THREADS": "1", "EOSS_BLAS": "go", "EOSS_CHUNK": "33", "EOSS_MEMORY": "2GiB", "EOSS_OUT": "some/where",
	}
}

// Environment → Config → strings → JSON → strings → Config loses nothing, and
// the two parsers (envconfig's and ours) agree on every variable.
func TestEveryVariableSurvivesTheRoundTrip(t *testing.T) {
	all := everything(t.TempDir())
	if known := names(variablesOf(new(Config)), func(v variable) string { return v.name }); len(known) != len(all) {
		t.Fatalf("the test sets %d variables of %d", len(all), len(known))
	}
	// No run reads them all: an initial file excludes what draws initial parameters, three seeds the one for all, an optimizer the others' variables and noise.
	noise := map[string]string{"EOSS_NOISE": "epoch", "EOSS_NOISE_FACTOR": "none", "EOSS_SDE_STEP": "0"}
	for i, unread := range []map[string]string{ // with the values they keep
		{"EOSS_OPTIMIZER": "momentum", "EOSS_INIT": "", "EOSS_SEED_ORDER": "3", "EOSS_BETA1": "0.9", "EOSS_BETA2": "0.999", "EOSS_EPSILON": "1e-08"},
		{"EOSS_OPTIMIZER": "adam", "EOSS_INIT_SCALE": "0.2", "EOSS_SEED": "0", "EOSS_SEED_INIT": "0", "EOSS_MOMENTUM": "0.9"},
		{"EOSS_OPTIMIZER": "sgd", "EOSS_INIT": "", "EOSS_SEED_ORDER": "3", "EOSS_MOMENTUM": "0.9", "EOSS_BETA1": "0.9", "EOSS_BETA2": "0.999", "EOSS_EPSILON": "1e-08"},
	} {
		if i < 2 {
			maps.Copy(unread, noise)
		}
		given := maps.Clone(all)
		for name := range unread {
			delete(given, name)
		}
		given["EOSS_OPTIMIZER"] = unread["EOSS_OPTIMIZER"]
		roundTrip(t, given, unread)
	}
}

func roundTrip(t *testing.T, given, others map[string]string) {
	t.Helper()
	c, err := fromEnvironment(t, given)
	if err != nil {
		t.Fatal(err)
	}
	want := maps.Clone(given)
	maps.Copy(want, others)
	if got := c.Values(); !maps.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	text, err := json.Marshal(c.Values())
	if err != nil {
		t.Fatal(err)
	}
	var values map[string]string
	if err := json.Unmarshal(text, &values); err != nil {
		t.Fatal(err)
	}
	again, err := FromValues(values, testMeasurables)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(c, again) {
		t.Errorf("rebuilt %+v\nfrom    %+v", again, c)
	}
}

// A full listing holds variables that its model does not read.
func TestDefaultsSurviveTheRoundTrip(t *testing.T) {
	for _, model := range []string{"mlp", "mlp-l", "mlp-linear", "diaglin"} {
		for _, measure := range []string{"none", "loss@5"} {
			c, err := fromEnvironment(t, map[string]string{"EOSS_MODEL": model, "EOSS_MEASURE": measure, "EOSS_SEED": "7"})
			if err != nil {
				t.Fatal(err)
			}
			again, err := FromValues(c.Values(), testMeasurables)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(c, again) {
				t.Errorf("rebuilt %+v\nfrom    %+v", again, c)
			}
		}
	}
}

// TestDecimal: the usual ways to write a number are read.
func TestDecimal(t *testing.T) {
	for text, want := range map[string]float64{"1": 1, "0.03": 0.03, ".5": 0.5, "2.": 2, "1e-05": 1e-5, "3E+1": 30, "100": 100} {
		if c, err := fromEnvironment(t, map[string]string{"EOSS_LR": text}); err != nil || c.LR != want {
			t.Errorf("EOSS_LR=%s is read as %g (%v)", text, c.LR, err)
		}
	}
}

func TestSeeds(t *testing.T) {
	c, err := fromEnvironment(t, map[string]string{"EOSS_SEED": "5", "EOSS_SEED_ORDER": "9"})
	if err != nil {
		t.Fatal(err)
	}
	if c.SeedData != 5 || c.SeedOrder != 9 || c.SeedInit != 5 {
		t.Errorf("seeds %d, %d, %d", c.SeedData, c.SeedOrder, c.SeedInit)
	}
	if !strings.HasSuffix(c.Out, "-seed5.9.5") {
		t.Error(c.Out)
	}
}

func TestCadenceDefaults(t *testing.T) {
	c, err := fromEnvironment(t, map[string]string{"EOSS_MEASURE": "batch_sharpness, step_sharpness@3"})
	if err != nil {
		t.Fatal(err)
	}
	if want := (Cadences{{"batch_sharpness", 100}, {"step_sharpness", 3}}); !slices.Equal(c.Measure, want) {
		t.Errorf("got %v, want %v", c.Measure, want)
	}
}

// The trap of envconfig's rename tags, and the neighbours in the environment.
func TestUnprefixedVariablesAreNotRead(t *testing.T) {
	plain, err := fromEnvironment(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	foreign := map[string]string{"EOSS_REFERENCE": "/nowhere", "EOSSN": "1"}
	for name, value := range everything("/nowhere") {
		foreign[strings.TrimPrefix(name, "EOSS_")] = value
	}
	c, err := fromEnvironment(t, foreign)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(c, plain) {
		t.Errorf("got %+v", c)
	}
}

func TestRefusals(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ given, want string }{
		{"EOSS_BACTH=8", "EOSS_BACTH=8: no such variable, did you mean EOSS_BATCH? (-h lists them all)"},
		{"eoss_lr=8", "eoss_lr=8: no such variable, did you mean EOSS_LR? (-h lists them all)"},
		{"EOSS_REFERENC=x", "EOSS_REFERENC=x: no such variable, did you mean EOSS_REFERENCE? (-h lists them all)"},
		{"EOSS_WARMUP=0.9", "EOSS_WARMUP=0.9: no such variable; -h lists them all"},
		{"EOSS_N=", "EOSS_N=: is empty; unset it for its default"},
		{"EOSS_N=abc", "EOSS_N=abc: must be an integer ≥ 1"},
		{"EOSS_N=010", "EOSS_N=010: must be an integer ≥ 1"},
		{"EOSS_N=99999999999999999999", "EOSS_N=99999999999999999999: must be an integer ≥ 1"},
		{"EOSS_N=2e6", "EOSS_N=2e6: must be an integer ≥ 1"},
		{"EOSS_N=2000000", "EOSS_N=2000000: synthetic has 1000000 training images at most"},
		{"EOSS_N_TEST=0", "EOSS_N_TEST=0: must be an integer ≥ 1"},
		{"EOSS_OPTIMIZER=lion", "EOSS_OPTIMIZER=lion: must be one of sgd, momentum, adam"},
		{"EOSS_OPTIMIZER=momentum EOSS_MOMENTUM=1", "EOSS_MOMENTUM=1: must be a number ≥ 0, < 1"},
		{"EOSS_OPTIMIZER=adam EOSS_BETA2=-0.5", "EOSS_BETA2=-0.5: must be a number ≥ 0, < 1"},
		{"EOSS_OPTIMIZER=adam EOSS_EPSILON=0", "EOSS_EPSILON=0: must be a number > 0"},
		{"EOSS_MEASURE=momentum_sharpness@5", "EOSS_MEASURE=momentum_sharpness@5: momentum_sharpness needs EOSS_OPTIMIZER=momentum (this run has sgd); measure batch_sharpness instead"},
		{"EOSS_NOISE=gaussian", "EOSS_NOISE=gaussian: must be one of epoch, replacement, directional, diagonal, isotropic, sde"},
		{"EOSS_NOISE=directional EOSS_OPTIMIZER=adam", "EOSS_NOISE=directional: is added to steps of plain SGD: set EOSS_OPTIMIZER=sgd (this run has adam), or EOSS_NOISE=epoch"},
		{"EOSS_NOISE=isotropic EOSS_NOISE_FACTOR=half", "EOSS_NOISE_FACTOR=half: must be one of none, distinct"},
		{"EOSS_NOISE=sde EOSS_SDE_STEP=-0.1", "EOSS_SDE_STEP=-0.1: must be a number ≥ 0"},
		{"EOSS_NOISE=sde EOSS_LR=0.01 EOSS_SDE_STEP=0.02", "EOSS_SDE_STEP=0.02: must be EOSS_LR=0.01 divided by a whole number up to 1e+06; the nearest is 0.01 = 0.01/1"},
		{"EOSS_NOISE=sde EOSS_LR=0.01 EOSS_SDE_STEP=0.0036", "EOSS_SDE_STEP=0.0036: must be EOSS_LR=0.01 divided by a whole number up to 1e+06; the nearest is 0.003333333333 = 0.01/3"},
		{"EOSS_NOISE=sde EOSS_LR=0.01 EOSS_SDE_STEP=0.0046", "EOSS_SDE_STEP=0.0046: must be EOSS_LR=0.01 divided by a whole number up to 1e+06; the nearest is 0.005 = 0.01/2"},
		{"EOSS_NOISE=sde EOSS_LR=0.01 EOSS_SDE_STEP=1e-20", "EOSS_SDE_STEP=1e-20: must be EOSS_LR=0.01 divided by a whole number up to 1e+06; the nearest is 1e-08 = 0.01/1000000"},
		{"EOSS_BATCH=0", "EOSS_BATCH=0: must be an integer ≥ 1"},
		{"EOSS_BATCH=4096", "EOSS_BATCH=4096: must be an integer from 1 to EOSS_N=2048"},
		{"EOSS_LR=0", "EOSS_LR=0: must be a number > 0"},
		{"EOSS_LR=-1", "EOSS_LR=-1: must be a number > 0"},
		{"EOSS_LR=1e-320", "EOSS_LR=1e-320: must be a number from 1e-90 to 1e+90, so that its threshold, such as 2/η, can be drawn"},
		{"EOSS_LR=1e-101", "EOSS_LR=1e-101: must be a number from 1e-90 to 1e+90, so that its threshold, such as 2/η, can be drawn"},
		{"EOSS_LR=1e300", "EOSS_LR=1e+300: must be a number from 1e-90 to 1e+90, so that its threshold, such as 2/η, can be drawn"},
		{"EOSS_LR=NaN", "EOSS_LR=NaN: must be a number > 0"},
		{"EOSS_LR=Inf", "EOSS_LR=Inf: must be a number > 0"},
		{"EOSS_LR=1_0", "EOSS_LR=1_0: must be a number > 0"},
		{"EOSS_LR=0x1p-3", "EOSS_LR=0x1p-3: must be a number > 0"},
		{"EOSS_LR=010", "EOSS_LR=010: must be a number > 0"},
		{"EOSS_LR=.", "EOSS_LR=.: must be a number > 0"},
		{"EOSS_WIDTHS=010", "EOSS_WIDTHS=010: must be positive integers separated by commas, such as 512,512"},
		{"EOSS_WIDTHS=+8", "EOSS_WIDTHS=+8: must be positive integers separated by commas, such as 512,512"},
		{"EOSS_MEASURE=loss@010", `EOSS_MEASURE=loss@010: "loss@010": the cadence must be an integer ≥ 1, such as loss@100`},
		{"EOSS_MEMORY=1_0GiB", "EOSS_MEMORY=1_0GiB: must be a size of memory with its unit, such as 2GiB or 500MB"},
		{"EOSS_LR=1e999", "EOSS_LR=1e999: must be a number > 0"},
		{"EOSS_LR=0,01", "EOSS_LR=0,01: must be a number > 0"},
		{"EOSS_MEMORY=2", "EOSS_MEMORY=2: must be a size of memory with its unit, such as 2GiB or 500MB"},
		{"EOSS_MEMORY=-1GiB", "EOSS_MEMORY=-1GiB: must be a size of memory with its unit, such as 2GiB or 500MB"},
		{"EOSS_MEMORY=NaNGiB", "EOSS_MEMORY=NaNGiB: must be a size of memory with its unit, such as 2GiB or 500MB"},
		{"EOSS_STEPS=0", "EOSS_STEPS=0: must be an integer ≥ 1"},
		{"EOSS_STOP_LOSS=-0.1", "EOSS_STOP_LOSS=-0.1: must be a number ≥ 0"},
		{"EOSS_SEED=-1", "EOSS_SEED=-1: must be an integer ≥ 0"},
		{"EOSS_BS_REL_ERR=1", "EOSS_BS_REL_ERR=1: must be a number > 0, < 1"},
		{"EOSS_BS_MAX_BATCHES=16", "EOSS_BS_MIN_BATCHES=32: must be an integer from 2 to EOSS_BS_MAX_BATCHES=16"},
		{"EOSS_DATASET=mnist", "EOSS_DATASET=mnist: must be one of synthetic, cifar10, or a path ending in .npz"},
		{"EOSS_MODEL=vgg", "EOSS_MODEL=vgg: must be one of mlp, mlp-l, mlp-linear, diaglin, cnn, resnet8, resnet10, resnet14, resnet20"},
		{"EOSS_ACTIVATION=gelu", "EOSS_ACTIVATION=gelu: must be one of relu, tanh, silu, linear"},
		{"EOSS_LOSS=MSE", "EOSS_LOSS=MSE: must be one of mse, ce"},
		{"EOSS_PRECISION=float16", "EOSS_PRECISION=float16: must be one of float32, float64"},
		{"EOSS_BLAS=mkl", "EOSS_BLAS=mkl: must be one of auto, openblas, go"},
		{"EOSS_WIDTHS=512,0", "EOSS_WIDTHS=512,0: must be positive integers separated by commas, such as 512,512"},
		{"EOSS_WIDTHS=512,", "EOSS_WIDTHS=512,: must be positive integers separated by commas, such as 512,512"},
		{"EOSS_MEASURE=sharpness@3", `EOSS_MEASURE=sharpness@3: no measurement "sharpness"; there are step_sharpness, batch_sharpness, lambda_max, loss, ias, momentum_sharpness`},
		{"EOSS_MEASURE=loss@0", `EOSS_MEASURE=loss@0: "loss@0": the cadence must be an integer ≥ 1, such as loss@100`},
		{"EOSS_MEASURE=loss@1,loss@2", "EOSS_MEASURE=loss@1,loss@2: loss is named twice"},
		{"EOSS_MEASURE=ias", "EOSS_MEASURE=ias: ias needs a cadence in steps, such as ias@200"},
		{"EOSS_MEASURE=loss@1,", "EOSS_MEASURE=loss@1,: must be none, or name@steps separated by commas, such as batch_sharpness@100,loss@200"},
		{"EOSS_MODEL=diaglin EOSS_LOSS=ce", "EOSS_LOSS=ce: EOSS_MODEL=diaglin allows only mse"},
		{"EOSS_DATASET=cifar10", "EOSS_DATA_DIR=: is needed for EOSS_DATASET=cifar10; point EOSS_DATA_DIR at a cifar-10-batches-bin folder (CIFAR-10's binary version), which `just data` downloads"},
		{"EOSS_DATASET=cifar10 EOSS_DATA_DIR=/no/where", "EOSS_DATA_DIR=/no/where: does not exist; point EOSS_DATA_DIR at a cifar-10-batches-bin folder (CIFAR-10's binary version), which `just data` downloads"},
		{"EOSS_DATASET=cifar10 EOSS_DATA_DIR=" + file, "EOSS_DATA_DIR=" + file + ": is not a folder; point EOSS_DATA_DIR at a cifar-10-batches-bin folder (CIFAR-10's binary version), which `just data` downloads"},
		{"EOSS_DATASET=cifar10 EOSS_N=50001 EOSS_DATA_DIR=.", "EOSS_N=50001: cifar10 has 50000 training images at most"},
	} {
		given := map[string]string{}
		for assignment := range strings.FieldsSeq(test.given) {
			name, value, _ := strings.Cut(assignment, "=")
			given[name] = value
		}
		_, fromEnv := fromEnvironment(t, given)
		wantRefusal(t, "environment", fromEnv, test.want)
		if !slices.Contains(slices.Collect(maps.Values(given)), "") { // empty means absent in a listing
			_, fromValues := FromValues(given, testMeasurables)
			wantRefusal(t, "values", fromValues, test.want)
		}
	}
}

// A variable that is parsed and ignored is a defect, but only the
// environment's are wishes.
func TestVariablesWithoutEffectAreRefused(t *testing.T) {
	for _, test := range []struct {
		given map[string]string
		want  string
	}{
		{map[string]string{"EOSS_MODEL": "diaglin", "EOSS_WIDTHS": "5"},
			"EOSS_WIDTHS=5: has no effect in this run, unset it; it is read by EOSS_MODEL=mlp, EOSS_MODEL=mlp-l, EOSS_MODEL=mlp-linear, EOSS_MODEL=cnn, EOSS_MODEL=resnet8, EOSS_MODEL=resnet10, EOSS_MODEL=resnet14, EOSS_MODEL=resnet20"},
		{map[string]string{"EOSS_MODEL": "mlp-linear", "EOSS_ACTIVATION": "linear"},
			"EOSS_ACTIVATION=linear: has no effect in this run, unset it; it is read by EOSS_MODEL=mlp, EOSS_MODEL=mlp-l, EOSS_MODEL=cnn, EOSS_MODEL=resnet8, EOSS_MODEL=resnet10, EOSS_MODEL=resnet14, EOSS_MODEL=resnet20"},
		{map[string]string{"EOSS_SEED": "7", "EOSS_SEED_DATA": "1", "EOSS_SEED_ORDER": "2", "EOSS_SEED_INIT": "3"},
			"EOSS_SEED=7: has no effect in this run, unset it; the seeds of data, order and initial weights are all given"},
		{map[string]string{"EOSS_SEED": "7", "EOSS_SEED_DATA": "1", "EOSS_SEED_ORDER": "2", "EOSS_INIT": "a.safetensors"},
			"EOSS_SEED=7: has no effect in this run, unset it; the seeds of data, order and initial weights are all given"},
		{map[string]string{"EOSS_MOMENTUM": "0.8"},
			"EOSS_MOMENTUM=0.8: has no effect in this run, unset it; it is read by EOSS_OPTIMIZER=momentum"},
		{map[string]string{"EOSS_OPTIMIZER": "momentum", "EOSS_BETA1": "0.8"},
			"EOSS_BETA1=0.8: has no effect in this run, unset it; it is read by EOSS_OPTIMIZER=adam"},
		{map[string]string{"EOSS_NOISE": "replacement", "EOSS_NOISE_FACTOR": "distinct"},
			"EOSS_NOISE_FACTOR=distinct: has no effect in this run, unset it; it is read by EOSS_NOISE=directional, EOSS_NOISE=diagonal, EOSS_NOISE=isotropic, EOSS_NOISE=sde"},
		{map[string]string{"EOSS_NOISE": "directional", "EOSS_SDE_STEP": "0.001"},
			"EOSS_SDE_STEP=0.001: has no effect in this run, unset it; it is read by EOSS_NOISE=sde"},
		{map[string]string{"EOSS_MEASURE": "loss@5", "EOSS_LMAX_TOL": "0.1"},
			"EOSS_LMAX_TOL=0.1: has no effect in this run, unset it; it is read by lambda_max in EOSS_MEASURE"},
		{map[string]string{"EOSS_MEASURE": "none", "EOSS_STOP_LOSS": "0.1"},
			"EOSS_STOP_LOSS=0.1: has no effect in this run, unset it; it is read by loss in EOSS_MEASURE"},
	} {
		_, err := fromEnvironment(t, test.given)
		wantRefusal(t, "environment", err, test.want)
		if _, err := FromValues(test.given, testMeasurables); err != nil {
			t.Errorf("values %v: %v", test.given, err)
		}
	}
}

func wantRefusal(t *testing.T, source string, err error, want string) {
	t.Helper()
	var refusal *ConfigError
	if !errors.As(err, &refusal) || err.Error() != want {
		t.Errorf("%s:\n got %v\nwant %s", source, err, want)
	}
}

func TestEditDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"kitten", "sitting", 3}, {"ca", "abc", 3}} {
		if got := editDistance(test.a, test.b); got != test.want {
			t.Errorf("%q, %q: %d, want %d", test.a, test.b, got, test.want)
		}
	}
}
