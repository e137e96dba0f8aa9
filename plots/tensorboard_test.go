package plots_test

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"eoss/internal/record"
	"eoss/plots"
)

// exported writes a run with these rows and exports it.
func exported(t *testing.T, dir string, rows ...record.Row) string {
	t.Helper()
	writeRun(t, dir, record.Config{Study: "any"}, rows)
	var out bytes.Buffer
	if err := plots.Export(dir, &out); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "export")
	if want := folder + "/metrics.csv\n" + folder + "/events.out.tfevents.eoss\n"; !strings.HasSuffix(out.String(), want) {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
	return folder
}

var exportedRows = []record.Row{
	{Step: 0, Name: "loss", Value: 1.0 / 3},
	{Step: 0, Name: "batch_sharpness", Value: 60, StdErr: 1.5},
	{Step: 200, Epoch: 1.5, Name: `odd "name", with a comma`, Value: math.Inf(-1)},
	{Step: 200, Epoch: 1.5, Name: "loss", Value: 9}, // measured again below
	{Step: 100, Epoch: 0.75, Name: "loss", Value: math.NaN()},
	{Step: 200, Epoch: 1.5, Name: "loss", Value: 0.25},
	{Step: 200, Epoch: 1.5, Name: "batch_sharpness", Value: 61, Residual: 0.02},
}

