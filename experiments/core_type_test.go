package experiments

import (
	"strings"
	"testing"

	"eoss/graph/blas"
)

// TestCoreTypeIsForeseen: a set refuses OpenBLAS kernels that the CPU cannot execute before its first run, unless products are pure Go.
func TestCoreTypeIsForeseen(t *testing.T) {
	t.Setenv("OPENBLAS_CORETYPE", "SKYLAKEX")
	if blas.Usable("auto") == nil {
		t.Skip("this CPU has AVX-512")
	}
	for backend, refuse := range map[string]bool{"auto": true, "openblas": true, "go": false} {
		c, err := FromValues(map[string]string{"EOSS_BLAS": backend, "EOSS_N": "64", "EOSS_N_TEST": "16", "EOSS_WIDTHS": "8"}, Measurables())
		if err != nil {
			t.Fatal(err)
		}
		err = c.CheckProblem()
		if (err != nil) != refuse || refuse && !strings.HasPrefix(err.Error(), "OPENBLAS_CORETYPE=SKYLAKEX has AVX-512 kernels") {
			t.Errorf("EOSS_BLAS=%s: %v", backend, err)
		}
	}
}
