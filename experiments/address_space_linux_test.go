package experiments

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestAddressSpaceIsRoom: a process under ulimit -v is refused what does not fit, where it would crash.
func TestAddressSpaceIsRoom(t *testing.T) {
	play := program(map[string]string{"EOSS_N": "700000", "EOSS_THREADS": "1", "EOSS_OUT": t.TempDir() + "/run"})
	command := exec.Command("sh", "-c", `ulimit -v 8000000 && exec "$0"`, os.Args[0])
	command.Env = play.Env
	out, _ := command.CombinedOutput()
	if command.ProcessState.ExitCode() != ExitUsage || !strings.HasPrefix(string(out), "EOSS_N=700000: 700512 images take 8.0 GiB") {
		t.Errorf("exit status %d: %.300s", command.ProcessState.ExitCode(), out)
	}
}
