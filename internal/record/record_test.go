package record

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func sampleRows() []Row {
	return []Row{
		{Step: 0, Name: "loss", Value: 10.25},
		{Step: 400, Epoch: 0.78125, Name: "lambda_max", Value: 63.2, StdErr: 0.1, N: 64, Seed: 1<<64 - 1,
			Skipped: 2, Residual: 8e-4, Products: 12, Unconverged: 1, Seconds: 2.1},
		{Step: 401, Name: "step_sharpness", Value: math.Inf(1)},
		{Step: 402, Name: "step_sharpness", Value: math.Inf(-1), StdErr: math.Inf(1)},
		{Step: 403, Name: "η·λ \"quoted\"\n", Value: math.Copysign(0, -1)},
		{Step: 404, Name: "loss", Value: math.SmallestNonzeroFloat64},
		{Step: 405, Name: "loss", Value: 1.0 / 3},
	}
}

// same compares rows bit for bit: NaN equals NaN and −0 differs from 0.
func same(a, b []Row) bool {
	if len(a) != len(b) {
		return false
	}
	floats := func(r Row) []float64 { return []float64{r.Epoch, r.Value, r.StdErr, r.Residual, r.Seconds} }
	for i := range a {
		fa, fb := floats(a[i]), floats(b[i])
		for k := range fa {
			if math.Float64bits(fa[k]) != math.Float64bits(fb[k]) && !(math.IsNaN(fa[k]) && math.IsNaN(fb[k])) {
				return false
			}
		}
		x, y := a[i], b[i]
		for _, r := range []*Row{&x, &y} {
			r.Epoch, r.Value, r.StdErr, r.Residual, r.Seconds = 0, 0, 0, 0, 0
		}
		if x != y {
			return false
		}
	}
	return true
}

func write(t *testing.T, path string, rows ...Row) {
	t.Helper()
	w, err := OpenWriter(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(rows...); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) ([]Row, int) {
	t.Helper()
	rows, torn, err := ReadRows(path)
	if err != nil {
		t.Fatal(err)
	}
	return rows, torn
}

func TestRowsRoundTripAndAppend(t *testing.T) {
	path := filepath.Join(t.TempDir(), MetricsFile)
	want := append(sampleRows(), Row{Step: 9, Name: "ias", Value: math.NaN()})
	write(t, path, want[:3]...)
	write(t, path, want[3:]...)
	if got, torn := read(t, path); torn != 0 || !same(got, want) {
		t.Errorf("read back, torn %d:\n%+v\nwrote:\n%+v", torn, got, want)
	}
}

func TestRowOmitsZeroFields(t *testing.T) {
	for _, c := range []struct {
		row  Row
		want string
	}{
		{Row{Name: "loss"}, `{"step":0,"name":"loss","value":0}`},
		{Row{Step: 3, Name: "ias", Value: math.NaN(), N: 2}, `{"step":3,"name":"ias","value":"NaN","n":2}`},
		{sampleRows()[1], `{"step":400,"epoch":0.78125,"name":"lambda_max","value":63.2,"stderr":0.1,"n":64,` +
			`"seed":18446744073709551615,"skipped":2,"residual":0.0008,"products":12,"unconverged":1,"seconds":2.1}`},
	} {
		got, err := json.Marshal(c.row)
		if err != nil || string(got) != c.want {
			t.Errorf("%+v:\n got %s, %v\nwant %s", c.row, got, err, c.want)
		}
	}
}

func TestUnknownFieldsAreTolerated(t *testing.T) {
	path := filepath.Join(t.TempDir(), MetricsFile)
	os.WriteFile(path, []byte(`{"step":1,"name":"loss","value":2,"colour":{"r":[1]}}`+"\n"), 0o666)
	if got, _ := read(t, path); !same(got, []Row{{Step: 1, Name: "loss", Value: 2}}) {
		t.Errorf("got %+v", got)
	}
}

// A file cut at any byte must give the rows that are whole and no error, and
// a writer that appends to it must lose nothing else.
func TestTornAtEveryByte(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole")
	rows := sampleRows()[:4]
	write(t, whole, rows...)
	data, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	extra := Row{Step: 500, Name: "loss", Value: 1}
	for cut := range len(data) + 1 {
		// A row is whole as soon as its brace is there, newline or not.
		complete := strings.Count(string(data[:cut]), "}")
		path := filepath.Join(dir, MetricsFile)
		if err := os.WriteFile(path, data[:cut], 0o666); err != nil {
			t.Fatal(err)
		}
		got, torn := read(t, path)
		if !same(got, rows[:complete]) {
			t.Fatalf("cut at %d: %d rows, want %d", cut, len(got), complete)
		}
		tail := data[strings.LastIndexByte(string(data[:cut]), '\n')+1 : cut]
		if wantTorn := len(tail); strings.HasSuffix(string(tail), "}") && torn != 0 ||
			!strings.HasSuffix(string(tail), "}") && torn != wantTorn {
			t.Fatalf("cut at %d: torn %d bytes of %q", cut, torn, tail)
		}
		write(t, path, extra)
		got, torn = read(t, path)
		if torn != 0 || !same(got, append(rows[:complete:complete], extra)) {
			t.Fatalf("cut at %d, then appended: torn %d, %+v", cut, torn, got)
		}
	}
}

// A torn line longer than the block that OpenWriter searches backwards.
func TestTornLongLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), MetricsFile)
	long := `{"step":2,"name":"` + strings.Repeat("x", 10_000)
	os.WriteFile(path, []byte(`{"step":1,"name":"a","value":1}`+"\n"+long), 0o666)
	if _, torn := read(t, path); torn != len(long) {
		t.Errorf("torn %d, want %d", torn, len(long))
	}
	write(t, path, Row{Step: 3, Name: "b"})
	if got, torn := read(t, path); torn != 0 || len(got) != 2 || got[1].Step != 3 {
		t.Errorf("torn %d, rows %+v", torn, got)
	}
}

