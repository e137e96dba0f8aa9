package plots_test

import (
	"bytes"
	"errors"
	"image/png"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/cmpimg"

	"eoss/internal/record"
	"eoss/plots"
)

// several invents runs that differ by variables: the curvature scales with 1/η
// and λmax nears it as b grows.
func several(dir string, steps int, changes map[string]string) *plots.Run {
	v := invented{steps: steps, every: max(1, steps/1000), measures: []string{"lambda_b_max", "step_lambda_b_max"}}
	config := v.config()
	config.Variables["EOSS_STEPS"] = strconv.Itoa(steps)
	for name, text := range changes {
		config.Variables[name] = text
	}
	lr, _ := strconv.ParseFloat(config.Variables["EOSS_LR"], 64)
	b, _ := strconv.ParseFloat(config.Variables["EOSS_BATCH"], 64)
	rows := v.rows()
	for i := range rows {
		switch name := rows[i].Name; {
		case name == "lambda_max":
			rows[i].Value *= inventedLR / lr * min(3, math.Sqrt(b/16))
		case !strings.Contains(name, "loss"):
			rows[i].Value *= inventedLR / lr
			rows[i].StdErr *= inventedLR / lr
		}
	}
	for _, row := range rows {
		if row.Name == "batch_sharpness" {
			row.Name, row.Value = "batch_sharpness_mean_ratio", row.Value/1.1
			rows = append(rows, row)
		}
	}
	return &plots.Run{Dir: dir, Config: config, Rows: rows}
}

// diverge makes the run diverge at a step.
func diverge(r *plots.Run, step int) *plots.Run {
	var rows []record.Row
	for _, row := range r.Rows {
		if late := row.Step - step; late > 400 {
			continue
		} else if late > 0 {
			row.Value *= math.Pow(10, float64(late)/20)
		}
		rows = append(rows, row)
	}
	r.Rows = rows
	return r
}

// fork is a run of 10 000 steps that leaves parent at step 5000.
func fork(dir string, parent *plots.Run, changes map[string]string) *plots.Run {
	const step = 5000
	before := map[string]string{}
	for name := range changes {
		before[name] = parent.Config.Variables[name]
	}
	r := several(dir, 10_000, changes)
	r.Config.Parent = &record.Parent{Run: parent.Dir, Step: step, Changed: before}
	own := r.Rows
	r.Rows = nil
	for _, row := range own {
		if row.Step >= step {
			r.Rows = append(r.Rows, row)
		}
	}
	for _, row := range parent.Rows {
		if row.Step < step {
			r.History = append(r.History, row)
		}
	}
	return r
}

func grid(etas, batches []string, steps int) (tiles [][]plots.Tile) {
	for _, eta := range etas {
		var row []plots.Tile
		for _, b := range batches {
			r := several("runs/"+eta+"-"+b, steps, map[string]string{"EOSS_LR": eta, "EOSS_BATCH": b})
			row = append(row, plots.Tile{Run: r})
		}
		tiles = append(tiles, row)
	}
	return tiles
}

var sharpnesses = []string{"step_sharpness", "lambda_max", "batch_sharpness"}

func shift(name, text string) plots.ShiftCase {
	base, changes := several("runs/base", 10_000, nil), map[string]string{name: text}
	return plots.ShiftCase{
		Changed: fork("runs/fork", base, changes), Control: fork("runs/control", base, nil), Fresh: several("runs/scratch", 10_000, changes),
	}
}

