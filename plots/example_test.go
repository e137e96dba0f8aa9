package plots_test

import (
	"log"
	"os"
	"path/filepath"
	"testing"

	"gonum.org/v1/plot/cmpimg"

	"eoss/plots"
)

// A run's directory becomes a figure: the curvature against 2/η with the
// batches of the steps in red, Batch Sharpness in green, λmax in blue and
// λᵇmax in orange, and the loss below.
func ExampleTrajectory() {
	run, err := plots.OpenRun("testdata/run")
	if err != nil {
		log.Fatal(err)
	}
	figure, err := plots.Trajectory(run)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := figure.Save("testdata/trajectory"); err != nil {
		log.Fatal(err)
	}
}

// To accept a change of the picture: go test ./plots -run Golden -regen
func TestTrajectoryGolden(t *testing.T) {
	invented{steps: 20_000, every: 50, catapults: true,
		measures: []string{"batch_sharpness_mean_ratio", "lambda_b_max", "test_loss"}}.write(t, "testdata/run")
	t.Cleanup(func() {
		os.RemoveAll("testdata/run")
		files, _ := filepath.Glob("testdata/trajectory.*")
		for _, f := range files {
			os.Remove(f)
		}
	})
	// Processors that fuse multiplications and additions place a point 1e-15
	// aside; that moves an edge's shade by one step of the palette, 16 of 255.
	const shade = 0.12
	cmpimg.CheckPlotApprox(ExampleTrajectory, t, shade, "trajectory.png")
}
