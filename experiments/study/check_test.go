package study

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eoss/experiments"
)

// maker makes the quick set in a new folder, with the user's variables.
func maker(t *testing.T, user Variables) Maker {
	t.Helper()
	p, err := ProfileNamed("quick")
	if err != nil {
		t.Fatal(err)
	}
	return Maker{Set: NewSet(p, user), Settings: Settings{Workers: 1, Out: filepath.Join(t.TempDir(), "set")}}
}

// refused wants a usage error of one line.
func refused(t *testing.T, what string, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") || experiments.ExitStatus(err) != experiments.ExitUsage {
		t.Errorf("%s: %v, not %s", what, err, want)
	}
}

// TestCheckOptimizer: what is held against SGD's 2/η is of SGD; figures along single runs know the others' thresholds.
func TestCheckOptimizer(t *testing.T) {
	along, atEdge := Figure{Name: "fig2"}, Figure{Name: "fig6", SGD: true}
	for _, c := range []struct {
		optimizer, want string
		chosen          Selection
	}{
		{"momentum", "EOSS_OPTIMIZER=momentum: fig6 would be held against 2/η", Selection{Figures: []Figure{along, atEdge}}},
		{"adam", "EOSS_OPTIMIZER=adam: the claims would be", Selection{Claims: []Claim{{Number: 1}}}},
		{"adam", "", Selection{Figures: []Figure{along}}},
		{"sgd", "", Selection{Figures: []Figure{atEdge}, Claims: []Claim{{Number: 1}}}},
	} {
		m := maker(t, Variables{"EOSS_OPTIMIZER": c.optimizer})
		err := m.Plan(io.Discard, c.chosen)
		if c.want != "" {
			refused(t, c.optimizer, err, c.want)
		} else if err != nil {
			t.Error(err)
		}
	}
}