// To accept a change of the pictures: go test ./plots -run Golden -update
func TestSeveralGolden(t *testing.T) {
	diverged := grid([]string{"0.01", "0.02"}, []string{"4", "16", "64"}, 8000)
	diverge(diverged[0][0].Run, 4000)
	for name, draw := range map[string]func() (*plots.Figure, error){
		"grid": func() (*plots.Figure, error) {
			return plots.Grid(plots.GridFigure{Rows: diverged, Measures: sharpnesses, Loss: true})
		},
		"grid-lambda-b": func() (*plots.Figure, error) {
			return plots.Grid(plots.GridFigure{Rows: grid([]string{"0.01"}, []string{"8", "16"}, 8000),
				Measures: []string{"step_lambda_b_max", "lambda_b_max", "lambda_max"}})
		},
		"compare": func() (*plots.Figure, error) {
			return plots.Compare(plots.CompareFigure{Runs: grid([]string{"0.01"}, []string{"8", "16", "64", "8192"}, 8000)[0], Measure: "lambda_max", Loss: true})
		},
		"shifts": func() (*plots.Figure, error) {
			return plots.Shift("", shift("EOSS_LR", "0.02"), shift("EOSS_BATCH", "64"), spiked(shift("EOSS_BATCH", "4")))
		},
		"window": func() (*plots.Figure, error) {
			r := several("runs/catapults", 20_000, nil)
			r.Rows = invented{steps: 20_000, every: 10, catapults: true}.rows()
			return plots.TrajectoryWindow(r, plots.Window{First: 9000, Last: 18_000, Marks: []int{10_000, 13_300, 16_700, 20_000}, MarkLabel: "catapult"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			figure, err := draw()
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			const dpi = 80
			if err := png.Encode(&got, plots.Raster(figure, dpi)); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", "golden", name+".png")
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if errors.Is(err, fs.ErrNotExist) {
				t.Fatalf("%s is missing: make it with -update", golden)
			}
			// The tolerance of TestTrajectoryGolden, for its reason.
			const shade = 0.12
			if same, err := cmpimg.EqualApprox("png", got.Bytes(), want, shade); err != nil || !same {
				file := filepath.Join(t.ArtifactDir(), name+".png")
				os.WriteFile(file, got.Bytes(), 0o666)
				t.Errorf("%s is not the figure, which is in %s (%v)", golden, file, err)
			}
		})
	}
}

func runsOf(tiles [][]plots.Tile) (runs []*plots.Run) {
	for _, row := range tiles {
		for _, t := range row {
			runs = append(runs, t.Run)
		}
	}
	return runs
}

// The largest grid of the paper, with dots at every step.
func TestGridIsSmall(t *testing.T) {
	tiles := grid([]string{"0.01", "0.02", "0.005"}, []string{"4", "16", "64"}, 1000)
	rows := invented{steps: 20_000, every: 1}.rows()
	for _, r := range runsOf(tiles) {
		r.Rows = rows
	}
	figure, err := plots.Grid(plots.GridFigure{Rows: tiles, Measures: sharpnesses, Loss: true})
	if err != nil {
		t.Fatal(err)
	}
	files, err := figure.Save(filepath.Join(t.TempDir(), "grid"))
	if err != nil {
		t.Fatal(err)
	}
	for i, most := range []int64{300_000, 1_500_000, 600_000} {
		if info, err := os.Stat(files[i]); err != nil || info.Size() > most {
			t.Errorf("%s: %d bytes, at most %d wanted, %v", files[i], info.Size(), most, err)
		}
	}
}

func TestCaptionsOfSeveral(t *testing.T) {
	tiles := grid([]string{"0.01", "0.02"}, []string{"16", "8192"}, 1000)
	runs := runsOf(tiles)
	if got, want := plots.Caption(runs...), "mlp on invented rows: n = 8192, 1000 steps, seed 7"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := plots.Caption(runs[:2]...), "mlp on invented rows: η = 0.01, n = 8192, 1000 steps, seed 7"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	cnn := several("runs/cnn", 600, map[string]string{"EOSS_MODEL": "cnn", "EOSS_WIDTHS": "64,64", "EOSS_MEASURE": "loss@1",
		"EOSS_SEED": "8", "EOSS_SEED_ORDER": "8", "EOSS_NOISE": "diagonal", "EOSS_SDE_STEP": "0.001"})
	if got, want := plots.Caption(runs[0], cnn), "mlp and cnn on invented rows: η = 0.01, b = 16, n = 8192, 600 to 1000 steps"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, c := range []struct {
		runs []*plots.Run
		want []string
	}{
		{runs, []string{"η = 0.01, b = 16", "η = 0.01, full batch (b = 8192)", "η = 0.02, b = 16", "η = 0.02, full batch (b = 8192)"}},
		{[]*plots.Run{runs[0], cnn}, []string{"mlp, SGD, seed 7", "cnn, GD with diagonal noise, seed 8, sde step 0.001"}},
	} {
		for i, title := range plots.Titles(c.runs) {
			if title != c.want[i] {
				t.Errorf("title %q, want %q", title, c.want[i])
			}
		}
	}
}

// TestNote: a figure in part says so at the end of its caption.
func TestNote(t *testing.T) {
	tiles := grid([]string{"0.01"}, []string{"16", "8192"}, 1000)
	g, err := plots.Grid(plots.GridFigure{Measures: sharpnesses, Rows: tiles, Note: "in part: 2 of 4 runs"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := plots.Compare(plots.CompareFigure{Measure: "lambda_max", Runs: tiles[0], Caption: "λmax", Note: "in part: 2 of 3 runs"})
	if err != nil {
		t.Fatal(err)
	}
	for f, want := range map[*plots.Figure]string{
		g: "mlp on invented rows: η = 0.01, n = 8192, 1000 steps, seed 7; in part: 2 of 4 runs", c: "λmax; in part: 2 of 3 runs",
	} {
		if got := f.Caption(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestSeveralLegends(t *testing.T) {
	tiles := grid([]string{"0.01", "0.02"}, []string{"16", "64"}, 2000)
	for _, c := range []struct {
		tiles [][]plots.Tile
		want  string
	}{
		{tiles, "sharpness of the step’s batch (462 of 1001 shown)|λ_{max}|Batch Sharpness|2/η|off the axis|training loss"},
		{tiles[:1], "sharpness of the step’s batch (462 of 1001 shown)|λ_{max}|Batch Sharpness|2/η = 200|off the axis|training loss"},
	} {
		figure, err := plots.Grid(plots.GridFigure{Rows: c.tiles, Measures: sharpnesses, Loss: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(plots.Legend(figure), "|"); got != c.want {
			t.Errorf("got %s\nwant %s", got, c.want)
		}
	}
	for _, c := range []struct {
		etas []string
		want string
	}{{[]string{"0.01"}, "b = 16|b = 64|2/η = 200"}, {[]string{"0.01", "0.02"}, "2/η = 200|2/η = 100"}} {
		rows := grid(c.etas, []string{"16", "64"}, 2000)
		compared, err := plots.Compare(plots.CompareFigure{Runs: slices.Concat(rows...), Measure: "lambda_max"})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(plots.Legend(compared), "|"); !strings.HasSuffix(got, c.want) {
			t.Errorf("got %s, want %s at its end", got, c.want)
		}
	}
	figure, err := plots.Shift("", shift("EOSS_LR", "0.02"), shift("EOSS_BATCH", "4"))
	if err != nil {
		t.Fatal(err)
	}
	legend := strings.Join(plots.Legend(figure), "|")
	for _, want := range []string{"changed run", "control, nothing changed", "new setting from the start", "change at step 5000", "|2/η|", "2/η before = 200"} {
		if !strings.Contains(legend, want) {
			t.Errorf("%s lacks %s", legend, want)
		}
	}
	if titles := plots.TileTitles(figure); titles[0] != "(a) η = 0.01 → 0.02" || titles[1] != "(b) b = 16 → 4" {
		t.Errorf("%q", titles)
	}
}

// A run that diverges squashes neither its neighbours nor itself.
func TestDivergedTile(t *testing.T) {
	tiles := grid([]string{"0.01"}, []string{"16", "64"}, 8000)
	diverge(tiles[0][0].Run, 6000)
	figure, err := plots.Grid(plots.GridFigure{Rows: tiles, Measures: sharpnesses, Loss: true})
	if err != nil {
		t.Fatal(err)
	}
	for k, most := range []float64{3 * 2 / inventedLR * 1.06, 1e4} {
		if top := plots.Top(figure, 0, 0, k); top > most || top != plots.Top(figure, 0, 1, k) {
			t.Errorf("panel %d reaches %g and %g, at most %g wanted", k, top, plots.Top(figure, 0, 1, k), most)
		}
	}
}
