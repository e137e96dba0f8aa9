package experiments

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Widths are the hidden widths of a network, from the input to the output:
// "512,512".
type Widths []int

// UnmarshalText reads a comma-separated list of positive integers.
func (w *Widths) UnmarshalText(text []byte) error {
	*w = nil
	if len(text) == 0 {
		return nil
	}
	for part := range strings.SplitSeq(string(text), ",") {
		width, err := parseInteger(strings.TrimSpace(part))
		if err != nil || width < 1 {
			return errors.New("must be positive integers separated by commas, such as 512,512")
		}
		*w = append(*w, width)
	}
	return nil
}

func (w Widths) String() string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint([]int(w)), " ", ","), "[]")
}

// Cadence asks for a measurement every so many steps.
type Cadence struct {
	Name  string
	Every int
}

// Cadences are the measurements of a run: "batch_sharpness@100,loss@200", or
// "none".
type Cadences []Cadence

// UnmarshalText reads "name@steps" or "name" (Every = 0: the default cadence)
// separated by commas, or "none".
func (cs *Cadences) UnmarshalText(text []byte) error {
	*cs = nil
	if string(text) == "none" {
		return nil
	}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(string(text), ",") {
		name, steps, hasSteps := strings.Cut(strings.TrimSpace(part), "@")
		every := 0
		if hasSteps {
			var err error
			if every, err = parseInteger(steps); err != nil || every < 1 {
				return fmt.Errorf("%q: the cadence must be an integer ≥ 1, such as %s@100", part, name)
			}
		}
		if name == "" {
			return errors.New("must be none, or name@steps separated by commas, such as batch_sharpness@100,loss@200")
		}
		if seen[name] {
			return fmt.Errorf("%s is named twice", name)
		}
		seen[name] = true
		*cs = append(*cs, Cadence{name, every})
	}
	return nil
}

func (cs Cadences) String() string {
	if len(cs) == 0 {
		return "none"
	}
	var parts []string
	for _, c := range cs {
		part := c.Name
		if c.Every > 0 {
			part += "@" + strconv.Itoa(c.Every)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ",")
}
