package experiments

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"
)

// machineMemory is the machine's memory or, where it is less, the limit of the process's control group or of one above it, or what
// ulimit -v leaves.
func machineMemory() Bytes {
	total := memTotal()
	if left := addressSpace(); left > 0 && left < total {
		total = left
	}
	limit := func(file string) {
		text, err := os.ReadFile(file)
		if err != nil {
			return
		}
		if n, err := strconv.ParseUint(string(bytes.TrimSpace(text)), 10, 62); err == nil && n > 0 && Bytes(n) < total {
			total = Bytes(n)
		}
	}
	limit("/sys/fs/cgroup/memory/memory.limit_in_bytes") // version 1
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return total
	}
	for line := range strings.Lines(string(groups)) {
		group, ok := strings.CutPrefix(strings.TrimSpace(line), "0::") // version 2
		for ; ok; group = path.Dir(group) {
			limit(path.Join("/sys/fs/cgroup", group, "memory.max"))
			ok = group != "/" && group != "."
		}
	}
	return total
}

// addressSpace is what ulimit -v leaves to the process, 0 where it sets no limit.
func addressSpace() Bytes {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_AS, &limit); err != nil || uint64(limit.Cur) > 1<<62 {
		return 0
	}
	var pages int64
	if text, err := os.ReadFile("/proc/self/statm"); err == nil {
		fmt.Sscan(string(text), &pages)
	}
	return max(Bytes(limit.Cur)-Bytes(pages)*Bytes(os.Getpagesize()), 1)
}

// memTotal is the memory that /proc/meminfo tells, 0 for none.
func memTotal() Bytes {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if fields := strings.Fields(s.Text()); len(fields) > 1 && fields[0] == "MemTotal:" {
			kB, err := strconv.ParseInt(fields[1], 10, 52)
			if err != nil {
				return 0
			}
			return Bytes(kB) << 10
		}
	}
	return 0
}
