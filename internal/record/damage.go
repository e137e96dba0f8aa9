package record

import "errors"

// ErrDamaged is what a reader's error is when the file is not what was written. Any other error says that it could not be read, and
// nothing of what it holds.
var ErrDamaged = errors.New("damaged")

type damage struct{ error }

func (damage) Is(target error) bool { return target == ErrDamaged }
func (d damage) Unwrap() error      { return d.error }

// Damaged is err, and [ErrDamaged] too.
func Damaged(err error) error { return damage{err} }
