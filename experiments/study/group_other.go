//go:build !unix

package study

import "os/exec"

func ownGroup(*exec.Cmd) {}
