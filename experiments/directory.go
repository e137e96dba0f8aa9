package experiments

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"eoss/graph"
	"eoss/graph/blas"
	"eoss/internal/checkpoint"
	"eoss/internal/record"
)

// Version is the program's version, recorded with every run.
const Version = "0.2.7"

// directory is a run directory being written.
type directory struct {
	path  string
	lock  *record.Lock
	out   *record.Writer         // metrics.jsonl
	start *checkpoint.Checkpoint // where the run starts; nil: anew

	parent *record.Parent // of a fork
}

// openDirectory takes the run's directory, a new one unless the run is resumed.
func openDirectory[T graph.Float](study string, p *Problem[T], log io.Writer) (_ *directory, err error) {
	d := &directory{}
	defer func() {
		if err != nil {
			err = also(d.abandon(err, !p.Config.origin.resumes()), also(d.closeRows(), d.release()))
		}
	}()
	config := configRecord(study, p)
	switch o := p.Config.origin; {
	case o.resumes():
		err = d.resume(o, config, p.Config, log)
	case o.forks():
		if err = o.checkInit(config); err == nil {
			err = d.fork(o, config, p.Config, p.Model.Params, log)
		}
	default:
		if err = d.create(p.Config); err == nil {
			err = d.writeConfig(config)
		}
	}
	if err == nil {
		d.out, err = record.OpenWriter(d.file(record.MetricsFile))
	}
	return d, err
}

// abandon is the error of a directory that could not be opened, with its remedy. A new one without a config.json holds no run to go on with:
// it is removed, so that its name is free.
func (d *directory) abandon(err error, isNew bool) error {
	if d.lock == nil {
		return err
	}
	if _, missing := os.Stat(d.file(record.ConfigFile)); !isNew || !isMissing(missing) {
		return unwritten(err, d.path)
	}
	return also(unbegun(err, d.path), os.RemoveAll(d.path))
}

func (d *directory) file(name string) string { return filepath.Join(d.path, name) }

func (d *directory) closeRows() error {
	if d.out == nil {
		return nil
	}
	return d.out.Close()
}

func (d *directory) release() error {
	if d.lock == nil {
		return nil
	}
	return d.lock.Release()
}

func (d *directory) writeConfig(c record.Config) error {
	return record.WriteConfig(d.file(record.ConfigFile), c)
}

// checkpoints is the plan of the directory's checkpoints. Those after the one where a run goes on are damaged, or do not fit its rows.
func (d *directory) checkpoints(c Config) (*checkpoints, error) {
	plan := &checkpoints{dir: d.path, start: -1, every: c.Checkpoint, keep: c.Keep, last: -1}
	if d.start != nil {
		plan.last = d.start.Step
		steps, err := checkpoint.Steps(d.path)
		if err != nil {
			return nil, err
		}
		plan.before = slices.DeleteFunc(steps, func(step int) bool {
			return step > d.start.Step || step == d.start.Step && d.start.Interim
		})
	}
	switch o := c.origin; {
	case o.forks():
		plan.start = o.step
	case o.resumes() && o.config.Parent != nil:
		plan.start = o.config.Parent.Step
	}
	return plan, nil
}

// create makes the run's own folder.
func (d *directory) create(c Config) (err error) {
	if d.path, err = createDirectory(c); err == nil {
		d.lock, err = record.LockDir(d.path)
	}
	return err
}

// createDirectory makes the run's own folder. A name the program chose gets a number when it is taken;
// one the user chose must be free, so that no run is ever overwritten.
func createDirectory(c Config) (string, error) {
	if err := os.MkdirAll(filepath.Dir(c.Out), 0o777); err != nil {
		return "", unmakeable(c.Out, err)
	}
	path := c.Out
	for i := 2; ; i++ {
		err := os.Mkdir(path, 0o777)
		switch {
		case err == nil:
			return path, record.SyncDir(filepath.Dir(path))
		case !errors.Is(err, os.ErrExist):
			return "", unmakeable(path, err)
		case c.Out != c.defaultOut():
			return "", &ConfigError{"EOSS_OUT", path, "exists already: name a new folder, a run is never overwritten"}
		}
		path = c.Out + "-" + strconv.Itoa(i)
	}
}

func unmakeable(path string, err error) error {
	return &ConfigError{"EOSS_OUT", path, err.Error() + "; name another folder"}
}

// step is the run's first step.
func (d *directory) step() int {
	if d.start == nil {
		return 0
	}
	return d.start.Step
}

// configRecord is what config.json says of a problem.
func configRecord[T graph.Float](study string, p *Problem[T]) record.Config {
	return record.Config{Study: study, Version: Version, BLAS: blas.Describe(), CPU: CPUName(), DataChecksum: p.Checksum, TestChecksum: p.TestChecksum,
		Params: p.Model.Size(), Variables: p.Config.Values(), InitChecksum: p.InitChecksum}
}