func TestDamageNamesTheLine(t *testing.T) {
	good := `{"step":1,"name":"loss","value":2}` + "\n"
	for _, bad := range []string{
		`{"step":1,"name":"lo`,
		``,
		`{"name":"loss","value":2}`,
		`{"step":1,"value":2}`,
		`{"step":1,"name":"","value":2}`,
		`{"step":1,"name":"loss"}`,
		`{"step":1,"name":"loss","value":null}`,
		`{"step":1,"name":"loss","value":"nan"}`,
		`{"step":1.5,"name":"loss","value":2}`,
		"\x00\x00\x00",
		good[:len(good)-1] + good[:len(good)-1],
	} {
		path := filepath.Join(t.TempDir(), MetricsFile)
		os.WriteFile(path, []byte(good+bad+"\n"+good), 0o666)
		_, _, err := ReadRows(path)
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "line 2 ") {
			t.Errorf("%q: error %v", bad, err)
		}
	}
}

func TestReadMissingFile(t *testing.T) {
	if _, _, err := ReadRows(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

// failing is a file whose disk is full after a number of bytes.
type failing struct {
	room    int
	written []byte
	synced  error
}

var errFull = errors.New("disk full")

func (f *failing) Write(p []byte) (int, error) {
	n := min(f.room-len(f.written), len(p))
	f.written = append(f.written, p[:n]...)
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}
func (f *failing) Sync() error  { return f.synced }
func (f *failing) Close() error { return nil }

func TestWriterKeepsItsFirstFailure(t *testing.T) {
	f := &failing{room: 50}
	w := newWriter("m.jsonl", f)
	if err := w.Write(sampleRows()[:2]...); err != nil {
		t.Fatal(err) // still in the buffer
	}
	err := w.Flush()
	if !errors.Is(err, errFull) || !strings.Contains(err.Error(), "m.jsonl") {
		t.Fatalf("Flush: %v", err)
	}
	f.room = 1 << 20 // room again, but a row now would follow half a line
	for name, call := range map[string]func() error{
		"Write": func() error { return w.Write(Row{Name: "loss"}) },
		"Flush": w.Flush, "Sync": w.Sync, "Close": w.Close,
	} {
		if err := call(); !errors.Is(err, errFull) {
			t.Errorf("%s after the failure: %v", name, err)
		}
	}
	if len(f.written) != 50 {
		t.Errorf("%d bytes written, want 50", len(f.written))
	}
}

func TestWriterSyncAndClose(t *testing.T) {
	w := newWriter("m.jsonl", &failing{room: 1 << 20, synced: errFull})
	if err := w.Sync(); !errors.Is(err, errFull) {
		t.Errorf("Sync: %v", err)
	}
	w = newWriter("m.jsonl", &failing{room: 1 << 20, synced: errFull})
	if err := w.Close(); !errors.Is(err, errFull) {
		t.Errorf("Close, which syncs: %v", err)
	}
	w = newWriter("m.jsonl", &failing{room: 1 << 20})
	if err := w.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := w.Write(Row{Name: "loss"}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Write after Close: %v", err)
	}
	if err := w.Flush(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Flush after Close: %v", err)
	}
}

func TestWriterRefusesNamelessRow(t *testing.T) {
	f := &failing{room: 1 << 20}
	w := newWriter("m.jsonl", f)
	if err := w.Write(Row{Step: 7}); err == nil || !strings.Contains(err.Error(), "name") {
		t.Errorf("error %v", err)
	}
	if err := w.Write(Row{Name: "loss"}); err != nil || w.Flush() != nil {
		t.Errorf("the writer is unusable after a refused row: %v", err)
	}
}

func TestFlushIsVisible(t *testing.T) {
	path := filepath.Join(t.TempDir(), MetricsFile)
	w, err := OpenWriter(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	w.Write(Row{Name: "loss"})
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if got, _ := read(t, path); len(got) != 1 {
		t.Errorf("%d rows after Flush", len(got))
	}
}

func TestSelectSeries(t *testing.T) {
	rows := []Row{
		{Step: 4, Name: "a", Value: 40, StdErr: 4},
		{Step: 0, Name: "a", Value: 1},
		{Step: 2, Name: "b", Value: -1},
		{Step: 2, Name: "a", Value: 20},
		{Step: 4, Name: "a", Value: 41, StdErr: 5}, // measured again after a resume
	}
	want := Series{Steps: []int{0, 2, 4}, Values: []float64{1, 20, 41}, StdErrs: []float64{0, 0, 5}}
	if got := SelectSeries(rows, "a"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := SelectSeries(rows, "none"); got.Len() != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestConfigRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), ConfigFile)
	want := Config{Study: "eoss", Version: "v1", BLAS: "OpenBLAS <SkylakeX>", CPU: "c", DataChecksum: "d",
		Params: 1841162, Variables: map[string]string{"EOSS_MODEL": "mlp", "EOSS_LR": "0.01"}}
	if err := WriteConfig(path, want); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadConfig(path); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	os.WriteFile(path, []byte(`{"study":`), 0o666)
	if _, err := ReadConfig(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("damaged file: %v", err)
	}
}
