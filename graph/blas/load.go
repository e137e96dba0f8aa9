package blas

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// libraryNames are tried in this order. Fedora's libopenblas.so.0 and one of Debian's alternatives have no threads: the first
// threaded build wins over an earlier serial one.
var libraryNames = map[string][]string{
	"linux": {
		"libopenblas.so.0",
		"libopenblas.so",
		"libopenblasp.so.0",         // Fedora
		"libopenblas_pthreads.so.0", // openSUSE
		"/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0",
		"/usr/lib/aarch64-linux-gnu/openblas-pthread/libopenblas.so.0",
	},
	"darwin": {
		"/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
		"/usr/local/opt/openblas/lib/libopenblas.dylib",
		"libopenblas.dylib",
	},
}

// install is what a user without OpenBLAS can do about it.
const install = "install it (Debian, Ubuntu: libopenblas0-pthread; Fedora: openblas-threads; macOS: brew install openblas)"

// instead is the advice to whoever computes in Go for want of OpenBLAS.
func instead(err error) string {
	if strings.HasSuffix(err.Error(), install) {
		return err.Error() + " for about ten times the speed"
	}
	return err.Error()
}

// errAbsent says that a name of libraryNames is not on this machine.
var errAbsent = errors.New("absent")

// notLoaded is errAbsent if the linker's text says that there is no file of this name, and that text, on one line, if the file is there
// but cannot be loaded, most often because a library that it needs is missing.
func notLoaded(name, text string) error {
	named := strings.Contains(text, name) // glibc names the file that is missing, macOS and musl both
	other := strings.Contains(text, "Library not loaded") || strings.Contains(text, "needed by")
	unfit := strings.Count(text, "' (") - strings.Count(text, "' (no such file") // places where macOS found one
	if named && !other && unfit == 0 && strings.Contains(strings.ToLower(text), "no such file") {
		return errAbsent
	}
	text = strings.Join(strings.Fields(text), " ")
	if !named {
		text = name + ": " + text
	}
	return errors.New(text)
}

// loadOpenBLAS loads OpenBLAS with the fastest core type, unless the user has preset one, and makes sure that it computes right.
func loadOpenBLAS(threads int) (*library, Info, error) {
	machine := thisProcessor()
	if err := Usable("openblas"); err != nil {
		return nil, Info{}, err
	}
	if core := machine.core(); core != "" && os.Getenv(coreVariable) == "" && loadable {
		if err := setenv(coreVariable, core); err != nil {
			return nil, Info{}, err
		}
	}
	lib, err := openLibrary()
	if err != nil {
		return nil, Info{}, err
	}
	info := Info{Backend: "openblas", Version: "unknown", Core: lib.core()}
	if words := strings.Fields(lib.config()); len(words) > 1 { // "OpenBLAS 0.3.21 DYNAMIC_ARCH …"
		info.Version = words[1]
	}
	if product := selfCheck(lib, threads); product != "" {
		return nil, Info{}, fmt.Errorf("OpenBLAS %s computes wrong products (%s) with core type %s on this CPU: set %s=HASWELL or install a newer OpenBLAS",
			info.Version, product, info.Core, coreVariable)
	}
	info.Advice = machine.advice(info.Core)
	return lib, info, nil
}

// openLibrary opens the first threaded OpenBLAS of libraryNames, or else the first serial one.
func openLibrary() (*library, error) {
	if !loadable {
		return nil, fmt.Errorf("OpenBLAS is loaded on Linux and macOS with amd64 or arm64 only, not on %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	failure := errors.New("OpenBLAS was not found: " + install)
	var serial *library
	for _, name := range libraryNames[runtime.GOOS] {
		lib, err := open(name)
		switch {
		case errors.Is(err, errAbsent):
		case err != nil:
			failure = fmt.Errorf("no usable OpenBLAS was found (%w): %s", err, install)
		case lib.threaded():
			return lib, nil
		case serial == nil:
			serial = lib
		}
	}
	if serial == nil {
		return nil, failure
	}
	return serial, nil
}
