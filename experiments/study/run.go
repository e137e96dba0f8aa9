package study

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Variables are EOSS_ variables with their values.
type Variables map[string]string

// With are v with the given ones on top.
func (v Variables) With(other Variables) Variables {
	all := maps.Clone(v)
	if all == nil {
		all = Variables{}
	}
	maps.Copy(all, other)
	return all
}

// Number is a variable's value; 0 if it is not there or not a number.
func (v Variables) Number(name string) float64 {
	x, _ := strconv.ParseFloat(v[name], 64)
	return x
}

// Run is one training run of a set. Figures that need the same run share it.
type Run struct {
	Variables Variables // all that differs from the defaults; those of a fork include its parent's
	Parent    *Run      // nil: it starts anew
	Step      int       // the parent's checkpoint that it starts from
}

// Fork is a run that starts from r's checkpoint of a step, with the changed variables on top.
func (r Run) Fork(step int, changed Variables) Run {
	return Run{Variables: r.Variables.With(changed), Parent: &r, Step: step}
}

// place are the variables that the numbers do not depend on, but for how a BLAS rounds with other threads: config.json names those.
var place = []string{"EOSS_DATA_DIR", "EOSS_THREADS", "EOSS_BLAS", "EOSS_MEMORY", "EOSS_OUT", "EOSS_KEEP", "EOSS_CHECKPOINT"}

// ID names the run's folder: what is usually varied, and a checksum of all its variables.
func (r Run) ID() string {
	v := r.Variables
	parts := []string{v["EOSS_MODEL"], "b" + v["EOSS_BATCH"], "lr" + v["EOSS_LR"]}
	for _, name := range []string{"EOSS_LOSS", "EOSS_NOISE"} {
		if v[name] != "" {
			parts = append(parts, v[name])
		}
	}
	parts = append(parts, "seed"+v["EOSS_SEED"])
	if r.Parent != nil {
		parts = append(parts, "from"+strconv.Itoa(r.Step))
	}
	return strings.Join(append(parts, r.checksum()[:8]), "-")
}

func (r Run) checksum() string {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(r.Variables)) {
		if !slices.Contains(place, name) {
			fmt.Fprintf(&text, "%s=%s\n", name, r.Variables[name])
		}
	}
	if r.Parent != nil {
		fmt.Fprintf(&text, "from %s@%d\n", r.Parent.checksum(), r.Step)
	}
	sum := sha256.Sum256([]byte(text.String()))
	return hex.EncodeToString(sum[:])
}

// withParents lists the runs and all they start from, each once, parents first.
func withParents(runs []Run) (all []Run) {
	seen := map[string]bool{}
	var add func(r Run)
	add = func(r Run) {
		id := r.ID()
		if seen[id] {
			return
		}
		seen[id] = true
		if r.Parent != nil {
			add(*r.Parent)
		}
		all = append(all, r)
	}
	for _, r := range runs {
		add(r)
	}
	return all
}
