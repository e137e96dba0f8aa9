package study

import (
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// halfWritten is the name of what record.WriteFile has not renamed yet, or of a file that tells whether a folder can be written.
var halfWritten = regexp.MustCompile(`^\.(.+\.[0-9]+\.[0-9]+\.tmp|probe-[0-9]+)$`)

// sweep removes the files that killed processes were writing in the set's own folders; a run's go when it goes on. Others may be at work
// here: they have renamed theirs long before they are an hour old. What can't be removed harms nobody.
func (s Settings) sweep() {
	for _, folder := range []string{s.Out, filepath.Join(s.Out, "figures"), filepath.Join(s.Out, "runs")} {
		entries, _ := os.ReadDir(folder)
		for _, e := range entries {
			if !e.Type().IsRegular() || !halfWritten.MatchString(e.Name()) {
				continue
			}
			if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > time.Hour {
				os.Remove(filepath.Join(folder, e.Name()))
			}
		}
	}
	sweepHolds(filepath.Join(s.Out, "runs"))
}
