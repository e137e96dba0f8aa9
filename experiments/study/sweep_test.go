package study

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestSweep: what killed processes left half written goes when a set works, and only that; who looks changes nothing.
func TestSweep(t *testing.T) {
	m := maker(t, nil)
	m.Log = &bytes.Buffer{}
	files := map[string]bool{ // whether it stays
		".claims.json.71.3.tmp": false, "figures/.fig5.png.71.12.tmp": false, "runs/.times.json.4.1.tmp": false, "runs/.probe-23812": false,
		".claims.json.72.1.tmp": true, "runs/.times.json.5.9.tmp": true, // new ones
		".notes.tmp": true, "draft.4.1.tmp": true, "figures/fig5.png": true, "runs/.kept.1.2.tmp/x": true,
	}
	for name := range files {
		folder(t, m.Out, name)
		if name != ".claims.json.72.1.tmp" && name != "runs/.times.json.5.9.tmp" {
			old := time.Now().Add(-2 * time.Hour)
			if err := os.Chtimes(filepath.Join(m.Out, name), old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	left := func(want func(stays bool) bool) {
		t.Helper()
		for name, stays := range files {
			if _, err := os.Stat(filepath.Join(m.Out, name)); (err == nil) != want(stays) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if err := m.Plan(&bytes.Buffer{}, Selection{Single: []Run{tiny(nil)}}); err != nil {
		t.Fatal(err)
	}
	if err := m.Report(&bytes.Buffer{}, Selection{}); err != nil {
		t.Fatal(err)
	}
	left(func(bool) bool { return true })
	if err := m.Make(context.Background(), &bytes.Buffer{}, Selection{}); err != nil {
		t.Fatal(err)
	}
	left(func(stays bool) bool { return stays })
}
