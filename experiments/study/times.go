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

// changeTimes replaces the file; change says whether there is anything to replace.
func changeTimes(dir string, change func(times map[string]float64) bool) error {
	return exclusively(dir, func() error {
		times, err := ReadTimes(dir)
		if err != nil || !change(times) {
			return err
		}
		return record.WriteJSON(filepath.Join(dir, timesFile), times)
	})
}

// addTime adds the seconds of a process.
func addTime(dir, id string, seconds float64) error {
	return changeTimes(dir, func(times map[string]float64) bool {
		times[id] += seconds
		return true
	})
}

// forgetTime removes the time of a run that is made anew: what an earlier one took that is gone is none of it.
func forgetTime(dir, id string) error {
	return changeTimes(dir, func(times map[string]float64) bool {
		_, ok := times[id]
		delete(times, id)
		return ok
	})
}
