package plots

import (
	"bytes"
	"compress/zlib"
	"io"
	"strings"
	"testing"
)

// inflate returns the readable streams of a pdf.
func inflate(t *testing.T, pdf []byte) string {
	t.Helper()
	var all strings.Builder
	for {
		_, rest, found := bytes.Cut(pdf, []byte("stream\n"))
		if !found {
			return all.String()
		}
		stream, after, _ := bytes.Cut(rest, []byte("\nendstream"))
		if r, err := zlib.NewReader(bytes.NewReader(stream)); err == nil {
			data, _ := io.ReadAll(r)
			all.Write(data)
		}
		pdf = after
	}
}
