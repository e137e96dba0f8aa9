package study

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"eoss/experiments"
)

// TrainArgument makes the program that was started train one run, that of its EOSS_ variables: a run has a process of its
// own, whose matrix products use as many threads as it is given.
const TrainArgument = "train-one-run"

// TrainOne is what a program does that was started with TrainArgument: the run of its EOSS_ variables. It returns the exit status.
func TrainOne(stdout, stderr io.Writer) int {
	return experiments.Main("paper", nil, stdout, stderr, func(ctx context.Context, c experiments.Config, stdout, stderr io.Writer) error {
		r, err := experiments.Train(ctx, "eoss", c, stderr)
		interrupted := errors.Is(err, experiments.ErrInterrupted)
		if err != nil && !interrupted {
			return err
		}
		verdict, failure := experiments.Conclude(r, c, r.End.State(interrupted))
		fmt.Fprintln(stdout, verdict)
		return errors.Join(err, failure)
	})
}

// job is a run being done.
type job struct {
	run     Run
	dir     string
	state   State
	seconds float64 // expected, on one core
	done    float64 // share of it that is done
}

// environment is the process's: the runs' variables replace all EOSS_ variables.
func (j *job) environment(results *Results, threads int, memory string) []string {
	var env []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(strings.ToUpper(entry), "EOSS_") {
			env = append(env, entry)
		}
	}
	v := Variables{"EOSS_RESUME": j.dir}
	for _, name := range []string{"EOSS_DATA_DIR", "EOSS_BLAS"} {
		if value, ok := j.run.Variables[name]; ok {
			v[name] = value
		}
	}
	if j.state == Missing {
		v = Variables{"EOSS_OUT": j.dir, "EOSS_THREADS": strconv.Itoa(threads)}
		if p := j.run.Parent; p != nil {
			v["EOSS_FROM"] = fmt.Sprintf("%s@%d", results.Path(*p), j.run.Step)
			v = v.With(j.run.Variables.changed(p.Variables))
		} else {
			v = j.run.Variables.With(v)
		}
	}
	if j.run.Variables["EOSS_DATASET"] != "cifar10" { // the user's, for those runs that read it
		delete(v, "EOSS_DATA_DIR")
	}
	if _, given := j.run.Variables["EOSS_MEMORY"]; !given && memory != "" {
		v["EOSS_MEMORY"] = memory
	}
	for name, value := range v {
		env = append(env, name+"="+value)
	}
	return append(env, "OMP_WAIT_POLICY=PASSIVE")
}

// changed are those variables that differ from a parent's.
func (v Variables) changed(parent Variables) Variables {
	different := Variables{}
	for name, value := range v {
		if parent[name] != value {
			different[name] = value
		}
	}
	return different
}

var stepLine = regexp.MustCompile(`step=([0-9]+) of=([0-9]+)`)

// process runs the job in a process of its own. What it says goes to the run's log file, which the error of a run that
// fails names, with its last line.
func (j *job) process(ctx context.Context, env []string, progress func(share float64)) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	logged, err := os.OpenFile(j.dir+".log", os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	defer logged.Close()
	command := exec.CommandContext(ctx, program, TrainArgument)
	command.Env = env
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Minute // a checkpoint and a measurement end first
	ownGroup(command)
	read, write := io.Pipe()
	command.Stdout, command.Stderr = write, write
	last := make(chan string)
	go func() { last <- follow(io.TeeReader(read, logged), progress) }()
	err = command.Run()
	write.Close()
	line := <-last
	if err == nil || ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return fmt.Errorf("%s: %v: %s (all it said is in %s.log)", filepath.Base(j.dir), err, line, j.dir)
}

// follow reports how far the run is and returns its last line.
func follow(r io.Reader, progress func(share float64)) (last string) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		last = lines.Text()
		if m := stepLine.FindStringSubmatch(last); m != nil {
			step, _ := strconv.ParseFloat(m[1], 64)
			of, _ := strconv.ParseFloat(m[2], 64)
			progress(step / of)
		}
	}
	io.Copy(io.Discard, r) // a line too long to scan must not block the run
	return last
}
