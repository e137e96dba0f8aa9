package experiments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// Main is the life of a study's program: it answers -h, reads the configuration from the environment, runs the
// study until it ends or a signal stops it, and returns the exit status. What the study says goes to
// stdout; progress and mistakes go to stderr.
func Main(program string, args []string, stdout, stderr io.Writer, study func(ctx context.Context, c Config, stdout, stderr io.Writer) error) int {
	help, err := ParseArguments(args)
	if help {
		err = WriteHelp(stdout, program, Measurables())
		return ExitStatus(err)
	}
	var c Config
	if err == nil {
		c, err = FromEnvironment(Measurables())
	}
	if err == nil {
		c.noteUnread(stderr, program, os.Environ())
		ctx, stop := WithInterrupt(context.Background())
		defer stop()
		err = study(ctx, c, stdout, stderr)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(stderr, err)
	}
	return ExitStatus(err)
}
