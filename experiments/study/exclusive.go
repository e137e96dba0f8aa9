package study

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"eoss/internal/record"
)

// patience is how long another process may take to replace a file of a set.
const patience = 30 * time.Second

// changing is held by the one goroutine of this process that changes files of sets: there are systems without locks for processes.
var changing sync.Mutex

// exclusively does what reads and then replaces a file in dir while no other process does so there: of two that read at the same time, the
// first would lose what it wrote.
func exclusively(dir string, do func() error) error {
	changing.Lock()
	defer changing.Unlock()
	lock, err := record.LockDir(dir)
	for last := time.Now().Add(patience); errors.Is(err, record.ErrLocked) && time.Now().Before(last); {
		time.Sleep(10 * time.Millisecond)
		lock, err = record.LockDir(dir)
	}
	if err != nil {
		return err
	}
	defer lock.Release()
	defer os.Remove(filepath.Join(dir, record.LockFile)) // whoever has it open takes no lock in it but looks again; some systems keep it
	return do()
}
