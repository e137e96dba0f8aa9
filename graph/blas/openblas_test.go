//go:build (linux || darwin) && (amd64 || arm64)

package blas

import (
	"sync"
	"testing"
	"time"
)

// TestProductsOfOneCountRunSideBySide: also the first ones after a change of the count.
func TestProductsOfOneCountRunSideBySide(t *testing.T) {
	Current()
	lib := chosen.lib
	if lib == nil {
		t.Skip("no OpenBLAS: ", Describe())
	}
	for count := 2; count > 0; count-- {
		var left sync.WaitGroup
		entered, release := make(chan struct{}, 2), make(chan struct{})
		for range 2 {
			left.Go(func() {
				lib.enter(count)
				entered <- struct{}{}
				<-release
				lib.leave()
			})
		}
		for range 2 {
			select {
			case <-entered:
			case <-time.After(2 * time.Second):
				t.Errorf("one of two products on %d threads waits for the other", count)
			}
		}
		close(release)
		left.Wait()
	}
}

// TestNoProductUnderAnotherCount: goroutines that want different counts each get theirs, and all get on.
func TestNoProductUnderAnotherCount(t *testing.T) {
	Current()
	lib := chosen.lib
	if lib == nil {
		t.Skip("no OpenBLAS: ", Describe())
	}
	var wait sync.WaitGroup
	for worker := range 6 {
		count := 1 + worker%2
		want := lib.threads(count)
		wait.Go(func() {
			for range 2000 {
				if got := lib.threads(count); got != want {
					t.Errorf("%d threads, want %d", got, want)
					return
				}
			}
		})
	}
	wait.Wait()
}
