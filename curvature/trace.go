package curvature

import (
	"fmt"
	"math/rand/v2"

	"eoss/graph"
)

// TraceOptions steer Trace. The zero value stops at a relative standard error of 5 %, after 8 to 100 probes.
type TraceOptions struct {
	RelErr               float64 // 0 is 0.05; negative takes MaxProbes
	MinProbes, MaxProbes int     // 0 are 8 and 100
	Seed                 uint64
	Stream               uint64 // tells estimates of one seed apart, such as the training step
}

// TraceEstimate is an estimated trace.
type TraceEstimate struct {
	Estimate  // N probes, as many products
	Options   TraceOptions
	Converged bool // the stopping rule was met
}

// streamProbes names the random stream of the probe vectors.
const streamProbes = 0x70726f6265 // "probe"

// Trace estimates tr A by E[z·Az] over vectors z of independent random signs (Hutchinson 1990); the variance of a
// probe is 2 Σ_{i≠j} a_ij². For the trace of the Hessian, a is the Hessian. Products that are not
// finite are ErrNotFinite.
func Trace[T graph.Float](a Operator[T], opt TraceOptions) (TraceEstimate, error) {
	if opt.RelErr == 0 {
		opt.RelErr = 0.05
	}
	setDefault(&opt.MaxProbes, 100)
	setDefault(&opt.MinProbes, min(8, opt.MaxProbes))
	if opt.MaxProbes < 2 || opt.MinProbes > opt.MaxProbes {
		return TraceEstimate{}, fmt.Errorf("curvature: between %d and %d probes: at least 2 are needed for a standard error", opt.MinProbes, opt.MaxProbes)
	}
	rng := rand.New(rand.NewPCG(opt.Seed, streamProbes^opt.Stream<<8))
	z, az := probes(a)
	stop, m, t := stopping{relErr: opt.RelErr, min: opt.MinProbes, max: opt.MaxProbes}, moments{}, TraceEstimate{Options: opt}
	for m.n < opt.MaxProbes && !t.Converged {
		if err := interrupted(a); err != nil {
			return TraceEstimate{}, err
		}
		k := min(len(z), opt.MaxProbes-m.n)
		for i := range k {
			signs(rng, z[i])
		}
		applyAll(a, az[:k], z[:k])
		for i := 0; i < k && !t.Converged; i++ { // as if the products had been taken one by one
			zAz := Dot(z[i], az[i])
			if err := finite(zAz); err != nil {
				return TraceEstimate{}, err
			}
			m.add(zAz, 1)
			t.Converged = stop.met(m.n, func() []Estimate { return []Estimate{m.mean()} })
		}
	}
	t.Estimate = m.mean()
	return t, nil
}

// probeBlock is the number of products that share a recomputed linearisation, which costs about as much as one of them. Up to three of
// the last block may be in vain.
const probeBlock = 4

// probes returns memory for vectors and their products: a block where a takes several at a lower price, else one.
func probes[T graph.Float](a Operator[T]) (z, az [][]T) {
	block := 1
	if m, ok := a.(*Matrix[T]); ok {
		if kept, chunks := m.Kept(); kept < chunks {
			block = probeBlock
		}
	}
	for range block {
		z, az = append(z, make([]T, a.Dim())), append(az, make([]T, a.Dim()))
	}
	return z, az
}

// applyAll computes dst[t] = A·v[t].
func applyAll[T graph.Float](a Operator[T], dst, v [][]T) {
	if m, ok := a.(*Matrix[T]); ok {
		m.ApplyBlock(dst, v)
		return
	}
	for t := range dst {
		a.Apply(dst[t], v[t])
	}
}

// signs fills z with random signs, 64 to a draw.
func signs[T graph.Float](rng *rand.Rand, z []T) {
	var bits uint64
	for i := range z {
		if i%64 == 0 {
			bits = rng.Uint64()
		}
		z[i] = T(int64(bits&1)*2 - 1)
		bits >>= 1
	}
}
