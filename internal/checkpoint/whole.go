package checkpoint

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"eoss/internal/record"
)

const sumsFile = "SHA256SUMS"

// file is a file of a directory that is written as a whole.
type file struct {
	name  string
	write func(io.Writer) error
}

// writeWhole makes the directory folder/name of the files and their checksums, in place of one that is there: in a
// temporary directory, which is renamed when all of it is on disk.
func writeWhole(folder, name string, files []file) (err error) {
	path, temporary := filepath.Join(folder, name), filepath.Join(folder, "."+name+".tmp")
	defer func() {
		if err != nil {
			err = fmt.Errorf("writing %s: %w", path, err)
			os.RemoveAll(temporary) // what is left of it does not look like a checkpoint
		}
	}()
	if err := makeFolder(folder); err != nil {
		return err
	}
	if err := os.RemoveAll(temporary); err != nil { // of a process that died
		return err
	}
	if err := os.Mkdir(temporary, 0o777); err != nil {
		return err
	}
	var sums strings.Builder
	for _, f := range files {
		sum, err := writeFile(filepath.Join(temporary, f.name), f.write)
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%s  %s\n", sum, f.name)
	}
	if _, err := writeFile(filepath.Join(temporary, sumsFile), func(w io.Writer) error {
		_, err := io.WriteString(w, sums.String())
		return err
	}); err != nil {
		return err
	}
	if err := record.SyncDir(temporary); err != nil {
		return err
	}
	if err := removeWhole(folder, name); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	return record.SyncDir(folder)
}

func makeFolder(folder string) error {
	err := os.Mkdir(folder, 0o777)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return record.SyncDir(filepath.Dir(folder))
}

// writeFile writes a file through to the disk and returns its checksum.
func writeFile(path string, write func(io.Writer) error) (sum string, err error) {
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	hash, buf := sha256.New(), bufio.NewWriterSize(f, 1<<16)
	if err := write(io.MultiWriter(buf, hash)); err != nil {
		return "", err
	}
	if err := buf.Flush(); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", hash.Sum(nil)), f.Sync()
}

// readWhole reads the named files of a directory that writeWhole made of them.
func readWhole(path string, names []string) (map[string][]byte, error) {
	text, err := os.ReadFile(filepath.Join(path, sumsFile))
	if err != nil {
		return nil, missing(sumsFile, err)
	}
	texts, expected := map[string][]byte{}, ""
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(path, name))
		if err != nil {
			return nil, missing(name, err)
		}
		line := fmt.Sprintf("%x  %s\n", sha256.Sum256(data), name)
		if !strings.Contains(string(text), line) {
			return nil, fmt.Errorf("%s does not have its checksum in %s", name, sumsFile)
		}
		texts[name] = data
		expected += line
	}
	if string(text) != expected {
		return nil, fmt.Errorf("%s is not as it was written", sumsFile)
	}
	return texts, nil
}

func missing(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is missing", name)
	}
	return err
}

// removeWhole removes the directory folder/name, if there is one, under another name.
func removeWhole(folder, name string) error {
	path, old := filepath.Join(folder, name), filepath.Join(folder, "."+name+".old")
	if err := os.RemoveAll(old); err != nil {
		return err
	}
	if err := os.Rename(path, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.RemoveAll(old)
}
