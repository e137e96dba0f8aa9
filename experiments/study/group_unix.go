//go:build unix

package study

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps the terminal's Ctrl-C from the process, which gets its signal from this one alone: a second one would end
// it without its checkpoint.
func ownGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
