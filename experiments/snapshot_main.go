package experiments

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"eoss/internal/record"
)

const snapshotHelp = `measure prints every quantity of one network, with its uncertainty, and takes no training step:

    EOSS_INIT=net.safetensors measure          a table
    EOSS_INIT=net.safetensors measure -json    JSON

Without EOSS_INIT it measures the initial parameters that EOSS_SEED_INIT draws. It reads these variables of a run.
`

// snapshotMeanings are the variables that mean something else without training.
var snapshotMeanings = map[string]meaning{
	"EOSS_MEASURE":    {"all", "names of measurements without a cadence, such as loss,lambda_max"},
	"EOSS_OUT":        {"-", "new folder for measure.json; default: none is written"},
	"EOSS_SEED_ORDER": {"EOSS_SEED", "seed of the batches that are drawn"},
}

// MeasureMain is the whole program measure: it answers -h, reads the configuration from the environment, measures and
// prints a table, or JSON with -json, on stdout. Mistakes and what is being measured go to stderr. It returns the exit
// status.
func MeasureMain(args []string, stdout, stderr io.Writer) int {
	rest := slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return arg == "-json" || arg == "--json" })
	asJSON := len(rest) < len(args)
	asked, err := ParseArguments(rest)
	if asked {
		fmt.Fprint(stdout, snapshotHelp, "\n")
		return ExitStatus(help{"measure", "[-json] [-h]", snapshotMeasurables(), snapshotUnread, snapshotMeanings}.write(stdout))
	}
	var c Config
	if err == nil {
		c, err = snapshotFromEnvironment(os.Environ())
	}
	if err == nil {
		c.noteUnread(stderr, "measure", os.Environ())
		ctx, stop := WithInterrupt(context.Background())
		defer stop()
		var s Snapshot
		s, err = Measure(ctx, c, stderr)
		if err == nil || len(s.Quantities) > 0 {
			write := s.writeTable
			if asJSON {
				write = s.writeJSON
			}
			err = errors.Join(err, write(stdout))
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
	}
	return ExitStatus(err)
}

func (s Snapshot) writeJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(s)
}

// writeTable prints a line of what was measured and a row for every quantity.
func (s Snapshot) writeTable(w io.Writer) error {
	v := s.Config.Variables
	from := v["EOSS_INIT"]
	if from == "" {
		from = "initial parameters of seed " + v["EOSS_SEED_INIT"]
	}
	eta, err := strconv.ParseFloat(v["EOSS_LR"], 64)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s (%d parameters): %s; %s samples of %s, loss %s, b = %s, %s; 2/η = %.6g\n\n", v["EOSS_MODEL"], s.Config.Params, from,
		v["EOSS_N"], v["EOSS_DATASET"], v["EOSS_LOSS"], v["EOSS_BATCH"], v["EOSS_PRECISION"], 2/eta)
	widest := 0
	for _, r := range s.Quantities {
		widest = max(widest, len(r.Name))
	}
	const columns = "%-*s %13s %13s %9s %8s %9s\n"
	fmt.Fprintf(w, columns, widest, "quantity", "value", "± std. error", "residual", "samples", "products")
	for _, r := range s.Quantities {
		fmt.Fprintf(w, columns, widest, r.Name, fmt.Sprintf("%.6g", r.Value), unlessZero("%.2g", r.StdErr), residual(r),
			unlessZero("%.0f", float64(r.N)), unlessZero("%.0f", float64(r.Products)))
	}
	_, err = fmt.Fprint(w, snapshotLegend)
	return err
}

const snapshotLegend = `
± std. error: of a mean over samples (mini-batches; probes for hessian_trace and spectral_density_…). residual:
‖Hv − λv‖/|λ| of the eigenvalue λ, the largest if there are several; an eigenvalue lies within |λ|·residual of λ;
with a * a search ended before EOSS_LMAX_TOL was reached. A
quantity with neither is exact up to rounding. step_… are of one batch, the first of training.
`

func residual(r record.Row) string {
	text := unlessZero("%.1g", r.Residual)
	if r.Unconverged > 0 {
		text += "*"
	}
	return text
}

func unlessZero(format string, x float64) string {
	if x == 0 {
		return ""
	}
	return fmt.Sprintf(format, x)
}
