package experiments

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"eoss/graph"
	"eoss/graph/blas"
	"eoss/internal/record"
)

// Version is the program's version, recorded with every run.
const Version = "0.1.0"

// createDirectory makes the run's own folder. A name the program chose gets a number when it is taken;
// one the user chose must be free, so that no run is ever overwritten.
func createDirectory(c Config) (string, error) {
	if err := os.MkdirAll(filepath.Dir(c.Out), 0o777); err != nil {
		return "", &ConfigError{"EOSS_OUT", c.Out, err.Error()}
	}
	path := c.Out
	for i := 2; ; i++ {
		err := os.Mkdir(path, 0o777)
		switch {
		case err == nil:
			return path, nil
		case !errors.Is(err, os.ErrExist):
			return "", &ConfigError{"EOSS_OUT", path, err.Error()}
		case c.Out != c.defaultOut():
			return "", &ConfigError{"EOSS_OUT", path, "exists already: name a new folder, a run is never overwritten"}
		}
		path = c.Out + "-" + strconv.Itoa(i)
	}
}

// openDirectory creates the run's folder with config.json and an empty metrics.jsonl.
func openDirectory[T graph.Float](study string, p *Problem[T]) (string, *record.Writer, error) {
	path, err := createDirectory(p.Config)
	if err != nil {
		return "", nil, err
	}
	err = record.WriteConfig(filepath.Join(path, record.ConfigFile), configRecord(study, p))
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", path, err)
	}
	w, err := record.OpenWriter(filepath.Join(path, record.MetricsFile))
	return path, w, err
}

// configRecord is what config.json says of a problem.
func configRecord[T graph.Float](study string, p *Problem[T]) record.Config {
	return record.Config{Study: study, Version: Version, BLAS: blas.Describe(), CPU: cpuName(), DataChecksum: p.Checksum,
		Params: p.Model.Size(), Variables: p.Config.Values(), InitChecksum: p.InitChecksum}
}
