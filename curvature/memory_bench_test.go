package curvature_test

import (
	"bufio"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"eoss/curvature"
)

// lanczosProduct takes one product of a Lanczos run with the Hessian of the CNN over 8192 samples, whose linearisation is kept within
// 2 GiB and recomputed beyond: a product takes about a minute, so λmax would take many. The linearisation that is kept is not part of it.
// peak-MiB is the largest resident memory of the process from the benchmark's beginning on, data included.
func lanczosProduct(b *testing.B) {
	debug.FreeOSMemory()
	resetPeak()
	s := newSetting(b, "cnn", 8192)
	s.o.Chunk, s.o.Memory = 512, 2<<30
	h := s.linearize(b)
	for b.Loop() {
		if _, err := curvature.Lanczos(h, curvature.EigenOptions[float32]{MaxProducts: 1}); err != nil {
			b.Fatal(err)
		}
	}
	kept, chunks := h.Kept()
	b.ReportMetric(float64(kept)/float64(chunks), "kept")
	if peak, ok := peakMiB(); ok {
		b.ReportMetric(peak, "peak-MiB")
	}
}

// resetPeak makes VmHWM the resident memory of now, where the system can.
func resetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

// peakMiB returns VmHWM, the largest resident memory of the process, where the system tells it.
func peakMiB() (peak float64, ok bool) {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0, false
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if rest, is := strings.CutPrefix(s.Text(), "VmHWM:"); is {
			kB, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kB / 1024, err == nil
		}
	}
	return 0, false
}
