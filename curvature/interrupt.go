package curvature

import "eoss/graph"

// interrupted asks Interrupt.
func (o *Objective[T]) interrupted() error {
	if o.Interrupt == nil {
		return nil
	}
	return o.Interrupt()
}

func (l *linearized[T]) interrupted() error { return l.o.interrupted() }

func (m *SecondMoment[T]) interrupted() error { return m.o.interrupted() }

// interrupted asks the objective that an operator belongs to; others are never interrupted.
func interrupted[T graph.Float](a Operator[T]) error {
	if i, ok := a.(interface{ interrupted() error }); ok {
		return i.interrupted()
	}
	return nil
}
