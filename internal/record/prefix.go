package record

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Prefix is the beginning of a metrics.jsonl file as it was at some moment: a checkpoint remembers it, so that a run that
// goes on knows which rows are from before the checkpoint, and that they are still what was measured. The zero Prefix is
// the empty one.
type Prefix struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256,omitempty"`
}

// Written returns what the file holds once all rows written so far have reached it.
func (w *Writer) Written() Prefix { return Prefix{w.size, hex.EncodeToString(w.sum.Sum(nil))} }

// Check is an error unless the file at path begins with p: [ErrDamaged], or that of a file that cannot be read.
func (p Prefix) Check(path string) error { return p.CopyTo(io.Discard, path) }

// CopyTo copies the beginning of the file at path to w; it is an error when that is not p.
func (p Prefix) CopyTo(w io.Writer, path string) error {
	if p.Bytes == 0 {
		return nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Damaged(fmt.Errorf("%s is missing", path))
	}
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	switch _, err := io.CopyN(io.MultiWriter(w, sum), f, p.Bytes); {
	case errors.Is(err, io.EOF):
		return Damaged(fmt.Errorf("%s has lost rows: it is shorter than it was", path))
	case err != nil:
		return err
	case hex.EncodeToString(sum.Sum(nil)) != p.SHA256:
		return Damaged(fmt.Errorf("%s is damaged, or was edited: its first %d bytes are not what they were", path, p.Bytes))
	}
	return nil
}

// Cut shortens the file at path to p, all at once. It is an error, and nothing is changed, when the file does not begin
// with p.
func (p Prefix) Cut(path string) error {
	return WriteFile(path, func(w io.Writer) error { return p.CopyTo(w, path) })
}

// PrefixOf is the whole of the file at path.
func PrefixOf(path string) (Prefix, error) {
	f, err := os.Open(path)
	if err != nil {
		return Prefix{}, err
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	return Prefix{n, hex.EncodeToString(sum.Sum(nil))}, err
}
