// Command export writes the measurements of a run in the formats of other programs:
//
//	go run ./plots/export RUNDIR
//
// reads RUNDIR/config.json, metrics.jsonl and figures/*.png and writes
// RUNDIR/export/metrics.csv, a table with a row for every step, and an event
// file for TensorBoard (tensorboard --logdir RUNDIR/export). It can be used
// while the run is going.
package main

import (
	"fmt"
	"os"

	"eoss/plots"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./plots/export RUNDIR")
		os.Exit(2)
	}
	if err := plots.Export(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "export:", err)
		os.Exit(1)
	}
}
