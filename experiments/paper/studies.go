package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"eoss/experiments/noise"
	"eoss/experiments/ntk"
	"eoss/experiments/quadratic"
	"eoss/experiments/scaling"
	"eoss/experiments/shifts"
	"eoss/experiments/study"
	"eoss/experiments/trajectories"
)

// studies are the paper's. A new one is a line here.
var studies = []study.Study{
	trajectories.Study,
	shifts.Study,
	scaling.Study,
	noise.Study,
	ntk.Study,
	quadratic.Study,
}

func asksForHelp(arg string) bool {
	return slices.Contains([]string{"-h", "-help", "--help", "help"}, arg)
}

// help looks at no variable: it is there for those who have one wrong.
func help(w io.Writer) error {
	all := study.Studies(study.NewSet(study.Profiles()[0], nil), studies)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "usage: [EOSS_NAME=value ...] paper [plan] NAME ...\n\nplan\t\tprint the runs of the names that follow, their time, memory and disk, and start nothing")
	fmt.Fprintln(t, "figures\t\tevery figure\nclaims\t\tthe table of claims\nreport\t\treport.html from what figures and claims have made\n"+
		"keep FOLDER\t\tcopy the finished runs' rows to FOLDER; EOSS_WORKERS=0 EOSS_OUT=FOLDER draws them\nRUN\t\tone run, by the name that plan gives it")
	for _, s := range studies {
		fmt.Fprintf(t, "%s\t\t%s\n", s.Name, s.Title)
	}
	for _, f := range all.Figures {
		fmt.Fprintf(t, "%s\t\t%s\n", f.Name, f.Title)
	}
	fmt.Fprintln(t)
	for _, line := range study.SettingsHelp() {
		fmt.Fprintln(t, line)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "\nAny other variable is given to every run, such as EOSS_DATA_DIR, EOSS_THREADS or EOSS_ACTIVATION; those that a study\n"+
		"varies itself are refused.")
	return err
}
