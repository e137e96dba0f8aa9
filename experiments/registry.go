package experiments

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// ofSets are those variables that belong to sets of runs: somebody may have exported them.
var ofSets = []string{"EOSS_PROFILE", "EOSS_WORKERS", "EOSS_SEEDS"}

// outsideConfig lists the EOSS_ variables that belong to no run. They are
// never refused. EOSS_DATA_DIR, which the tests read too, is a field of Config.
var outsideConfig = []struct{ name, kind, desc string }{
	{"EOSS_PROFILE", "text", "just figures and the like: quick or paper"},
	{"EOSS_WORKERS", "integer", "the same: runs side by side; 0: none, use the finished ones"},
	{"EOSS_SEEDS", "integer", "the same: seeds of the runs that a claim is judged by"},
	{"EOSS_REFERENCE", "path", "tests: folder of the reference values (.npz)"},
	{"EOSS_PEER", "path", "benchmarks: file that torch_peer.py --export wrote (.npz)"},
}

// eossVariables picks the variables of this program out of "NAME=value"
// strings. Names in other capitals (eoss_lr) are kept, to be refused.
func eossVariables(environ []string) map[string]string {
	given := map[string]string{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(strings.ToUpper(name), prefix+"_") {
			given[name] = value
		}
	}
	for _, v := range outsideConfig {
		delete(given, v.name)
	}
	return given
}

// noteUnread says on w which variables that may be exported for other programs the run has been given and does not read.
func (c Config) noteUnread(w io.Writer, program string, environ []string) {
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		switch {
		case name == "EOSS_DATA_DIR" && value != "" && !c.dataset().NeedsDir:
			fmt.Fprintf(w, "%s: is read with EOSS_DATASET=cifar10, and this run is on %s\n", oneLine(entry), c.Dataset)
		case name == "EOSS_SEEDS":
			fmt.Fprintf(w, "%s: is read by just figures and the like, not by %s; a run's seed is EOSS_SEED\n", oneLine(entry), program)
		case slices.Contains(ofSets, name):
			fmt.Fprintf(w, "%s: is read by just figures and the like, not by %s\n", oneLine(entry), program)
		}
	}
}

// outside lists all variables that are no field of Config.
func outside() []struct{ name, kind, desc string } {
	list := outsideConfig
	for _, v := range origins {
		list = append(list[:len(list):len(list)], struct{ name, kind, desc string }{v.name, "path", v.desc})
	}
	return list
}

// CheckNames refuses a variable that no run and no test reads, also one that is empty or not a number where it must be.
func CheckNames(given map[string]string) error { return checkGiven(given) }

// checkNames refuses a variable that no run and no test reads.
func checkNames(given map[string]string) error {
	known := names(variablesOf(new(Config)), func(v variable) string { return v.name })
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if slices.Contains(known, name) {
			continue
		}
		reason := "no such variable; -h lists them all"
		for _, v := range outside() {
			known = append(known, v.name)
		}
		if near, ok := nearest(strings.ToUpper(name), known); ok {
			reason = fmt.Sprintf("no such variable, did you mean %s? (-h lists them all)", near)
		}
		return &ConfigError{name, given[name], reason}
	}
	return nil
}

// nearest is the known name with the fewest edits from name, unless more than
// a third of the letters after the prefix would change.
func nearest(name string, known []string) (string, bool) {
	best, fewest := "", len(name)
	for _, candidate := range known {
		if d := editDistance(name, candidate); d < fewest {
			best, fewest = candidate, d
		}
	}
	return best, fewest <= max(1, (len(name)-len(prefix)-1)/3)
}

// editDistance counts the insertions, deletions, substitutions and swaps of
// neighbours that turn a into b (optimal string alignment).
func editDistance(a, b string) int {
	var before, last []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
