package experiments

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"codeberg.org/sbinet/npyio/npz"

	"eoss/internal/record"
)

// ownData writes arrays, as Go arrays of arrays, to a file of that name.
func ownData(t *testing.T, name string, arrays map[string]any) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := npz.Write(path, arrays); err != nil {
		t.Fatal(err)
	}
	return path
}

func ownImages() (x [24][1][16][16]uint8, y [24]int64) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range x {
		y[i] = int64(i % 3)
		for r := range x[i][0] {
			for c := range x[i][0][r] {
				x[i][0][r][c] = uint8(rng.IntN(200)) + uint8(20*(i%3))
			}
		}
	}
	return x, y
}

func ownFeatures() (x [24][6]float64, real [24][2]float32) {
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range x {
		for k := range x[i] {
			x[i][k] = rng.NormFloat64()
		}
		real[i] = [2]float32{float32(x[i][0] + x[i][1]), float32(x[i][2] * x[i][3])}
	}
	return x, real
}

// TestOwnDataDefaults: all samples, synthetic's presets, a name from the file's; and the round trip.
func TestOwnDataDefaults(t *testing.T) {
	x, y := ownImages()
	without := ownData(t, "alone.npz", map[string]any{"x.npy": x, "y.npy": y})
	with := ownData(t, "both.npz", map[string]any{"x.npy": x, "y.npy": y, "x_test.npy": x, "y_test.npy": y})
	for _, test := range []struct {
		given    map[string]string
		n, nTest int
	}{
		{map[string]string{"EOSS_DATASET": without}, 24, 0},
		{map[string]string{"EOSS_DATASET": without, "EOSS_N": "20", "EOSS_MODEL": "cnn"}, 20, 0},
		{map[string]string{"EOSS_DATASET": with}, 24, 24},
		{map[string]string{"EOSS_DATASET": with, "EOSS_N_TEST": "5", "EOSS_OPTIMIZER": "momentum"}, 24, 5},
	} {
		c, err := fromEnvironment(t, test.given)
		if err != nil {
			t.Error(err)
			continue
		}
		if c.N != test.n || c.NTest != test.nTest || c.Steps != 8000 || !strings.Contains(c.Out, "runs/"+strings.TrimSuffix(filepath.Base(c.Dataset), ".npz")+"-") {
			t.Errorf("%v: %+v", test.given, c)
		}
		if again, err := FromValues(c.Values(), testMeasurables); err != nil || !reflect.DeepEqual(again, c) {
			t.Errorf("rebuilt %+v, %v\nfrom    %+v", again, err, c)
		}
	}
	for _, test := range []struct {
		given map[string]string
		want  string
	}{
		{map[string]string{"EOSS_DATASET": "no/where.npz"}, "EOSS_DATASET=no/where.npz: does not exist; give the path of a file that numpy.savez wrote"},
		{map[string]string{"EOSS_DATASET": without, "EOSS_N": "25"}, "EOSS_N=25: " + without + " has 24 training samples"},
		{map[string]string{"EOSS_DATASET": without, "EOSS_N": "0"}, "EOSS_N=0: must be an integer ≥ 1"},
		{map[string]string{"EOSS_DATASET": without, "EOSS_BATCH": "25"}, "EOSS_BATCH=25: must be an integer from 1 to EOSS_N=24"},
		{map[string]string{"EOSS_DATASET": without, "EOSS_N_TEST": "5"}, "EOSS_N_TEST=5: has no effect in this run, unset it; " + without + " has no x_test"},
		{map[string]string{"EOSS_DATASET": with, "EOSS_N_TEST": "25"}, "EOSS_N_TEST=25: must be an integer from 1 to 24, the test samples of " + with},
		{map[string]string{"EOSS_DATASET": with, "EOSS_N_TEST": "0"}, "EOSS_N_TEST=0: must be an integer from 1 to 24, the test samples of " + with},
	} {
		_, err := fromEnvironment(t, test.given)
		wantRefusal(t, "environment", err, test.want)
	}
}

