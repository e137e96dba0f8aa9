package record

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// ReadRows reads all rows of a metrics.jsonl file in the order in which they
// were written.
//
// A process that dies while it writes leaves a last line without its end.
// Such a line is dropped and torn is its length in bytes; torn is 0 for a
// whole file. Damage anywhere else is an error that names the file and the
// line.
func ReadRows(path string) (rows []Row, torn int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	rows, torn, err = decodeRows(f)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	return rows, torn, nil
}

func decodeRows(r io.Reader) (rows []Row, torn int, err error) {
	lines := bufio.NewReaderSize(r, 1<<16)
	for number := 1; ; number++ {
		line, readErr := lines.ReadBytes('\n')
		if readErr != nil && !errors.Is(readErr, io.EOF) {
			return nil, 0, fmt.Errorf("line %d: %w", number, readErr)
		}
		last := readErr != nil
		if last && len(line) == 0 {
			return rows, 0, nil
		}
		var row Row
		if err := json.Unmarshal(line, &row); err != nil {
			if last {
				return rows, len(line), nil
			}
			return nil, 0, fmt.Errorf("line %d is damaged (%w); repair that line", number, err)
		}
		rows = append(rows, row)
		if last {
			return rows, 0, nil
		}
	}
}

// LastRow reads the last row of a metrics.jsonl file, nil where there is none, without those before it. torn is as in [ReadRows].
func LastRow(path string) (row *Row, torn int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil || size == 0 {
		return nil, 0, err
	}
	start, err := lastLineStart(f, size-1) // the last byte ends the line, or belongs to it
	if err != nil {
		return nil, 0, err
	}
	line := make([]byte, size-start)
	if _, err := f.ReadAt(line, start); err != nil {
		return nil, 0, err
	}
	row = new(Row)
	switch err := json.Unmarshal(line, row); {
	case err == nil:
		return row, 0, nil
	case line[len(line)-1] != '\n':
		return nil, len(line), nil
	default:
		return nil, 0, fmt.Errorf("%s: its last line is damaged (%w)", path, err)
	}
}
