package experiments

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strconv"

	"eoss/graph"
	"eoss/graph/blas"
	"eoss/internal/checkpoint"
	"eoss/internal/record"
)

// Version is the program's version, recorded with every run.
const Version = "0.1.0"

// directory is a run directory being written.
type directory struct {
	path  string
	lock  *record.Lock
	out   *record.Writer         // metrics.jsonl
	start *checkpoint.Checkpoint // where the run starts; nil: anew
}

// openDirectory takes the run's directory, a new one unless the run is resumed.
func openDirectory[T graph.Float](study string, p *Problem[T], log io.Writer) (_ *directory, err error) {
	d := &directory{}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close())
		}
	}()
	config := record.Config{
		Study: study, Version: Version, BLAS: blas.Describe(), CPU: cpuName(), DataChecksum: p.Checksum,
		Params: p.Model.Size(), Variables: p.Config.Values(),
	}
	switch o := p.Config.origin; {
	case o.resumes():
		err = d.resume(o, config, log)
	case o.forks():
		err = d.fork(o, config, p.Config, p.Model.Params, log)
	default:
		if err = d.create(p.Config); err == nil {
			err = d.writeConfig(config)
		}
	}
	if err != nil {
		return d, err
	}
	d.out, err = record.OpenWriter(d.file(record.MetricsFile))
	return d, err
}

func (d *directory) file(name string) string { return filepath.Join(d.path, name) }

func (d *directory) close() error {
	var err error
	if d.out != nil {
		err = d.out.Close()
	}
	if d.lock != nil {
		err = errors.Join(err, d.lock.Release())
	}
	return err
}

func (d *directory) writeConfig(c record.Config) error {
	return record.WriteConfig(d.file(record.ConfigFile), c)
}

// checkpoints is the plan of the directory's checkpoints.
func (d *directory) checkpoints(c Config) *checkpoints {
	plan := &checkpoints{dir: d.path, start: -1, every: c.Checkpoint, keep: c.Keep, last: -1}
	if d.start != nil {
		plan.last = d.start.Step
	}
	switch o := c.origin; {
	case o.forks():
		plan.start = o.step
	case o.resumes() && o.config.Parent != nil:
		plan.start = o.config.Parent.Step
	}
	return plan
}

// create makes the run's own folder. A name the program chose gets a number when it is taken; one the user chose must be
// free, so that no run is ever overwritten.
func (d *directory) create(c Config) (err error) {
	if err := os.MkdirAll(filepath.Dir(c.Out), 0o777); err != nil {
		return &ConfigError{"EOSS_OUT", c.Out, err.Error()}
	}
	d.path = c.Out
	for i := 2; ; i++ {
		err := os.Mkdir(d.path, 0o777)
		switch {
		case err == nil:
			d.lock, err = record.LockDir(d.path)
			return err
		case !errors.Is(err, os.ErrExist):
			return &ConfigError{"EOSS_OUT", d.path, err.Error()}
		case c.Out != c.defaultOut():
			return &ConfigError{"EOSS_OUT", d.path, "exists already: name a new folder, a run is never overwritten"}
		}
		d.path = c.Out + "-" + strconv.Itoa(i)
	}
}

// resume goes on with the run of o at its newest sound checkpoint, or at its first step: rows from that step on are cut off, for they
// will be measured again.
func (d *directory) resume(o *origin, now record.Config, log io.Writer) (err error) {
	d.path = o.dir
	if d.lock, err = record.LockDir(o.dir); err != nil {
		return o.refuse("%v", err)
	}
	then, err := record.ReadOriginalConfig(d.file(record.ConfigFile)) // again, now that nobody else writes it
	if err != nil {
		return o.refuse("%v", err)
	}
	if err := o.checkSame(then, now, log); err != nil {
		return err
	}
	if err := d.removeTemporaries(); err != nil {
		return err
	}
	if d.start, err = o.newest(then.Parent, log); err != nil {
		return err
	}
	kept := record.Prefix{}
	if d.start != nil {
		kept = d.start.Metrics
	}
	if err := kept.Cut(d.file(record.MetricsFile)); err != nil {
		return err
	}
	if err := os.Remove(d.file(verdictFile)); err != nil && !isMissing(err) { // it is of the run as it was
		return err
	}
	if maps.Equal(then.Variables, now.Variables) {
		return nil
	}
	then.Variables = now.Variables
	return d.writeConfig(then)
}

// removeTemporaries removes what a process that died was about to rename.
func (d *directory) removeTemporaries() error {
	for _, pattern := range []string{".*.tmp", "checkpoints/.*"} {
		left, err := filepath.Glob(d.file(pattern))
		if err != nil {
			return err
		}
		for _, path := range left {
			if err := os.RemoveAll(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkSame refuses to go on where the numbers would not be those of an uninterrupted run.
func (o *origin) checkSame(then, now record.Config, log io.Writer) error {
	const fork = "or fork the run with EOSS_FROM, whose bits may differ"
	switch {
	case then.Study != now.Study:
		return o.refuse("is a run of the study %s and this is %s: use that program", then.Study, now.Study)
	case !sameProducts(then.BLAS):
		return o.refuse("was computed with %s, and this would be %s: get the same by EOSS_BLAS, EOSS_THREADS or OPENBLAS_CORETYPE, %s",
			then.BLAS, products(), fork)
	case then.DataChecksum != now.DataChecksum:
		return o.refuse("its training images are not those in EOSS_DATA_DIR=%s: name the folder that it used, %s", now.Variables["EOSS_DATA_DIR"], fork)
	case then.Params != now.Params:
		return o.refuse("its network has %d parameters and this one %d: use the program that made it, %s", then.Params, now.Params, fork)
	}
	if then.CPU != now.CPU {
		fmt.Fprintf(log, "%s: began on %s and goes on on %s: the last bits may differ\n", o.dir, then.CPU, now.CPU)
	}
	return nil
}

// products says what computes the matrix products, without advice.
func products() string {
	info := blas.Current()
	info.Advice = ""
	return info.String()
}

func sameProducts(recorded string) bool {
	now := products()
	return recorded == now || len(recorded) > len(now)+2 && recorded[:len(now)+2] == now+" ("
}

// newest is the newest sound checkpoint; nil: there is none, and the run starts at step 0.
func (o *origin) newest(parent *record.Parent, log io.Writer) (*checkpoint.Checkpoint, error) {
	steps, err := checkpoint.Steps(o.dir)
	if err != nil {
		return nil, err
	}
	for i := len(steps) - 1; i >= 0; i-- {
		c, err := checkpoint.Read(o.dir, steps[i])
		if err == nil {
			err = c.Metrics.Check(filepath.Join(o.dir, record.MetricsFile))
		}
		if err == nil {
			return c, nil
		}
		fmt.Fprintf(log, "%s: the checkpoint of step %d is skipped: %v\n", o.dir, steps[i], err)
	}
	if parent != nil {
		return nil, o.refuse("it has no sound checkpoint; start it again with EOSS_FROM=%s@%d", parent.Run, parent.Step)
	}
	return nil, nil
}

func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// step is the run's first step.
func (d *directory) step() int {
	if d.start == nil {
		return 0
	}
	return d.start.Step
}
