package experiments

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"regexp"
	"strings"

	"eoss/graph/blas"
	"eoss/internal/record"
)

// resume goes on with the run of o at its newest sound checkpoint, or at its first step: rows and curves from that step on go, for
// they will be measured again.
func (d *directory) resume(o *origin, now record.Config, c Config, log io.Writer) (err error) {
	d.path = o.dir
	if d.lock, err = record.LockDir(o.dir); errors.Is(err, record.ErrLocked) {
		return &lockedError{o.refuse("%v", err)}
	} else if err != nil {
		return o.refuse("%v", err)
	}
	then, err := record.ReadOriginalConfig(d.file(record.ConfigFile)) // again, now that nobody else writes it
	if err != nil {
		return o.refuse("%v", err)
	}
	if err := o.checkUnfinished(c); err != nil {
		return err
	}
	if !reflect.DeepEqual(then, o.config) {
		return o.refuse("another process has gone on with it just now; start this again")
	}
	if err := o.checkSame(then, now, log); err != nil {
		return err
	}
	d.parent = then.Parent
	if d.start, err = o.newest(then, log); err != nil {
		return err
	}
	if err := o.checkAhead(c, d.step()); err != nil {
		return err
	}
	if err := d.removeTemporaries(); err != nil { // nothing is changed before all checks
		return err
	}
	if err := os.Remove(d.file(verdictFile)); err != nil && !isMissing(err) { // it is of the run as it was, and goes before the rows that it is of
		return err
	}
	kept := record.Prefix{}
	if d.start != nil {
		kept = d.start.Metrics
	}
	if err := kept.Cut(d.file(record.MetricsFile)); err != nil {
		return err
	}
	if err := record.RemoveDensities(d.path, d.step()); err != nil {
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
	for _, pattern := range []string{".*.tmp", "checkpoints/.*", record.DensityDir + "/.*.tmp"} {
		left, err := fs.Glob(os.DirFS(d.path), pattern) // the run's own name may hold what a pattern cannot
		if err != nil {
			return err
		}
		for _, name := range left {
			if err := os.RemoveAll(d.file(name)); err != nil {
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
		return o.otherSamples("training", now, fork)
	case then.TestChecksum != "" && then.TestChecksum != now.TestChecksum:
		return o.otherSamples("test", now, fork)
	case then.Params != now.Params:
		return o.refuse("its network has %d parameters and this one %d: use the program that made it, %s", then.Params, now.Params, fork)
	}
	if err := o.checkInit(now); err != nil {
		return err
	}
	if then.CPU != now.CPU {
		fmt.Fprintf(log, "%s: began on %s and goes on on %s: the last bits may differ\n", o.dir, then.CPU, now.CPU)
	}
	return nil
}

func (o *origin) otherSamples(which string, now record.Config, fork string) error {
	return o.refuse("its %s samples are not those in %s: name what it used, %s", which, dataSource(now), fork)
}

// dataSource is the variable that says where a run's samples are, with its value.
func dataSource(c record.Config) string {
	name := "EOSS_DATASET"
	if c.Variables[name] == "cifar10" {
		name = "EOSS_DATA_DIR"
	}
	return name + "=" + c.Variables[name]
}

// checkInit refuses another file of initial parameters, from which param_distance is taken.
func (o *origin) checkInit(now record.Config) error {
	if o.config.InitChecksum == now.InitChecksum {
		return nil
	}
	return o.refuse("EOSS_INIT=%s is not the file that it began with: name that one", now.Variables["EOSS_INIT"])
}

// products says what computes the matrix products, without advice.
func products() string {
	info := blas.Current()
	info.Advice = ""
	return info.String()
}

// sameProducts says whether what was recorded gives the same bits as what computes now. Those of pure Go don't depend on the threads.
func sameProducts(recorded string) bool {
	now := products()
	if blas.Current().Backend == "go" {
		recorded, now = threadCount.ReplaceAllString(recorded, ""), threadCount.ReplaceAllString(now, "")
	}
	return recorded == now || strings.HasPrefix(recorded, now+" (")
}

var threadCount = regexp.MustCompile(`, [0-9]+ threads?`)

func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
