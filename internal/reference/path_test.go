package reference

import (
	"path/filepath"
	"testing"
)

// TestPath: what go test is given at the module's root is found from a package's folder.
func TestPath(t *testing.T) {
	this, err := filepath.Abs("path_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]string{"": "", this: this, "internal/reference/path_test.go": this, "../path_test.go": filepath.Join(this, "../../../../path_test.go")} {
		t.Setenv(Env, value)
		if got := Path(Env); got != want {
			t.Errorf("%q is %q, not %q", value, got, want)
		}
	}
}
