package experiments

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// Bytes is a size of memory: "2GiB", "500MB". 0 stands for none given.
type Bytes int64

// units are the suffixes of a size, those with the same ending as a shorter one first.
var units = []struct {
	suffix string
	size   Bytes
}{{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1}}

// UnmarshalText reads a positive number with a unit: B, kB, MB, GB, TB, or KiB, MiB, GiB, TiB, the powers of 1024.
func (b *Bytes) UnmarshalText(text []byte) error {
	for _, u := range units {
		number, ok := strings.CutSuffix(string(text), u.suffix)
		if !ok {
			continue
		}
		x, err := parseNumber(strings.TrimSpace(number))
		if size := x * float64(u.size); err == nil && size >= 1 && size < math.MaxInt64/2 {
			*b = Bytes(size)
			return nil
		}
		break
	}
	return errors.New("must be a size of memory with its unit, such as 2GiB or 500MB")
}

// String is exact, in the largest unit that gives an integer; "" for 0.
func (b Bytes) String() string {
	if b == 0 {
		return ""
	}
	best := units[len(units)-1]
	for _, u := range units {
		if b%u.size == 0 && u.size > best.size {
			best = u
		}
	}
	return fmt.Sprintf("%d%s", int64(b/best.size), best.suffix)
}

// Rounded is the size for people, such as 1.9 GiB.
func (b Bytes) Rounded() string {
	switch x := float64(b); {
	case x >= 1<<30:
		return fmt.Sprintf("%.1f GiB", x/(1<<30))
	case x >= 1<<20:
		return fmt.Sprintf("%.0f MiB", x/(1<<20))
	default:
		return fmt.Sprintf("%.1f KiB", x/(1<<10))
	}
}
