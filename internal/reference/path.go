package reference

import (
	"os"
	"path/filepath"
)

// Path is the file or folder that a variable of the tests names; "" if it is not set. A relative one starts at the module's root, where
// go test is called, and not in the package's folder, where the test runs.
func Path(variable string) string {
	path := os.Getenv(variable)
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(root(), path)
}

// root is the nearest folder above this one that holds go.mod; "" if none does.
func root() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		above := filepath.Dir(dir)
		if above == dir {
			return ""
		}
		dir = above
	}
}
