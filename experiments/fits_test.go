package experiments

import (
	"errors"
	"strings"
	"testing"
)

// TestTooLargeIsRefused: data and networks that no memory holds are one line that names the variable, before anything is allocated.
func TestTooLargeIsRefused(t *testing.T) {
	machine := room
	t.Cleanup(func() { room = machine })
	room = func() Bytes { return 2 << 20 }
	for _, test := range []struct{ name, value, want string }{
		{"EOSS_N", "700000", "EOSS_N=700000: 700032 images take 8.0 GiB and there are 2 MiB of memory: set it lower"},
		{"EOSS_N_TEST", "900000", "EOSS_N_TEST=900000: 900128 images take 10.3 GiB and there are 2 MiB of memory: set it lower"},
		{"EOSS_WIDTHS", "300000,300000", "EOSS_WIDTHS=300000,300000: 90925200010 parameters take 1016.2 GiB beside 2 MiB of images, and there are 2 MiB of memory: choose a smaller network"},
		{"EOSS_WIDTHS", "1000000000,100000000", "EOSS_WIDTHS=1000000000,100000000: 100003074100000010 parameters take"},
		{"EOSS_PRECISION", "float64", "EOSS_N=128: 160 images take 6 MiB"},
	} {
		_, err := NewProblem[float32](small(t, map[string]string{test.name: test.value}))
		var refusal *ConfigError
		if !errors.As(err, &refusal) || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s=%s:\n got %v\nwant %s", test.name, test.value, err, test.want)
		}
	}
	for precision, x := range map[string]any{"float32": [700][1][32][32]float32{}, "float64": [700][1][32][32]float64{}} {
		large := ownData(t, "large.npz", map[string]any{"x.npy": x, "y.npy": [700]int64{1: 1}})
		_, err := NewProblem[float32](small(t, map[string]string{"EOSS_DATASET": large, "EOSS_N": "8", "EOSS_N_TEST": "", "EOSS_PRECISION": precision}))
		size := map[string]string{"float32": "5 MiB", "float64": "8 MiB"}[precision] // 8 and 12 bytes a number
		wantRefusal(t, "own data", err, "EOSS_DATASET="+large+": its 716800 numbers take "+size+" and there are 2 MiB of memory: give a smaller file")
	}
	asked := 0
	room = func() Bytes { asked++; return Bytes(2<<20) / Bytes(asked*asked*asked) } // less is left once the data are there
	if _, err := NewProblem[float32](small(t, map[string]string{"EOSS_WIDTHS": "1"})); err != nil {
		t.Error(err)
	}
}
