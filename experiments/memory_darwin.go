package experiments

import "golang.org/x/sys/unix"

func machineMemory() Bytes {
	n, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return 0
	}
	return Bytes(n)
}
