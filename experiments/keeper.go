package experiments

import (
	"eoss/graph"
	"eoss/internal/safetensors"
)

// stateful is what keeps something from step to step that is not a function of the configuration and θ: the training loop,
// an optimizer, a measurement. Its keep hands every such variable to k, which saves it in a checkpoint or restores it.
type stateful[T graph.Float] interface {
	keep(k *keeper[T])
}

// keeper carries variables into a checkpoint or back, under names within a scope.
type keeper[T graph.Float] struct {
	scope string
	saved []safetensors.Tensor
	from  *safetensors.File // the checkpoint to restore; nil: save
	err   error
}

// vector keeps the vector at v; one that is nil is not saved, and one that was not saved is not restored.
func (k *keeper[T]) vector(name string, v *[]T) {
	name = k.scope + "." + name
	if k.from == nil {
		if *v != nil {
			k.saved = append(k.saved, toTensor(name, []int{len(*v)}, *v))
		}
		return
	}
	if t, ok := k.from.Get(name); ok {
		*v = fromTensor[T](t)
	}
}

// integer keeps the number at n.
func (k *keeper[T]) integer(name string, n *int) {
	name = k.scope + "." + name
	if k.from == nil {
		k.saved = append(k.saved, safetensors.Tensor{Name: name, Dtype: safetensors.I64, I64: []int64{int64(*n)}})
	} else if t, ok := k.from.Get(name); ok && len(t.I64) == 1 {
		*n = int(t.I64[0])
	}
}

// number keeps the number at x, in float64 whatever T is.
func (k *keeper[T]) number(name string, x *float64) {
	name = k.scope + "." + name
	if k.from == nil {
		k.saved = append(k.saved, safetensors.Tensor{Name: name, Dtype: safetensors.F64, F64: []float64{*x}})
	} else if t, ok := k.from.Get(name); ok && len(t.F64) == 1 {
		*x = t.F64[0]
	}
}

// toTensor copies v.
func toTensor[T graph.Float](name string, shape []int, v []T) safetensors.Tensor {
	t := safetensors.Tensor{Name: name, Shape: shape}
	switch v := any(v).(type) {
	case []float32:
		t.Dtype, t.F32 = safetensors.F32, append([]float32{}, v...)
	case []float64:
		t.Dtype, t.F64 = safetensors.F64, append([]float64{}, v...)
	}
	return t
}

// fromTensor copies the numbers of t, in the run's own precision.
func fromTensor[T graph.Float](t safetensors.Tensor) []T {
	v := make([]T, 0, len(t.F32)+len(t.F64))
	for _, x := range t.F32 {
		v = append(v, T(x))
	}
	for _, x := range t.F64 {
		v = append(v, T(x))
	}
	return v
}
