package experiments

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"eoss/internal/checkpoint"
	"eoss/internal/record"
	"eoss/models"
)

// fork makes a new run directory that starts from a checkpoint of the run of o. All it needs of that run is copied: the
// checkpoint, and the rows before it.
func (d *directory) fork(o *origin, config record.Config, c Config, network []models.Param, log io.Writer) error {
	start, err := checkpoint.Read(o.dir, o.step)
	if err != nil {
		return o.refuse("%v%s", err, listed(o.dir, o.step))
	}
	if err := o.checkData(config, log); err != nil {
		return err
	}
	if err := checkFit(network, start.Parameters); err != nil {
		return o.refuse("%v", err)
	}
	metrics := filepath.Join(o.dir, record.MetricsFile)
	if err := start.Metrics.Check(metrics); err != nil {
		return o.refuse("%v; EOSS_RESUME=%s measures again what is lost", err, o.dir)
	}
	if o.config.Version != Version {
		fmt.Fprintf(log, "%s: is a run of version %s, and this is %s\n", o.dir, o.config.Version, Version)
	}
	if err := d.create(c); err != nil {
		return err
	}
	parent := &record.Parent{Run: o.dir, Step: o.step, First: o.config.FirstStep(), Changed: changed(o.config.Variables, config.Variables)}
	parent.Epoch = o.passes(c)
	if parent.Rows, err = d.copyHistory(o, start.Metrics, metrics); err != nil {
		return err
	}
	d.start = start
	own := *start
	own.Metrics, own.Interim = record.Prefix{}, false
	if err := checkpoint.Write(d.path, own); err != nil {
		return err
	}
	config.Parent, d.parent = parent, parent // written last: a folder with config.json has what its run starts from
	return d.writeConfig(config)
}

// choosesData are the variables by which a user says that a fork is to have other samples. EOSS_DATA_DIR only says where they are.
var choosesData = []string{"EOSS_DATASET", "EOSS_N", "EOSS_N_TEST", "EOSS_SEED_DATA"}

// checkData refuses other samples than the parent's, for a file may have changed since. Where the user has chosen them it only says so.
func (o *origin) checkData(now record.Config, log io.Writer) error {
	then, which := o.config, ""
	switch {
	case then.DataChecksum != now.DataChecksum:
		which = "training"
	case then.TestChecksum != "" && then.TestChecksum != now.TestChecksum:
		which = "test"
	}
	switch {
	case which == "":
		return nil
	case o.newData:
		fmt.Fprintf(log, "%s: had other %s samples than these of %s\n", o.dir, which, dataSource(now))
		return nil
	}
	return o.refuse("its %s samples are not those of %s now: put them back, or set EOSS_DATASET=%s to say that these are meant",
		which, dataSource(now), now.Variables["EOSS_DATASET"])
}

// copyHistory writes parent.jsonl: the rows of the run of o before the checkpoint, behind those that it took over itself.
func (d *directory) copyHistory(o *origin, rows record.Prefix, metrics string) (record.Prefix, error) {
	path := d.file(record.ParentFile)
	err := record.WriteFile(path, func(w io.Writer) error {
		if p := o.config.Parent; p != nil {
			if err := p.Rows.CopyTo(w, filepath.Join(o.dir, record.ParentFile)); err != nil {
				return err
			}
		}
		return rows.CopyTo(w, metrics)
	})
	if err != nil {
		return record.Prefix{}, err
	}
	return record.PrefixOf(path)
}

// passes are the epochs before a step, each of as many steps as there are whole batches of b in n samples (Sampler.PerEpoch). A fork's parent
// may have had other batches, or other data.
func passes(parent *record.Parent, step, b, n int) float64 {
	epochs := func(steps int) float64 {
		if b > n { // with replacement
			return float64(steps*b) / float64(n)
		}
		return float64(steps) / float64(n/b)
	}
	if parent == nil || parent.Epoch == 0 {
		return epochs(step)
	}
	return parent.Epoch + epochs(step-parent.Step)
}

// passes are the epochs before the checkpoint, or 0 where a run configured as the fork would have as many.
func (o *origin) passes(fork Config) float64 {
	b, errB := strconv.Atoi(o.config.Variables["EOSS_BATCH"])
	n, errN := strconv.Atoi(o.config.Variables["EOSS_N"])
	if errB != nil || errN != nil {
		return 0
	}
	epochs := passes(o.config.Parent, o.step, b, n)
	if epochs == passes(nil, o.step, fork.Batch, fork.N) {
		return 0
	}
	return epochs
}

// changed are the parent's values of the variables in which a fork differs; its folder always does.
func changed(parent, fork map[string]string) map[string]string {
	different := map[string]string{}
	for name, value := range parent {
		if name != "EOSS_OUT" && fork[name] != value {
			different[name] = value
		}
	}
	return different
}
