package quadratic

import (
	"context"
	"os"
	"testing"
	"time"
)

func TestAll(t *testing.T) {
	last, name := time.Now(), ""
	facts, figs, err := Facts(context.Background(), Options{Seed: 1}, func(s string) {
		if name != "" {
			t.Logf("%s: %v", name, time.Since(last))
		}
		last, name = time.Now(), s
	})
	t.Logf("%s: %v", name, time.Since(last))
	if err != nil {
		t.Fatal(err)
	}
	WriteTable(os.Stdout, facts)
	t.Log(len(figs))
}
