// Command draw draws the figures of a run:
//
//	go run ./plots/draw RUNDIR
//
// reads RUNDIR/config.json and RUNDIR/metrics.jsonl and writes every figure of
// the run's study to RUNDIR/figures as png, svg and pdf. It can be used while
// the run is going.
package main

import (
	"fmt"
	"os"

	"eoss/plots"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./plots/draw RUNDIR")
		os.Exit(2)
	}
	if err := plots.Draw(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "draw:", err)
		os.Exit(1)
	}
}
