//go:build !linux && !darwin

package experiments

// machineMemory is not known here.
func machineMemory() Bytes { return 0 }
