package experiments

import (
	"fmt"
	"time"

	"eoss/curvature"
	"eoss/graph"
	"eoss/internal/record"
)

// Moment is what a measurement sees: the network at θ, before the step that will use Batch. A step with injected noise uses
// all samples; its Batch is the one that plain SGD would have taken.
type Moment[T graph.Float] struct {
	*Problem[T]
	Step  int
	Batch curvature.Data[T]

	due          []string // the measurements that are taken at this step
	needsHessian bool     // one of them is in onHessian
}

// sampling draws batches of the training batch size, anew at every step; all estimates of a step see the same ones. They repeat samples
// where the training's do.
func (m *Moment[T]) sampling() curvature.Sampling {
	c := m.Config
	s := curvature.Sampling{Batch: c.Batch, Seed: c.SeedOrder, Stream: uint64(m.Step),
		RelErr: c.BSRelErr, MinBatches: c.BSMinBatches, MaxBatches: c.BSMaxBatches}
	if c.Noise == "replacement" {
		s.Scheme = curvature.Replacement
	}
	return s
}

// estimate is the row of a mean over batches.
func (m *Moment[T]) estimate(name string, e curvature.Estimate) record.Row {
	return record.Row{Name: name, Value: e.Mean, StdErr: e.StdErr, N: e.N, Seed: m.Config.SeedOrder}
}

// eigen steers the eigenvalues alone: they stop when their error, residual²/gap, is small enough.
func (m *Moment[T]) eigen() curvature.EigenOptions[T] {
	return curvature.EigenOptions[T]{Tol: m.Config.LmaxTol, ErrTol: m.Config.LmaxTol, Seed: uint64(m.Step)}
}

// unconverged is 1 if the search for e ended before its tolerance.
func unconverged[T graph.Float](e curvature.Eigen[T]) int {
	if e.Converged {
		return 0
	}
	return 1
}

// measurement is one quantity being followed along a run. One that keeps something from moment to moment, such as a
// vector to start from, is stateful as well.
type measurement[T graph.Float] interface {
	measure(m *Moment[T]) ([]record.Row, error)
}

// plugin is a measurement that EOSS_MEASURE can name.
type plugin[T graph.Float] struct {
	Measurable
	start func(p *Problem[T]) (measurement[T], error)
}

// plugins lists the measurements. A new one is a file and a line here.
func plugins[T graph.Float]() []plugin[T] {
	return []plugin[T]{
		{Measurable{Name: "loss", Every: 200, Meaning: "L and the accuracy, of the training and of the test images", Reads: []string{"EOSS_STOP_LOSS"}}, startLoss[T]},
		{Measurable{Name: "step_sharpness", Every: 50, Meaning: "g_B·H_B g_B/‖g_B‖² of the current step's batch B, and its loss"}, startStepSharpness[T]},
		{Measurable{Name: "step_lambda_b_max", Every: 200, Meaning: "λmax(H_B) of the current step's batch", Reads: []string{lmaxTol}}, startStepLambdaMax[T]},
		{Measurable{Name: "batch_sharpness", Every: 200, Meaning: "E[g_B·H_B g_B]/E‖g_B‖² (Definition 1) and E[g_B·H_B g_B/‖g_B‖²] (mean of ratios)", Reads: bsVariables}, startBatchSharpness[T]},
		{Measurable{Name: "batch_sharpness_gn", Every: 400, Meaning: "the same two with the batch's Gauss–Newton matrix for H_B", Reads: bsVariables}, startBatchSharpnessGN[T]},
		{Measurable{Name: "momentum_sharpness", Every: 200, Meaning: "E[s·H_B s]/E[s·g_B], s = μv + g_B, of EOSS_OPTIMIZER=momentum", Reads: bsVariables, Optimizer: "momentum"}, startMomentumSharpness[T]},
		{Measurable{Name: "lambda_max", Every: 400, Meaning: "λmax(H)", Reads: []string{lmaxTol}}, startLambdaMax[T]},
		{Measurable{Name: "lambda_max_gn", Every: 1000, Meaning: "λmax of the Gauss–Newton matrix of all training images", Reads: []string{lmaxTol}}, startLambdaMaxGN[T]},
		{Measurable{Name: "top_eigenvalues", Every: 1000, Meaning: "the ten largest eigenvalues of H", Reads: []string{lmaxTol}}, startTop[T]},
		{Measurable{Name: "spectral_density", Every: 4000, Meaning: "the density of H's eigenvalues, by stochastic Lanczos quadrature"}, startDensity[T]},
		{Measurable{Name: "lambda_b_max", Every: 1000, Meaning: "λᵇmax = E[λmax(H_B)]", Reads: batchLambdaVariables}, startBatchLambdaMax[T](curvature.Hessian, "lambda_b_max")},
		{Measurable{Name: "lambda_b_max_by_size", Every: 10000, Meaning: "λᵇmax of batches of 2, 4, 8, … below n", Reads: batchLambdaVariables}, startBatchSizes[T]},
		{Measurable{Name: "lambda_b_max_gn", Every: 1000, Meaning: "E[λmax of the batch's Gauss–Newton matrix]", Reads: batchLambdaVariables}, startBatchLambdaMax[T](curvature.GaussNewton, "lambda_b_max_gn")},
		{Measurable{Name: "ntk_max", Every: 1000, Meaning: "E[λmax(J_B J_Bᵀ/b)], J_B = ∂f/∂θ: for mse half of lambda_b_max_gn", Reads: batchLambdaVariables}, startBatchLambdaMax[T](curvature.NTK, "ntk_max")},
		{Measurable{Name: "fim_max", Every: 1000, Meaning: "E[λmax(J_Bᵀ J_B/b)]: the same number by the other product", Reads: batchLambdaVariables}, startBatchLambdaMax[T](curvature.Fisher, "fim_max")},
		{Measurable{Name: "ias", Every: 1000, Meaning: "E[g_B·H g_B]/‖g‖², taken as (g·Hg + E[ζ·Hζ])/‖g‖² with ζ = g_B − g", Reads: bsVariables}, startIAS[T]},
		{Measurable{Name: "hessian_trace", Every: 1000, Meaning: "tr H, by products with random signs (Hutchinson)"}, startTrace[T]},
		{Measurable{Name: "gradient_norm2", Every: 200, Meaning: "E‖g_B‖² and ‖g‖²", Reads: bsVariables}, startGradientNorm2[T]},
		{Measurable{Name: "gradient_projection", Every: 1000, Meaning: "the share of ‖g‖² in the span of H's top 1, 2, 5 and 10 eigenvectors", Reads: []string{lmaxTol}}, startGradientProjection[T]},
		{Measurable{Name: "second_moment_contraction", Every: 2000, Meaning: "the largest eigenvalue of E[(I − ηH_B)²]", Reads: []string{"EOSS_BS_MIN_BATCHES", lmaxTol}}, startContraction[T]},
		{Measurable{Name: "expected_step_change", Every: 1000, Meaning: "E[L_B(θ − ηg_B) − L_B(θ)] and E[L(θ − ηg_B) − L(θ)] (equations 10 and 12)", Reads: bsVariables}, startStepChange[T]},
		{Measurable{Name: "param_distance", Every: 200, Meaning: "‖θ − θ₀‖, θ₀ the initial parameters"}, startDistance[T]},
	}
}