func TestExportCSV(t *testing.T) {
	dir := t.TempDir()
	text, err := os.ReadFile(filepath.Join(exported(t, dir, exportedRows...), "metrics.csv"))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(`step,epoch,loss,batch_sharpness,batch_sharpness_stderr,batch_sharpness_residual,"odd ""name"", with a comma"
0,0,0.3333333333333333,60,1.5,0,
100,0.75,NaN,,,,
200,1.5,0.25,61,0,0.02,-Inf
`, "\n", "\r\n")
	if string(text) != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	left, err := filepath.Glob(filepath.Join(dir, "export", ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestExportAgree: of a run of the usual length, both files give the series back.
func TestExportAgree(t *testing.T) {
	dir := t.TempDir()
	invented{steps: 2000, every: 20, measures: everything}.write(t, dir)
	if err := plots.Draw(dir, io.Discard); err != nil {
		t.Fatal(err)
	}
	rows, _, err := record.ReadRows(filepath.Join(dir, record.MetricsFile))
	if err != nil {
		t.Fatal(err)
	}
	folder := exported(t, dir)
	file, err := os.Open(filepath.Join(folder, "metrics.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	table, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	scalars, images := readEvents(t, filepath.Join(folder, "events.out.tfevents.eoss"))
	for name := range names(rows) {
		s := record.SelectSeries(rows, name)
		c := slices.Index(table[0], name)
		var inCSV record.Series
		for _, line := range table[1:] {
			if line[c] == "" {
				continue
			}
			inCSV.Steps = append(inCSV.Steps, atoi(t, line[0]))
			inCSV.Values = append(inCSV.Values, parse(t, line[c]))
		}
		if !slices.Equal(inCSV.Steps, s.Steps) || !slices.Equal(inCSV.Values, s.Values) {
			t.Errorf("metrics.csv: %s is %v, want %v", name, inCSV, s)
		}
		if got := scalars[name]; len(got) != s.Len() {
			t.Errorf("event file: %d values of %s, want %d", len(got), name, s.Len())
		}
		for i, step := range s.Steps {
			if got, ok := scalars[name][int64(step)]; !ok || got != float32(s.Values[i]) {
				t.Errorf("event file: %s at %d is %v, want %v", name, step, got, s.Values[i])
			}
			if got := scalars["stderr/"+name][int64(step)]; got != float32(s.StdErrs[i]) {
				t.Errorf("event file: standard error of %s at %d is %v, want %v", name, step, got, s.StdErrs[i])
			}
		}
	}
	for _, name := range []string{"trajectory", "trajectory-lambda-b"} {
		want, err := os.ReadFile(filepath.Join(dir, "figures", name+".png"))
		if got := images["figures/"+name]; err != nil || !bytes.Equal(got.png, want) || got.width != 1610 || got.height != 1208 {
			t.Errorf("%s: %d bytes of %d×%d, %v; want %d", name, len(got.png), got.width, got.height, err, len(want))
		}
	}
	again := exported(t, dir)
	if s, _ := readEvents(t, filepath.Join(again, "events.out.tfevents.eoss")); len(s) != len(scalars) {
		t.Error("a second export differs")
	}
}

func names(rows []record.Row) map[string]bool {
	all := map[string]bool{}
	for _, r := range rows {
		all[r.Name] = true
	}
	return all
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func parse(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestCRC: the reader's own checksum gives the values of RFC 3720, B.4.
func TestCRC(t *testing.T) {
	up := make([]byte, 32)
	for i := range up {
		up[i] = byte(i)
	}
	for _, test := range []struct {
		data []byte
		want uint32
	}{
		{make([]byte, 32), 0x8a9136aa},
		{bytes.Repeat([]byte{0xff}, 32), 0x62a8ab43},
		{up, 0x46dd794e},
	} {
		if got := crc32c(test.data); got != test.want {
			t.Errorf("CRC-32C is %#x, want %#x", got, test.want)
		}
	}
}

// crc32c divides bit by bit.
func crc32c(data []byte) uint32 {
	crc := ^uint32(0)
	for _, b := range data {
		crc ^= uint32(b)
		for range 8 {
			crc = crc>>1 ^ 0x82f63b78*(crc&1)
		}
	}
	return ^crc
}

type exportedImage struct {
	width, height uint64
	png           []byte
}

// readEvents reads an event file: what a tag is at a step, and the images.
func readEvents(t *testing.T, path string) (map[string]map[int64]float32, map[string]exportedImage) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	scalars, images := map[string]map[int64]float32{}, map[string]exportedImage{}
	for first := true; len(data) > 0; first = false {
		n := binary.LittleEndian.Uint64(data)
		sums := []uint32{binary.LittleEndian.Uint32(data[8:]), binary.LittleEndian.Uint32(data[12+n:])}
		for i, part := range [][]byte{data[:8], data[12 : 12+n]} {
			unmasked := sums[i] - 0xa282ead8
			if unmasked>>17|unmasked<<15 != crc32c(part) {
				t.Fatalf("a checksum is wrong")
			}
		}
		event := fields(t, data[12:12+n])
		data = data[16+n:]
		if event[1][0].number == 0 {
			t.Error("an event has no time")
		}
		if first {
			if len(event[3]) != 1 || string(event[3][0].bytes) != "brain.Event:2" {
				t.Fatalf("the first event is %v", event)
			}
			continue
		}
		step := int64(event[2][0].number)
		for _, v := range fields(t, event[5][0].bytes)[1] {
			value := fields(t, v.bytes)
			tag := string(value[1][0].bytes)
			if value[4] != nil {
				image := fields(t, value[4][0].bytes)
				images[tag] = exportedImage{image[2][0].number, image[1][0].number, image[4][0].bytes}
				continue
			}
			if scalars[tag] == nil {
				scalars[tag] = map[int64]float32{}
			}
			scalars[tag][step] = math.Float32frombits(uint32(value[2][0].number))
		}
	}
	return scalars, images
}

type field struct {
	number uint64
	bytes  []byte
}

// fields takes a message of Protocol Buffers apart.
func fields(t *testing.T, m []byte) map[uint64][]field {
	t.Helper()
	varint := func() (x uint64) {
		for shift := 0; ; shift += 7 {
			b := m[0]
			m = m[1:]
			x |= uint64(b&0x7f) << shift
			if b < 0x80 {
				return x
			}
		}
	}
	all := map[uint64][]field{}
	for len(m) > 0 {
		key := varint()
		var f field
		switch key & 7 {
		case 0:
			f.number = varint()
		case 1:
			f.number = binary.LittleEndian.Uint64(m)
			m = m[8:]
		case 2:
			n := varint()
			f.bytes, m = m[:n], m[n:]
		case 5:
			f.number = uint64(binary.LittleEndian.Uint32(m))
			m = m[4:]
		default:
			t.Fatalf("wire type %d", key&7)
		}
		all[key>>3] = append(all[key>>3], f)
	}
	return all
}

// TestTensorBoard: TensorBoard itself reads the file.
func TestTensorBoard(t *testing.T) {
	const python = "/usr/bin/python3"
	const script = `import sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
a = EventAccumulator(sys.argv[1]); a.Reload()
print([(e.step, e.value) for e in a.Scalars("batch_sharpness")])
`
	if err := exec.Command(python, "-c", "import tensorboard").Run(); err != nil {
		t.Skipf("%s has no tensorboard: %v", python, err)
	}
	folder := exported(t, t.TempDir(), exportedRows...)
	out, err := exec.Command(python, "-c", script, folder).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "[(0, 60.0), (200, 61.0)]") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestExportRefusals: one line.
func TestExportRefusals(t *testing.T) {
	foreign, damaged := t.TempDir(), t.TempDir()
	exported(t, damaged, exportedRows...)
	if err := os.MkdirAll(filepath.Join(damaged, "figures"), 0o777); err != nil {
		t.Fatal(err)
	}
	os.WriteFile(filepath.Join(damaged, "figures", "a.png"), []byte("no image"), 0o666)
	for dir, want := range map[string]string{
		filepath.Join(foreign, "none"): "no such directory",
		foreign:                        "holds no config.json, so it is not the directory of a run",
		damaged:                        "a.png is damaged",
	} {
		err := plots.Export(dir, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", dir, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(foreign, "export")); err == nil {
		t.Error("a folder was made in a foreign directory")
	}
}
