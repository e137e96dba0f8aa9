package main

import (
	"context"
	"fmt"
	"os"

	"eoss/experiments"
)

func main() {
	c, err := experiments.FromEnvironment(experiments.Measurables())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	r, err := experiments.Train(context.Background(), "eoss", c, os.Stderr)
	fmt.Println(r, err)
}
