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
	"runtime"
	"strconv"
	"strings"
	"syscall"
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
		if failure != nil { // an interruption's status would say that the run can go on
			return failure
		}
		fmt.Fprintln(stdout, verdict)
		return err
	})
}

// job is a run being done.
type job struct {
	run     Run
	dir     string
	state   State
	seconds float64   // expected, on one core
	done    float64   // share of it that is done
	again   time.Time // when to look at it again, if another process was doing it
}

// environment is the process's: the runs' variables replace all EOSS_ variables.
func (j *job) environment(p *Pool) []string {
	var env []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(strings.ToUpper(entry), "EOSS_") {
			env = append(env, entry)
		}
	}
	for name, value := range j.variables(p) {
		env = append(env, name+"="+value)
	}
	return append(env, "OMP_WAIT_POLICY=PASSIVE")
}

// variables are what the process is told: all of a new run's, what a fork changes, and nothing of a run that goes on but what the user
// gives now. A run has its worker's share of the threads and the memory where the user gives none; one that goes on keeps its threads, on
// which its bits depend.
func (j *job) variables(p *Pool) Variables {
	given := Variables{}
	for _, name := range place {
		if value, ok := p.User[name]; ok && name != "EOSS_OUT" {
			given[name] = value
		}
	}
	share := Variables{"EOSS_MEMORY": memoryShare(p.Workers).String(), "EOSS_THREADS": strconv.Itoa(max(1, runtime.GOMAXPROCS(0)/p.Workers))}
	where := Variables{"EOSS_OUT": j.dir}
	own := j.run.Variables
	switch parent := j.run.Parent; {
	case j.state != Missing:
		own, where = nil, Variables{"EOSS_RESUME": j.dir}
		delete(share, "EOSS_THREADS")
	case parent != nil:
		own = own.changed(parent.Variables)
		where["EOSS_FROM"] = fmt.Sprintf("%s@%d", p.Results.Path(*parent), j.run.Step)
	}
	return share.With(own).With(given).With(where)
}

// memoryShare is a worker's part of the memory that one run would take.
func memoryShare(workers int) experiments.Bytes {
	return max(experiments.DefaultMemory()/experiments.Bytes(workers)>>20, 1) << 20
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
	log := &tolerant{w: logged}
	go func() { last <- j.follow(io.TeeReader(read, log), progress) }()
	err = command.Run()
	write.Close()
	line := <-last
	switch code := command.ProcessState.ExitCode(); { // −1 of a process that a signal ended, or that did not begin
	case code == experiments.ExitOK:
		return nil
	case ctx.Err() != nil && (code == experiments.ExitInterrupted || code < 0):
		return context.Cause(ctx)
	}
	where := fmt.Sprintf("all it said is in %s.log", j.dir)
	if log.err != nil {
		where = fmt.Sprintf("not all it said could be kept: %v", log.err)
	}
	return fmt.Errorf("%s: %w: %s (%s)%s", filepath.Base(j.dir), err, line, where, remedy(command.ProcessState))
}

// remedy is what to do about the end of a process, if anything: a system whose memory is used up kills one.
func remedy(end *os.ProcessState) string {
	if end == nil { // it did not begin
		return ""
	}
	if status, ok := end.Sys().(syscall.WaitStatus); ok && status.Signaled() && status.Signal() == syscall.SIGKILL {
		return "; perhaps for want of memory: lower EOSS_WORKERS or EOSS_MEMORY, the same command goes on"
	}
	return ""
}

// tolerant writes what it can to w, and remembers why not all: a log on a full disk must not block the run.
type tolerant struct {
	w   io.Writer
	err error
}

func (t *tolerant) Write(text []byte) (int, error) {
	if _, err := t.w.Write(text); err != nil {
		t.err = err
	}
	return len(text), nil
}

// follow reports how much of the run is done, of a fork since its own first step, and returns its last line.
func (j *job) follow(r io.Reader, progress func(share float64)) (last string) {
	first := float64(j.run.Step)
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		last = lines.Text()
		if m := stepLine.FindStringSubmatch(last); m != nil {
			step, _ := strconv.ParseFloat(m[1], 64)
			of, _ := strconv.ParseFloat(m[2], 64)
			progress((step - first) / (of - first))
		}
	}
	io.Copy(io.Discard, r) // a line too long to scan must not block the run
	return last
}
