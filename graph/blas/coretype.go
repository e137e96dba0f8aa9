package blas

import (
	"fmt"
	"os"
	"regexp"
	"strings"

	"golang.org/x/sys/cpu"
)

// coreVariable chooses OpenBLAS's kernels; OpenBLAS reads it when it is loaded.
const coreVariable = "OPENBLAS_CORETYPE"

// processor is what decides which of OpenBLAS's kernels are the fastest.
type processor struct {
	amd    bool
	avx2   bool
	avx512 bool
	// zen4 marks AMD's family 25 with AVX-512: it executes 512-bit instructions in two halves, so that AVX-512 kernels gain
	// nothing, and OpenBLAS's lose up to half the speed on products with few rows.
	zen4 bool
}

func thisProcessor() processor {
	p := processor{avx2: cpu.X86.HasAVX2 && cpu.X86.HasFMA, avx512: cpu.X86.HasAVX512}
	if p.avx512 { // the rest matters only then; Linux alone has the file
		text, _ := os.ReadFile("/proc/cpuinfo")
		p.amd, p.zen4 = parseProcessor(string(text))
	}
	return p
}

var amdFamily = regexp.MustCompile(`(?m)^cpu family\s*:\s*(\d+)$`)

// parseProcessor reads /proc/cpuinfo of a processor that has AVX-512.
func parseProcessor(cpuinfo string) (amd, zen4 bool) {
	if !strings.Contains(cpuinfo, "AuthenticAMD") {
		return false, false
	}
	family := amdFamily.FindStringSubmatch(cpuinfo)
	return true, family != nil && family[1] == "25"
}

// core is the core type to ask OpenBLAS for, "" to leave the choice to it. OpenBLAS knows Intel's processors; of AMD's it takes
// AVX-512 kernels on Zen 4, where they are slower, and (0.3.21) SSE kernels on the later ones.
func (p processor) core() string {
	switch {
	case p.zen4:
		return "HASWELL"
	case p.amd && p.avx512:
		return "SKYLAKEX"
	}
	return ""
}

// advice says which core type would be faster than the one in use.
func (p processor) advice(core string) string {
	wide := isAVX512(core)
	switch {
	case p.zen4 && wide:
		return "on this CPU small batches are up to twice as fast with " + coreVariable + "=HASWELL"
	case p.avx512 && !p.zen4 && !wide:
		return "this CPU has AVX-512: set " + coreVariable + "=SKYLAKEX for about twice the speed"
	}
	return ""
}

// Usable refuses what the process could not compute with: an OPENBLAS_CORETYPE whose kernels the processor cannot execute, unless the
// backend is "go". OpenBLAS would take it and be killed. It chooses nothing.
func Usable(backend string) error {
	if backend == "go" {
		return nil
	}
	return thisProcessor().check(os.Getenv(coreVariable))
}

// check refuses a core type whose kernels the processor cannot execute.
func (p processor) check(core string) error {
	var needs string
	switch {
	case isAVX512(core) && !p.avx512:
		needs = "AVX-512"
	case isAVX2(core) && !p.avx2:
		needs = "AVX2"
	default:
		return nil
	}
	return fmt.Errorf("%s=%s has %s kernels, which this CPU cannot execute: unset it, or set it to what the CPU has", coreVariable, core, needs)
}

func isAVX2(core string) bool {
	switch strings.ToUpper(core) {
	case "HASWELL", "ZEN", "EXCAVATOR":
		return true
	}
	return false
}

func isAVX512(core string) bool {
	switch strings.ToUpper(core) {
	case "SKYLAKEX", "COOPERLAKE", "SAPPHIRERAPIDS":
		return true
	}
	return false
}
