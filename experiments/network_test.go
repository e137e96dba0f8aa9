package experiments

import (
	"testing"
)

// TestImpossibleNetworks: one line with the variable that asks for them, before anything is written.
func TestImpossibleNetworks(t *testing.T) {
	var pixels [4][1][2][2]float32
	tiny := ownData(t, "tiny.npz", map[string]any{"x.npy": pixels, "y.npy": [4]int64{0, 1, 0, 1}})
	for _, test := range []struct{ dataset, model, widths, want string }{
		{"synthetic", "cnn", "8", "EOSS_WIDTHS=8: cnn takes 4 widths, the channels of 3 convolutions and a hidden width, got [8]"},
		{"synthetic", "resnet8", "8,8", "EOSS_WIDTHS=8,8: resnet8 takes 3 widths, the channels of its stages, got [8 8]"},
		{tiny, "cnn", "2,2,2,2", "EOSS_MODEL=cnn: cnn needs images of at least 12×12, got 2×2, as EOSS_DATASET=" + tiny + " has; EOSS_MODEL=mlp takes any"},
		{"synthetic", "mlp", "9223372036854775807,2", "EOSS_WIDTHS=9223372036854775807,2: mlp: every width must be from 1 to 2147483647, got [9223372036854775807 2]"},
		{"synthetic", "mlp", "2147483647,2147483647", "EOSS_WIDTHS=2147483647,2147483647: mlp of widths [2147483647 2147483647] has more parameters than can be counted"},
	} {
		given := map[string]string{"EOSS_DATASET": test.dataset, "EOSS_MODEL": test.model, "EOSS_WIDTHS": test.widths, "EOSS_N": "4", "EOSS_N_TEST": "", "EOSS_BATCH": "2"}
		_, err := NewProblem[float32](small(t, given))
		wantRefusal(t, test.model, err, test.want)
	}
}