const lmaxTol = "EOSS_LMAX_TOL"

// onHessian are the measurements that take products with the full-batch Hessian.
var onHessian = []string{"lambda_max", "top_eigenvalues", "spectral_density", "ias", "hessian_trace", "gradient_projection"}

var (
	bsVariables          = []string{"EOSS_BS_REL_ERR", "EOSS_BS_MIN_BATCHES", "EOSS_BS_MAX_BATCHES"}
	batchLambdaVariables = append(bsVariables[:3:3], lmaxTol)
)

// Measurables lists what EOSS_MEASURE may name.
func Measurables() []Measurable {
	var list []Measurable
	for _, p := range plugins[float32]() {
		list = append(list, p.Measurable)
	}
	return list
}

// scheduled is a measurement with its cadence.
type scheduled[T graph.Float] struct {
	name  string
	every int
	measurement[T]
}

// schedule starts the measurements the configuration names.
func schedule[T graph.Float](p *Problem[T]) ([]scheduled[T], error) {
	var list []scheduled[T]
	for _, c := range p.Config.Measure {
		for _, pl := range plugins[T]() {
			if pl.Name != c.Name {
				continue
			}
			m, err := pl.start(p)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.Name, err)
			}
			list = append(list, scheduled[T]{c.Name, c.Every, m})
		}
	}
	return list, nil
}

// take runs a measurement and completes its rows with step, epoch and cost.
func (s scheduled[T]) take(m *Moment[T]) ([]record.Row, error) {
	began := time.Now()
	rows, err := s.measure(m)
	if err != nil {
		return nil, fmt.Errorf("%s at step %d: %w", s.name, m.Step, err)
	}
	for i := range rows {
		rows[i].Step = m.Step
		rows[i].Epoch = passes(m.parent, m.Step, m.Config.Batch, m.Train.N)
		if r := rows[i]; r.Unconverged > 0 && m.say != nil {
			m.say(fmt.Sprintf("%s at step %d: searches for an eigenvalue that ended before EOSS_LMAX_TOL=%g was reached: %d, the largest residual %.1g",
				r.Name, r.Step, m.Config.LmaxTol, r.Unconverged, r.Residual))
		}
	}
	if len(rows) > 0 {
		rows[0].Seconds = time.Since(began).Seconds()
	}
	return rows, nil
}
