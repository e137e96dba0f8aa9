package plots

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image/png"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
)

// writeEvents writes an event file of TensorBoard: a sequence of Event messages (tensorflow/core/util/event.proto), each
// in a TFRecord. wallTime, in seconds since 1970, is that of all events, for rows do not say when they were measured.
func writeEvents(w io.Writer, wallTime float64, steps []stepRows, figures []figureFile) error {
	event := func(step int, rest message) error {
		var e message
		e.double(1, wallTime)
		e.varint(2, uint64(step))
		return writeRecord(w, append(e, rest...))
	}
	var version message
	version.bytes(3, []byte("brain.Event:2"))
	if err := event(0, version); err != nil {
		return err
	}
	last := 0
	for _, s := range steps {
		var summary message
		for _, r := range s.rows {
			summary.bytes(1, scalar(r.Name, r.Value))
			if r.StdErr != 0 {
				summary.bytes(1, scalar("stderr/"+r.Name, r.StdErr))
			}
		}
		var e message
		e.bytes(5, summary)
		if err := event(s.step, e); err != nil {
			return err
		}
		last = s.step
	}
	for _, f := range figures {
		var summary, e message
		summary.bytes(1, f.value())
		e.bytes(5, summary)
		if err := event(last, e); err != nil {
			return err
		}
	}
	return nil
}

// scalar is a Summary.Value with its simple_value.
func scalar(tag string, x float64) message {
	var m message
	m.bytes(1, []byte(tag))
	m.float(2, float32(x))
	return m
}

// figureFile is one png.
type figureFile struct {
	name          string // without its ending
	width, height int
	png           []byte
}

// value is a Summary.Value with its image.
func (f figureFile) value() message {
	var image, m message
	image.varint(1, uint64(f.height))
	image.varint(2, uint64(f.width))
	image.varint(3, 3) // RGB
	image.bytes(4, f.png)
	m.bytes(1, []byte("figures/"+f.name))
	m.bytes(4, image)
	return m
}

// pngFiles reads the png files of a folder; a folder that is not there has none.
func pngFiles(folder string) ([]figureFile, error) {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var files []figureFile
	for _, entry := range entries {
		name := entry.Name()
		if filepath.Ext(name) != ".png" {
			continue
		}
		path := filepath.Join(folder, name)
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		size, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("%s is damaged (%w); draw it again with go run ./plots/draw", path, err)
		}
		files = append(files, figureFile{name[:len(name)-len(".png")], size.Width, size.Height, data})
	}
	return files, nil
}

// message is a message of Protocol Buffers being written, field by field.
type message []byte

const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

func (m *message) key(field, wire uint64) { *m = binary.AppendUvarint(*m, field<<3|wire) }

func (m *message) varint(field, x uint64) {
	m.key(field, wireVarint)
	*m = binary.AppendUvarint(*m, x)
}

func (m *message) double(field uint64, x float64) {
	m.key(field, wireFixed64)
	*m = binary.LittleEndian.AppendUint64(*m, math.Float64bits(x))
}

func (m *message) float(field uint64, x float32) {
	m.key(field, wireFixed32)
	*m = binary.LittleEndian.AppendUint32(*m, math.Float32bits(x))
}

func (m *message) bytes(field uint64, b []byte) {
	m.key(field, wireBytes)
	*m = append(binary.AppendUvarint(*m, uint64(len(b))), b...)
}

// writeRecord writes a TFRecord: the length, its checksum, the data, its checksum.
func writeRecord(w io.Writer, data []byte) error {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	b = binary.LittleEndian.AppendUint32(b, maskedCRC(b))
	b = append(b, data...)
	_, err := w.Write(binary.LittleEndian.AppendUint32(b, maskedCRC(data)))
	return err
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// maskedCRC is CRC-32C (RFC 3720, B.4), turned and shifted as in TFRecords.
func maskedCRC(data []byte) uint32 {
	crc := crc32.Checksum(data, castagnoli)
	return (crc>>15 | crc<<17) + 0xa282ead8
}
