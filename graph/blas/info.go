package blas

import (
	"fmt"
	"strings"
)

// Info says what computes the products. All fields but Advice decide the bits of a product: record them with a run.
type Info struct {
	Backend string // "openblas" or "go"
	Version string // OpenBLAS's version, such as "0.3.21"; empty for "go"
	Core    string // the kernels OpenBLAS uses, such as "Haswell"; empty for "go"
	Threads int    // the most threads one product may use
	Advice  string // what would be faster and how to get it; empty if there is nothing to say
}

// String is one line, such as "OpenBLAS 0.3.21, core Haswell, 2 threads".
func (i Info) String() string {
	var line strings.Builder
	if i.Backend == "openblas" {
		fmt.Fprintf(&line, "OpenBLAS %s, core %s", i.Version, i.Core)
	} else {
		line.WriteString("pure Go (gonum)")
	}
	fmt.Fprintf(&line, ", %d thread", i.Threads)
	if i.Threads != 1 {
		line.WriteString("s")
	}
	if i.Advice != "" {
		line.WriteString(" (" + i.Advice + ")")
	}
	return line.String()
}
