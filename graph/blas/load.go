package blas

import (
	"fmt"
	"os"
	"strings"
)

// notFound is what a user without OpenBLAS has to do.
const notFound = "OpenBLAS was not found: install it (Debian, Ubuntu: libopenblas0-pthread; Fedora: openblas-threads; macOS: brew install openblas) " +
	"for about ten times the speed"

// loadOpenBLAS loads OpenBLAS with the fastest core type (unless the user has preset one), and makes sure that it computes right.
func loadOpenBLAS(threads int) (*library, Info, error) {
	machine := thisProcessor()
	core := ""
	if os.Getenv(coreVariable) == "" {
		core = machine.core()
	}
	lib, err := openLibrary(core)
	if err != nil {
		return nil, Info{}, err
	}
	info := Info{Backend: "openblas", Version: "unknown", Core: lib.core()}
	if words := strings.Fields(lib.config()); len(words) > 1 { // "OpenBLAS 0.3.21 DYNAMIC_ARCH …"
		info.Version = words[1]
	}
	if product := selfCheck(lib, threads); product != "" {
		return nil, Info{}, fmt.Errorf("OpenBLAS %s computes wrong products with core type %s on this CPU (%s): set %s=HASWELL, or install a newer OpenBLAS",
			info.Version, info.Core, product, coreVariable)
	}
	info.Advice = machine.advice(info.Core)
	return lib, info, nil
}
