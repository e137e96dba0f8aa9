// Command measure prints every quantity of one network, with its uncertainty, without a training step.
//
//	go run ./experiments/measure                                       the initial parameters, built-in data
//	EOSS_INIT=net.safetensors go run ./experiments/measure -json       parameters from PyTorch or a checkpoint, as JSON
//	go run ./experiments/measure -h                                    every EOSS_ variable
package main

import (
	"os"

	"eoss/experiments"
)

func main() { os.Exit(experiments.MeasureMain(os.Args[1:], os.Stdout, os.Stderr)) }
