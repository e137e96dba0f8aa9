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
			return nil, 0, fmt.Errorf("line %d is damaged (%w); repair or delete that line", number, err)
		}
		rows = append(rows, row)
		if last {
			return rows, 0, nil
		}
	}
}
