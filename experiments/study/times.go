package study

import (
	"errors"
	"io/fs"
	"path/filepath"

	"eoss/internal/record"
)

// timesFile holds the seconds that each run took, all its processes together, in the folder of the runs.
const timesFile = "times.json"

// ReadTimes reads the seconds that the runs in dir took.
func ReadTimes(dir string) (map[string]float64, error) {
	var times map[string]float64
	err := readJSON(filepath.Join(dir, timesFile), "remove it: only how long the runs took is lost", &times)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if times == nil {
		times = map[string]float64{}
	}
	return times, err
}

// addTime adds the seconds of a process.
func addTime(dir, id string, seconds float64) error {
	times, err := ReadTimes(dir)
	if err != nil {
		return err
	}
	times[id] += seconds
	return record.WriteJSON(filepath.Join(dir, timesFile), times)
}
