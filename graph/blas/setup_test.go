package blas

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/cpu"
)

// unchoose takes the process's choice back for one test.
func unchoose(t *testing.T) {
	Current()
	lib, info, threads := chosen.lib, chosen.info, Threads()
	t.Cleanup(func() {
		if chosen.lib, chosen.info = lib, info; lib != nil {
			lib.threads(threads + 1) // the test's library may have changed the process's thread count unknown to this one
			lib.threads(threads)
		}
		chosen.threads.Store(int64(threads))
		chosen.done.Store(true)
	})
	chosen.lib, chosen.info = nil, Info{}
	chosen.threads.Store(0)
	chosen.done.Store(false)
}

// TestThreadsBeforeTheFirstProduct: work that is split by Threads before any product is split as it is after it.
func TestThreadsBeforeTheFirstProduct(t *testing.T) {
	unchoose(t)
	if before, after := Threads(), Current().Threads; before != after || before < 1 {
		t.Errorf("%d threads before the first product, %d after", before, after)
	}
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than one line: %q", err)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not contain %q", err, part)
		}
	}
}

func TestSetupRefusesMistakes(t *testing.T) {
	unchoose(t)
	_, err := Setup(Options{Backend: "mkl"})
	wantError(t, err, "EOSS_BLAS", `"mkl"`, `"auto", "openblas" or "go"`)
	_, err = Setup(Options{Threads: -2})
	wantError(t, err, "-2", "0 (all cores)")
	if chosen.done.Load() {
		t.Error("a mistake has made the choice")
	}
}

func TestTheChoiceIsMadeOnce(t *testing.T) {
	unchoose(t)
	info, err := Setup(Options{Backend: "go"})
	if err != nil || info.Backend != "go" {
		t.Fatal(info, err)
	}
	if _, err = Setup(Options{}); err != nil {
		t.Error("auto after the choice:", err)
	}
	if _, err = Setup(Options{Backend: "go"}); err != nil {
		t.Error("the same again:", err)
	}
	_, err = Setup(Options{Backend: "openblas"})
	wantError(t, err, "EOSS_BLAS", "too late", `"go"`)
}

// Without a library, "openblas" says what to install and "auto" computes in Go.
func TestMissingLibrary(t *testing.T) {
	unchoose(t)
	names := libraryNames
	libraryNames = nil
	t.Cleanup(func() { libraryNames = names })
	_, err := Setup(Options{Backend: "openblas"})
	wantError(t, err, "EOSS_BLAS", "libopenblas0-pthread", "openblas-threads", "brew install openblas")
	info, err := Setup(Options{Backend: "auto"})
	if err != nil || info.Backend != "go" || !strings.HasSuffix(info.Advice, "brew install openblas) for about ten times the speed") {
		t.Error(info, err)
	}
	if elsewhere := "OpenBLAS is not loaded on plan9/386"; instead(errors.New(elsewhere)) != elsewhere {
		t.Error("where it can't be installed there is no promise of speed:", instead(errors.New(elsewhere)))
	}
	Gemm(false, false, 1, 1, 1, 1, []float64{2}, 1, []float64{3}, 1, 0, []float64{0}, 1)
}

// A library that is there but cannot be loaded is not called absent: the error has the linker's own words.
func TestBrokenLibrary(t *testing.T) {
	for text, absent := range map[string]bool{
		"dlopen(libopenblas.so.0, 0x0006): tried: '/a/libopenblas.so.0' (mach-o file, but is an incompatible architecture), '/b/libopenblas.so.0' (no such file)": false,
		"Error loading shared library libgfortran.so.5: No such file or directory (needed by libopenblas.so.0)":                                                   false,
		"libopenblas.so.0: cannot open shared object file: No such file or directory":                                                                             true,
		"libgfortran.so.5: cannot open shared object file: No such file or directory":                                                                             false,
		"libopenblas.so.0: file too short": false,
		"dlopen(libopenblas.so.0, 0x0006): tried: 'libopenblas.so.0' (no such file), '/usr/lib/libopenblas.so.0' (no such file)": true,
		"dlopen(libopenblas.so.0, 0x0006): Library not loaded: libgfortran.5.dylib\n  Reason: tried: 'x' (no such file)":         false,
	} {
		switch err := notLoaded("libopenblas.so.0", text); {
		case absent && err != errAbsent:
			t.Errorf("%q gives %v, want %v", text, err, errAbsent)
		case !absent:
			wantError(t, err, "libopenblas.so.0", strings.Fields(text)[0])
		}
	}
	if !loadable {
		return
	}
	unchoose(t)
	file := filepath.Join(t.TempDir(), "libopenblas.so.0")
	if err := os.WriteFile(file, []byte("no library"), 0o600); err != nil {
		t.Fatal(err)
	}
	names := libraryNames
	libraryNames = map[string][]string{runtime.GOOS: {file}}
	t.Cleanup(func() { libraryNames = names })
	_, err := Setup(Options{Backend: "openblas"})
	wantError(t, err, "no usable OpenBLAS", file, "libopenblas0-pthread")
}

func TestSetThreads(t *testing.T) {
	before := Threads()
	defer SetThreads(before)
	if err := SetThreads(1); err != nil {
		t.Fatal(err)
	}
	if info := Current(); info.Backend == "openblas" && info.Threads != 1 {
		t.Error(info)
	}
	if err := SetThreads(0); err != nil {
		t.Fatal(err)
	}
	if info := Current(); info.Threads != runtime.GOMAXPROCS(0) && info.Threads != 1 {
		t.Error(info)
	}
	wantError(t, SetThreads(-1), "-1")
}

