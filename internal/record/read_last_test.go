package record

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestLastRow: wherever a file is cut, its last row and what is torn of it are those that reading all of it finds.
func TestLastRow(t *testing.T) {
	path := filepath.Join(t.TempDir(), MetricsFile)
	write(t, path, sampleRows()...)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(whole) + 1 {
		if err := os.WriteFile(path, whole[:n], 0o666); err != nil {
			t.Fatal(err)
		}
		rows, torn := read(t, path)
		var want *Row
		if len(rows) > 0 && torn == 0 {
			want = &rows[len(rows)-1]
		}
		if got, t2, err := LastRow(path); err != nil || t2 != torn || !reflect.DeepEqual(got, want) {
			t.Fatalf("cut to %d bytes: %+v, %d bytes torn, %v; want %+v, %d", n, got, t2, err, want, torn)
		}
	}
	if err := os.WriteFile(path, append(whole, "{}\n"...), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, _, err := LastRow(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a damaged last line: %v", err)
	}
}
