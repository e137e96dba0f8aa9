package data

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// All asks for every image that the files hold.
const All = 0

const (
	cifarName    = "cifar10"
	testBatch    = "test_batch.bin"
	cifarClasses = 10
	cifarPlane   = 32 * 32
	cifarPixels  = 3 * cifarPlane
	cifarRecord  = 1 + cifarPixels // a label, then the red, green and blue planes row by row
)

// Mean and standard deviation by channel (red, green, blue) of the paper's authors, for pixels scaled to [0, 1].
var (
	cifarMean = [3]float64{0.4914, 0.4822, 0.4465}
	cifarStd  = [3]float64{0.2023, 0.1994, 0.2010}
)

// CIFAR10Train reads n of CIFAR-10's training images (Krizhevsky 2009) from a folder of its binary version, drawn and
// ordered by a seed; n = [All] takes all of them, in the order that the seed gives.
//
// The files are data_batch_1.bin … data_batch_5.bin, those that are there, in this order; each holds any whole number
// of 3073-byte records. Of the N images in them the set has numbers Perm(N)[0 … n−1], the permutation being drawn by
// a PCG of (seed, "subs") as the package comment says. A pixel p of channel c becomes (p/255 − mean_c) / std_c with
// the authors' means (0.4914, 0.4822, 0.4465) and standard deviations (0.2023, 0.1994, 0.2010).
//
// A mistake in the folder is an [*Error], one line that names the file, EOSS_DATA_DIR and the remedy.
func CIFAR10Train(dir string, n int, seed uint64) (*Set, error) {
	if err := CheckDir(dir); err != nil {
		return nil, err
	}
	var records []byte
	for i := 1; i <= 5; i++ {
		batch, err := readBatch(filepath.Join(dir, fmt.Sprintf("data_batch_%d.bin", i)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		records = append(records, batch...)
	}
	if records == nil {
		return nil, noBatches(dir)
	}
	total := len(records) / cifarRecord
	n, err := howMany(n, total, dir, "training", "EOSS_N")
	if err != nil {
		return nil, err
	}
	return decode(records, subset(total, n, seed)), nil
}

// CIFAR10Test reads the first n of CIFAR-10's test images, or [All], from test_batch.bin in the same folder, in the
// file's order, normalised as in [CIFAR10Train] and with the same errors.
func CIFAR10Test(dir string, n int) (*Set, error) {
	if err := CheckDir(dir); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, testBatch)
	records, err := readBatch(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, noTestBatch(dir)
	}
	if err != nil {
		return nil, err
	}
	n, err = howMany(n, len(records)/cifarRecord, path, "test", "EOSS_N_TEST")
	if err != nil {
		return nil, err
	}
	first := make([]int, n)
	for i := range first {
		first[i] = i
	}
	return decode(records, first), nil
}

// readBatch reads one file. A file that isn't there is fs.ErrNotExist; anything else wrong is an [*Error].
func readBatch(path string) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fs.ErrNotExist
	}
	if err != nil {
		return nil, unreadable(path, err)
	}
	if err := checkBatch(path, raw); err != nil {
		return nil, err
	}
	return raw, nil
}

// checkBatch accepts one or more whole records with labels of 0 … 9.
func checkBatch(path string, raw []byte) error {
	if err := checkSize(path, int64(len(raw))); err != nil {
		return err
	}
	for i := 0; i < len(raw); i += cifarRecord {
		if label := raw[i]; label >= cifarClasses {
			return &Error{Path: path, Problem: fmt.Sprintf("is not CIFAR-10: record %d (counted from 0) has label %d, over 9",
				i/cifarRecord, label), Remedy: remedyFile}
		}
	}
	return nil
}

// checkSize accepts the size of one or more whole records.
func checkSize(path string, bytes int64) error {
	switch {
	case bytes == 0:
		return &Error{Path: path, Problem: "is empty", Remedy: remedyFile}
	case bytes%cifarRecord != 0:
		return &Error{Path: path, Problem: fmt.Sprintf("is truncated: %d bytes are not a multiple of %d, the size of a record",
			bytes, cifarRecord), Remedy: remedyFile}
	}
	return nil
}

// decode normalises the chosen records, in the order chosen.
func decode(records []byte, chosen []int) *Set {
	table := normalised()
	s := &Set{
		Name: cifarName, Shape: []int{3, 32, 32}, Classes: cifarClasses,
		X: make([]float32, 0, len(chosen)*cifarPixels), Labels: make([]int, len(chosen)),
	}
	for i, r := range chosen {
		record := records[r*cifarRecord : (r+1)*cifarRecord]
		s.Labels[i] = int(record[0])
		for p, pixel := range record[1:] {
			s.X = append(s.X, table[p/cifarPlane][pixel])
		}
	}
	return s
}

// normalised tabulates (p/255 − mean)/std by channel and pixel value.
func normalised() (table [3][256]float32) {
	for c := range table {
		for p := range table[c] {
			table[c][p] = float32((float64(p)/255 - cifarMean[c]) / cifarStd[c])
		}
	}
	return table
}
