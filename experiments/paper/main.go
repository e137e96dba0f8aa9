// Command paper makes the paper's figures and judges its claims.
//
//	go run ./experiments/paper plan figures    what would run, and how long
//	go run ./experiments/paper fig5            one figure
//	go run ./experiments/paper figures         all of them
//	go run ./experiments/paper RUN             one run, by the name that plan gives it
//	go run ./experiments/paper claims          the table of claims
//	go run ./experiments/paper report          one page of HTML with all of it
//	go run ./experiments/paper keep FOLDER     a copy of the finished runs' rows
//	go run ./experiments/paper -h              figures, studies and variables
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"eoss/experiments"
	"eoss/experiments/study"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	if len(args) == 1 && args[0] == study.TrainArgument {
		return study.TrainOne(stdout, stderr)
	}
	err := command(args, stdout, stderr)
	if err != nil {
		fmt.Fprintln(stderr, err)
	}
	return experiments.ExitStatus(err)
}

func command(args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 || slices.ContainsFunc(args, asksForHelp) {
		return help(stdout)
	}
	settings, user, err := study.FromEnvironment()
	if err != nil {
		return err
	}
	if args[0] == "keep" {
		if len(args) != 2 {
			return &experiments.UsageError{Reason: "keep takes one folder, into which it copies the rows of the finished runs in EOSS_OUT"}
		}
		return settings.Keep(stdout, args[1])
	}
	set, err := settings.Set(user)
	if err != nil {
		return err
	}
	all := study.Studies(set, studies)
	m := study.Maker{Set: set, Settings: settings, Log: stderr}
	switch args[0] {
	case "plan":
		if args = args[1:]; len(args) == 0 {
			args = []string{"figures", "claims"}
		}
		picked, err := all.Pick(args)
		if err != nil {
			return err
		}
		return m.Plan(stdout, picked)
	case "report":
		if len(args) > 1 {
			return &experiments.UsageError{Reason: "report stands alone: it shows what figures and claims have made"}
		}
		return m.Report(stdout, all)
	}
	picked, err := all.Pick(args)
	if err != nil {
		return err
	}
	ctx, stop := experiments.WithInterrupt(context.Background())
	defer stop()
	return m.Make(ctx, stdout, picked)
}