// TestThreadsOfPureGo: it takes no more than it is told and than the machine runs at once, says how many, and gives the others back.
func TestThreadsOfPureGo(t *testing.T) {
	unchoose(t)
	before := runtime.GOMAXPROCS(0)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
	for _, test := range []struct{ asked, want int }{{1, 1}, {runtime.NumCPU() + 5, runtime.NumCPU()}, {1, 1}, {0, before}} {
		info, err := Setup(Options{Backend: "go", Threads: test.asked})
		if err != nil || info.Threads != test.want || Threads() != test.want || runtime.GOMAXPROCS(0) != test.want {
			t.Errorf("%d threads asked for: %v, %v, GOMAXPROCS %d", test.asked, info, err, runtime.GOMAXPROCS(0))
		}
	}
}

const childVariable = "BLAS_TEST_CHILD"

// TestMain prints the core type instead of testing if the test binary runs as the child of TestCoreType.
func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		os.Stdout.WriteString(Current().Core)
		return
	}
	os.Exit(m.Run())
}

// OpenBLAS reads its variable once, when it is loaded: every value needs a process of its own.
func TestCoreType(t *testing.T) {
	if Current().Backend != "openblas" || runtime.GOARCH != "amd64" {
		t.Skip("no choice of core types: ", Describe())
	}
	tests := map[string]string{"NEHALEM": "Nehalem"}
	if cpu.X86.HasAVX2 {
		tests["haswell"] = "Haswell"
	}
	if core := thisProcessor().core(); core != "" {
		tests[""] = core
	}
	for preset, want := range tests {
		child := exec.Command(os.Args[0])
		for _, entry := range os.Environ() {
			if !strings.HasPrefix(entry, coreVariable+"=") {
				child.Env = append(child.Env, entry)
			}
		}
		child.Env = append(child.Env, childVariable+"=1")
		if preset != "" {
			child.Env = append(child.Env, coreVariable+"="+preset)
		}
		got, err := child.Output()
		if err != nil {
			t.Fatal(preset, err)
		}
		if !strings.EqualFold(string(got), want) {
			t.Errorf("%s=%q: the core is %q, want %q", coreVariable, preset, got, want)
		}
	}
}

func TestProcessorDecidesTheCore(t *testing.T) {
	cpuinfo := func(vendor, family string) string {
		return "processor\t: 0\nvendor_id\t: " + vendor + "\ncpu family\t: " + family + "\nmodel\t\t: 17\n"
	}
	for _, test := range []struct{ vendor, family, core, adviceOnHaswell, adviceOnSkylakeX string }{
		{"AuthenticAMD", "25", "HASWELL", "", "HASWELL"},   // Zen 4
		{"AuthenticAMD", "26", "SKYLAKEX", "SKYLAKEX", ""}, // Zen 5
		{"GenuineIntel", "6", "", "SKYLAKEX", ""},
	} {
		p := processor{avx512: true}
		p.amd, p.zen4 = parseProcessor(cpuinfo(test.vendor, test.family))
		if got := p.core(); got != test.core {
			t.Errorf("%s %s: core %q, want %q", test.vendor, test.family, got, test.core)
		}
		for core, want := range map[string]string{"Haswell": test.adviceOnHaswell, "SkylakeX": test.adviceOnSkylakeX} {
			if got := p.advice(core); (got == "") != (want == "") || !strings.Contains(got, want) {
				t.Errorf("%s %s: advice on %s is %q, want %q in it", test.vendor, test.family, core, got, want)
			}
		}
	}
	if p := (processor{}); p.core() != "" || p.advice("Haswell") != "" {
		t.Error("a processor without AVX-512 needs no advice")
	}
}

// TestCoreTypeOfAnotherProcessor: kernels that the processor cannot execute are refused in a line, instead of a crash in OpenBLAS.
func TestCoreTypeOfAnotherProcessor(t *testing.T) {
	for _, test := range []struct {
		p      processor
		core   string
		refuse bool
	}{
		{processor{avx2: true}, "skylakex", true}, {processor{avx2: true}, "Haswell", false}, {processor{avx2: true}, "", false},
		{processor{}, "HASWELL", true}, {processor{}, "ZEN", true}, {processor{}, "NEHALEM", false},
		{processor{avx2: true, avx512: true}, "SKYLAKEX", false},
	} {
		if err := test.p.check(test.core); (err != nil) != test.refuse {
			t.Errorf("%s=%s on %+v: %v", coreVariable, test.core, test.p, err)
		}
	}
	if thisProcessor().avx512 {
		return
	}
	t.Setenv(coreVariable, "SKYLAKEX")
	if _, err := Setup(Options{}); err == nil || !strings.Contains(err.Error(), "has AVX-512 kernels, which this CPU cannot execute") {
		t.Error("Setup says ", err)
	}
	if err := Usable("go"); err != nil {
		t.Error("pure Go: ", err)
	}
}

func TestSelfCheckSeesOneWrongElement(t *testing.T) {
	for flags := range 4 {
		transA, transB := flags&1 != 0, flags&2 != 0
		if !checkProduct(goGemm[float32], transA, transB, 40, 30, 500) {
			t.Errorf("transposed %t, %t: a right product fails", transA, transB)
		}
		wrong := func(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
			goGemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
			c[17*ldc+5]++
		}
		if checkProduct(wrong, transA, transB, 40, 30, 500) {
			t.Errorf("transposed %t, %t: a wrong product passes", transA, transB)
		}
	}
}
