package record

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// Writer appends rows to a metrics.jsonl file. Rows are buffered: a row is
// certain to be on disk only after Sync or Close. The first failure is kept
// and returned by every later call, so that no row follows a damaged line. A
// Writer is not safe for concurrent use.
type Writer struct {
	path string
	file syncCloser
	buf  *bufio.Writer
	sum  hash.Hash // of all rows, see Written
	size int64
	err  error
}

type syncCloser interface {
	io.WriteCloser
	Sync() error
}

// OpenWriter opens path for appending and creates it if it is not there. A
// torn last line, left by a process that died, is cut off first: appending
// behind it would damage the file for good.
func OpenWriter(path string) (*Writer, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(mendTail(f), SyncDir(filepath.Dir(path))); err != nil { // the rows of a new file are not safe before its name is
		f.Close()
		return nil, fmt.Errorf("opening %s for appending: %w", path, err)
	}
	w := newWriter(path, f)
	if w.size, err = f.Seek(0, io.SeekCurrent); err == nil {
		_, err = io.Copy(w.sum, io.NewSectionReader(f, 0, w.size))
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("opening %s for appending: %w", path, err)
	}
	return w, nil
}

func newWriter(path string, file syncCloser) *Writer {
	return &Writer{path: path, file: file, buf: bufio.NewWriterSize(file, 1<<16), sum: sha256.New()}
}

// mendTail leaves f at its end, which is empty or just behind a newline: a
// whole last row is given its newline and a torn one is cut off.
func mendTail(f *os.File) error {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	start, err := lastLineStart(f, size)
	if err != nil || start == size {
		return err
	}
	tail := make([]byte, size-start)
	if _, err := f.ReadAt(tail, start); err != nil {
		return err
	}
	if json.Unmarshal(tail, new(Row)) == nil {
		_, err := f.Write([]byte{'\n'})
		return err
	}
	if err := f.Truncate(start); err != nil {
		return err
	}
	_, err = f.Seek(start, io.SeekStart)
	return err
}

// lastLineStart returns the offset behind the last newline among the first
// size bytes, 0 if there is none.
func lastLineStart(r io.ReaderAt, size int64) (int64, error) {
	block := make([]byte, 4096)
	for end := size; end > 0; {
		begin := max(0, end-int64(len(block)))
		part := block[:end-begin]
		if _, err := r.ReadAt(part, begin); err != nil {
			return 0, err
		}
		for i := len(part) - 1; i >= 0; i-- {
			if part[i] == '\n' {
				return begin + int64(i) + 1, nil
			}
		}
		end = begin
	}
	return 0, nil
}

// Dir returns the folder of the file: the run directory.
func (w *Writer) Dir() string { return filepath.Dir(w.path) }

// Write appends rows to the buffer.
func (w *Writer) Write(rows ...Row) error {
	for _, row := range rows {
		if w.err != nil {
			break
		}
		line, err := json.Marshal(row)
		if err != nil {
			// Nothing was written: the file is whole and the writer usable.
			return fmt.Errorf("%s: row %q at step %d: %w", w.path, row.Name, row.Step, err)
		}
		line = append(line, '\n')
		_, err = w.buf.Write(line)
		w.keep(err)
		w.sum.Write(line)
		w.size += int64(len(line))
	}
	return w.err
}

// Flush hands the buffered rows to the operating system, where other
// processes can read them.
func (w *Writer) Flush() error {
	if w.err == nil {
		w.keep(w.buf.Flush())
	}
	return w.err
}

// Sync flushes and waits until the rows are on disk.
func (w *Writer) Sync() error {
	if w.Flush() == nil {
		w.keep(w.file.Sync())
	}
	return w.err
}

// Close syncs and closes the file. Every later call fails.
func (w *Writer) Close() error {
	err := w.Sync()
	if closeErr := w.file.Close(); err == nil && closeErr != nil {
		w.keep(closeErr)
		err = w.err
	}
	w.keep(os.ErrClosed)
	return err
}

func (w *Writer) keep(err error) {
	if w.err == nil && err != nil {
		w.err = fmt.Errorf("writing %s: %w", w.path, err)
	}
}