// TestEveryModelOnOwnData: labels decide the number of outputs, and the rows are those that the data have.
func TestEveryModelOnOwnData(t *testing.T) {
	x, y := ownImages()
	images := ownData(t, "images.npz", map[string]any{"x.npy": x, "y.npy": y, "x_test.npy": x, "y_test.npy": y})
	features, real := ownFeatures()
	labelled := ownData(t, "features.npz", map[string]any{"x.npy": features, "y.npy": y})
	regression := ownData(t, "regression.npz", map[string]any{"x.npy": features, "y.npy": real, "x_test.npy": features, "y_test.npy": real})
	type run struct{ file, model, widths, want string }
	runs := []run{
		{labelled, "mlp", "8", "loss accuracy"},
		{labelled, "diaglin", "", "loss accuracy"},
		{regression, "mlp", "8", "loss test_loss"},
	}
	for _, m := range Models() {
		widths := map[string]string{"cnn": "2,2,3,4", "mlp-l": "4,4,4,4", "diaglin": ""}
		w, ok := widths[m.Name]
		if !ok {
			w = "2,4,6"
		}
		runs = append(runs, run{images, m.Name, w, "loss accuracy test_loss test_accuracy"})
	}
	for _, r := range runs {
		given := map[string]string{"EOSS_DATASET": r.file, "EOSS_MODEL": r.model, "EOSS_WIDTHS": r.widths, "EOSS_STEPS": "4", "EOSS_BATCH": "4",
			"EOSS_N": "", "EOSS_N_TEST": "", "EOSS_MEASURE": "loss@4,batch_sharpness@4"}
		c := small(t, given)
		result, rows := trained(t, c)
		var got []string
		for _, row := range rows {
			if row.Step == 0 && (strings.HasSuffix(row.Name, "loss") || strings.HasSuffix(row.Name, "accuracy")) {
				got = append(got, row.Name)
			}
		}
		if strings.Join(got, " ") != r.want {
			t.Errorf("%s on %s: rows %v, want %s", r.model, filepath.Base(r.file), got, r.want)
		}
		first, last := values(rows, "loss")[0], values(rows, "loss")[1]
		if !(last < first) {
			t.Errorf("%s on %s: the loss went from %g to %g", r.model, filepath.Base(r.file), first, last)
		}
		config, err := record.ReadConfig(filepath.Join(result.Dir, record.ConfigFile))
		if err != nil || len(config.DataChecksum) != 64 || config.Variables["EOSS_N"] != "24" {
			t.Errorf("config.json: %+v, %v", config, err)
		}
	}
}

// TestOwnDataMistakes: what shapes and targets do not allow is one line.
func TestOwnDataMistakes(t *testing.T) {
	features, real := ownFeatures()
	regression := ownData(t, "r.npz", map[string]any{"x.npy": features, "y.npy": real})
	for _, test := range []struct{ model, loss, want string }{
		{"mlp", "ce", "EOSS_LOSS=ce: needs labels, and array y of " + regression + " holds real targets; set EOSS_LOSS=mse"},
		{"diaglin", "mse", "EOSS_MODEL=diaglin: has one output, and array y of " + regression + " has 2 columns"},
		{"cnn", "mse", "EOSS_MODEL=cnn: cnn takes images [channels, rows, columns], not samples (6), as EOSS_DATASET=" + regression + " has; EOSS_MODEL=mlp takes any"},
		{"resnet8", "mse", "EOSS_MODEL=resnet8: resnet8 takes images"},
	} {
		c := small(t, map[string]string{"EOSS_DATASET": regression, "EOSS_MODEL": test.model, "EOSS_LOSS": test.loss, "EOSS_WIDTHS": "", "EOSS_N": ""})
		_, err := Train(context.Background(), "eoss", c, io.Discard)
		var usage *UsageError
		if !errors.As(err, &usage) || !strings.HasPrefix(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s, %s: %v", test.model, test.loss, err)
		}
	}
}
