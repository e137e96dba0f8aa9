package data

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// CheckCIFAR10 refuses a folder whose files, by their sizes alone, don't hold n training and test test images, with the errors of
// [CIFAR10Train] and [CIFAR10Test]. It reads none of them.
func CheckCIFAR10(dir string, n, test int) error {
	if err := CheckDir(dir); err != nil {
		return err
	}
	total, found := 0, false
	for i := 1; i <= 5; i++ {
		records, err := recordsIn(filepath.Join(dir, fmt.Sprintf("data_batch_%d.bin", i)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		total, found = total+records, true
	}
	if !found {
		return noBatches(dir)
	}
	if _, err := howMany(n, total, dir, "training", "EOSS_N"); err != nil {
		return err
	}
	path := filepath.Join(dir, testBatch)
	records, err := recordsIn(path)
	if errors.Is(err, fs.ErrNotExist) {
		return noTestBatch(dir)
	}
	if err == nil {
		_, err = howMany(test, records, path, "test", "EOSS_N_TEST")
	}
	return err
}

// recordsIn is how many records a file holds by its size. A file that isn't there is fs.ErrNotExist.
func recordsIn(path string) (int, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, fs.ErrNotExist
	case err != nil:
		return 0, unreadable(path, err)
	case info.IsDir():
		return 0, unreadable(path, errors.New("is a directory"))
	}
	return int(info.Size() / cifarRecord), checkSize(path, info.Size())
}
