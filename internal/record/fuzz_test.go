package record

import (
	"bytes"
	"encoding/json"
	"testing"
)

// FuzzRows feeds arbitrary bytes to the reader. Whatever it accepts must come
// back bit for bit when written again, and cutting that file anywhere must
// lose the cut row only.
func FuzzRows(f *testing.F) {
	f.Add([]byte(`{"step":1,"name":"loss","value":2}`+"\n"), uint(5))
	f.Add([]byte(`{"step":400,"epoch":0.78,"name":"lambda_max","value":63.2,"stderr":0.1,"n":64,"seed":7,`+
		`"residual":8e-4,"products":12,"seconds":2.1}`+"\n"+`{"step":1,"name":"a","value":"NaN"}`), uint(60))
	f.Add([]byte(`{"step":-1,"name":"\ud800","value":"-Inf","value":-0,"x":[{}]}`+"\n"+`{"st`), uint(0))
	f.Add([]byte("\n"), uint(1))
	f.Fuzz(func(t *testing.T, data []byte, cut uint) {
		rows, torn, err := decodeRows(bytes.NewReader(data))
		if err != nil {
			if rows != nil || torn != 0 {
				t.Fatalf("rows beside the error %v", err)
			}
			return
		}
		if torn < 0 || torn > len(data) {
			t.Fatalf("torn %d of %d bytes", torn, len(data))
		}
		var file bytes.Buffer
		for _, r := range rows {
			line, err := json.Marshal(r)
			if err != nil {
				t.Fatalf("%+v was read but cannot be written: %v", r, err)
			}
			file.Write(append(line, '\n'))
		}
		again, torn, err := decodeRows(bytes.NewReader(file.Bytes()))
		if err != nil || torn != 0 || !same(again, rows) {
			t.Fatalf("second reading: torn %d, %v\n%+v\n%+v", torn, err, again, rows)
		}
		part := file.Bytes()[:min(cut, uint(file.Len()))]
		some, _, err := decodeRows(bytes.NewReader(part))
		lines := bytes.Count(part, []byte("\n"))
		if err != nil || len(some) < lines || len(some) > lines+1 || !same(some, rows[:len(some)]) {
			t.Fatalf("cut at %d: %d rows of %d lines, %v", len(part), len(some), lines, err)
		}
	})
}