// TestCheck: what every run would refuse is refused once, before any of them.
func TestCheck(t *testing.T) {
	text := filepath.Join(t.TempDir(), "net.safetensors")
	if err := os.WriteFile(text, []byte("no tensors"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, value, want string }{
		{"EOSS_BATCH", "3", "EOSS_BATCH=3: is what these figures and claims vary"},
		{"EOSS_MEASURE", "batch_sharpness@100", "EOSS_MEASURE=batch_sharpness@100: is what these figures and claims vary or fix themselves"},
		{"EOSS_MEASURE", "loss@3", "EOSS_MEASURE=loss@3: is what"},
		{"EOSS_N", "0", "EOSS_N=0"},
		{"EOSS_LR", "0.7", "fix themselves, as for the run "},
		{"EOSS_N", "40", "EOSS_N=40: is less than b = 64 of these figures and claims: set it to 64 at least"},
		{"EOSS_ACTIVATION", "cubic", "EOSS_ACTIVATION=cubic"},
		{"EOSS_MOMENTUM", "0.5", "EOSS_MOMENTUM=0.5: has no effect in this run"},
		{"EOSS_INIT", "/nope", "EOSS_INIT=/nope: does not exist"},
		{"EOSS_INIT", text, "EOSS_INIT=" + text},
		{"EOSS_DATASET", "cifar10", "EOSS_DATA_DIR"},
	} {
		m := maker(t, Variables{c.name: c.value})
		runs := []Run{m.Train("mlp", 0.01, 16, 0, nil), m.Train("mlp", 0.01, 64, 0, nil)}
		refused(t, c.name, m.check(m.results(), runs), c.want)
	}
	m := maker(t, nil)
	large := &experiments.ConfigError{Variable: "EOSS_N", Value: "1024", Reason: "d.npz has 203 training samples"}
	refused(t, "a small file", m.unlessSet(large), "EOSS_N=1024: d.npz has 203 training samples; EOSS_PROFILE=quick gives it where you don't")
	refused(t, "another variable", maker(t, Variables{"EOSS_LR": "1"}).unlessSet(large), "quick gives it")
	if err := maker(t, Variables{"EOSS_N": "1024"}).unlessSet(large); err != large {
		t.Error(err)
	}
	if err := m.check(m.results(), []Run{m.Train("mlp", 0.01, 64, 0, nil), m.Train("resnet14", 0.01, 64, 0, nil)}); err != nil {
		t.Error(err)
	}
	if _, err := ProfileNamed("fast"); err == nil || !strings.Contains(err.Error(), "EOSS_PROFILE=fast") {
		t.Errorf("an unknown profile gives %v", err)
	}
}

// TestStopLossOfParents: a run that others start from must not stop before that.
func TestStopLossOfParents(t *testing.T) {
	for value, want := range map[string]string{"0.05": "EOSS_STOP_LOSS=0.05: may stop mlp-b16-", "0": ""} {
		m := maker(t, Variables{"EOSS_STOP_LOSS": value})
		base := m.Train("mlp", 0.01, 16, 0, nil)
		fork := base.Fork(200, Variables{"EOSS_LR": "0.02", "EOSS_STEPS": "9000"})
		if err := m.check(m.results(), []Run{base}); err != nil {
			t.Error(err)
		}
		err := m.check(m.results(), []Run{fork})
		if want == "" && err != nil {
			t.Error(err)
		} else if want != "" {
			refused(t, "a fork", err, want)
			refused(t, "a fork", err, " before step 200, where others start from it: unset it, or name figures and claims without such runs")
		}
		measured(t, m.results(), fork, 9000, "finished", 9000)
		if err := m.check(m.results(), []Run{fork}); err != nil {
			t.Errorf("of a fork that is done: %v", err)
		}
	}
}

// TestCheckOfWidths: widths that one of the models can't have are refused before the plan counts with them, also when no run is to start.
func TestCheckOfWidths(t *testing.T) {
	for _, c := range []struct{ model, widths, want string }{
		{"mlp", "8", ""}, {"mlp-l", "8,8,8", ""}, {"cnn", "4,4,8,8", ""}, {"resnet14", "4,8,8", ""},
		{"cnn", "64,64", "cnn takes 4 widths"}, {"cnn", "4,4,8,8,8", "cnn takes 4 widths"}, {"resnet14", "8,8", "resnet14 takes 3 widths"},
		{"resnet14", "8,8,8,8", "resnet14 takes 3 widths"}, {"resnet14", "8,9,10", "grow by an even number"},
		{"mlp", "many", "must be positive integers"}, {"mlp", "99999999999", "every width must be from 1 to"},
	} {
		for _, workers := range []int{1, 0} {
			m := maker(t, Variables{"EOSS_WIDTHS": c.widths})
			m.Workers = workers
			folder(t, m.results().Dir)
			err := m.Plan(&bytes.Buffer{}, Selection{Single: []Run{m.Train(c.model, 0.01, 16, 0, nil)}})
			if c.want == "" && err != nil {
				t.Errorf("%s of %s: %v", c.model, c.widths, err)
			} else if c.want != "" {
				refused(t, c.model, err, "EOSS_WIDTHS="+c.widths+": ")
				refused(t, c.model, err, c.want)
			}
		}
	}
}

// TestCheckOfData: the files of CIFAR-10 are looked at before a plan, unless all that needs them is done.
func TestCheckOfData(t *testing.T) {
	dir := t.TempDir()
	m := maker(t, Variables{"EOSS_DATASET": "cifar10", "EOSS_DATA_DIR": dir})
	run := m.Train("mlp", 0.01, 16, 0, nil)
	refused(t, "an empty folder", m.check(m.results(), []Run{run}), "EOSS_DATA_DIR: "+dir+" holds no data_batch_1.bin")
	if err := os.WriteFile(filepath.Join(dir, "data_batch_1.bin"), make([]byte, 5000), 0o666); err != nil {
		t.Fatal(err)
	}
	refused(t, "a cut file", m.check(m.results(), []Run{run}), "data_batch_1.bin is truncated")
	measured(t, m.results(), run, int(run.Variables.Number("EOSS_STEPS")), "finished", int(run.Variables.Number("EOSS_STEPS")))
	if err := m.check(m.results(), []Run{run}); err != nil {
		t.Errorf("of a run that is done: %v", err)
	}
}

// TestRehearse: what only building a network finds out is refused before the first run, and with the run's own share of the memory.
func TestRehearse(t *testing.T) {
	for _, c := range []struct {
		user Variables
		want string
	}{
		{Variables{"EOSS_MEMORY": "1kB"}, "EOSS_MEMORY=1kB: a chunk of"},
		{nil, ""},
	} {
		m := maker(t, c.user)
		err := m.rehearse(m.results(), []Run{m.Train("mlp", 0.01, 16, 0, nil), m.Train("mlp", 0.01, 64, 0, nil)})
		if c.want == "" && err != nil {
			t.Error(err)
		} else if c.want != "" {
			refused(t, c.want, err, c.want)
		}
	}
	m := maker(t, nil)
	m.Workers = 1 << 30
	refused(t, "many workers", m.rehearse(m.results(), []Run{m.Train("mlp", 0.01, 16, 0, nil)}), "EOSS_MEMORY=1MiB")
}

// TestBatchesBelowN: a batch is never another size than the study says, and a sweep ends at the user's n.
func TestBatchesBelowN(t *testing.T) {
	m := maker(t, Variables{"EOSS_N": "128"})
	if want := []int{2, 4, 8, 16, 32, 64, 0}; !slices.Equal(m.Batches, want) {
		t.Errorf("the sweep has b = %v, not %v", m.Batches, want)
	}
	if b := m.Train("mlp", 0.01, 256, 0, nil).Variables["EOSS_BATCH"]; b != "256" {
		t.Errorf("b = %s, not 256", b)
	}
}
