package plots_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"gonum.org/v1/plot/cmpimg"
)

var update = flag.Bool("update", false, "write testdata/golden anew: go test ./plots -run Golden -update, then look at every picture")

// golden saves a figure and compares its png with testdata/golden/NAME.png. The picture that differs is kept by go test -artifacts.
func golden(t *testing.T, name string, figure interface {
	Save(base string) ([]string, error)
}) {
	t.Helper()
	files, err := figure.Save(filepath.Join(t.ArtifactDir(), name))
	if err != nil {
		t.Fatal(err)
	}
	for i, most := range []int64{300_000, 600_000, 300_000} { // bytes of png, svg and pdf
		if info, err := os.Stat(files[i]); err != nil || info.Size() > most {
			t.Errorf("%s: %v, at most %d bytes wanted: %v", files[i], info, most, err)
		}
	}
	got, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "golden", name+".png")
	if *update {
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test ./plots -run Golden -update writes it", err)
	}
	// Processors that fuse multiplications and additions place a point 1e-15
	// aside; that moves an edge's shade by one step of the palette, 16 of 255.
	const shade = 0.12
	if same, err := cmpimg.EqualApprox("png", got, want, shade); err != nil || !same {
		t.Errorf("%s differs from %s (%v); if it should, go test ./plots -run Golden -update", files[0], path, err)
	}
}
