package models

import "fmt"

// Error is a [Spec] that no model has: the field at fault and what is wrong with it.
type Error struct {
	Field   string // of Spec
	Problem string
}

func (e *Error) Error() string { return "models: " + e.Problem }

func mistake(field, format string, args ...any) error {
	return &Error{field, fmt.Sprintf(format, args...)}
}
