// Command runs lists the runs in a folder, runs/ by default:
//
//	go run ./experiments/runs [DIR]
//
// a line a run: study, model, η, b, steps done, state, and where Batch Sharpness stood in the last quarter of the steps.
package main

import (
	"os"

	"eoss/experiments"
)

func main() { os.Exit(experiments.RunsMain(os.Args[1:], os.Stdout, os.Stderr)) }
