package study

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"eoss/internal/record"
)

// timesFile holds the seconds that each run took, all its processes together, in the folder of the runs.
const timesFile = "times.json"

// ReadTimes reads the seconds that the runs in dir took.
func ReadTimes(dir string) (map[string]float64, error) {
	times := map[string]float64{}
	text, err := os.ReadFile(filepath.Join(dir, timesFile))
	if errors.Is(err, fs.ErrNotExist) {
		return times, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &times)
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
