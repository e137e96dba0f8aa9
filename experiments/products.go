package experiments

import (
	"fmt"
	"io"
	"runtime"
	"strconv"

	"eoss/graph/blas"
)

// setUpProducts chooses what computes the matrix products. Threads that the library does not take are refused, for the record would not
// be true; those that the machine does not run at once are allowed, for another machine's bits may need them, and log says so.
func (c Config) setUpProducts(log io.Writer) error {
	info, err := blas.Setup(blas.Options{Backend: c.BLAS, Threads: c.Threads})
	if err != nil {
		return &UsageError{err.Error()}
	}
	if c.Threads > info.Threads && info.Backend == "openblas" {
		return &ConfigError{"EOSS_THREADS", strconv.Itoa(c.Threads),
			fmt.Sprintf("OpenBLAS takes %d at most; unset it to use the %d that this machine runs at once", info.Threads, runtime.GOMAXPROCS(0))}
	}
	switch {
	case c.Threads > info.Threads: // of pure Go, whose bits are the same for any number
		fmt.Fprintf(log, "EOSS_THREADS=%d: pure Go uses the %d that this machine runs at once\n", c.Threads, info.Threads)
	case c.Threads > runtime.GOMAXPROCS(0):
		fmt.Fprintf(log, "EOSS_THREADS=%d: this machine runs %d at once, the others wait\n", c.Threads, runtime.GOMAXPROCS(0))
	}
	return nil
}
