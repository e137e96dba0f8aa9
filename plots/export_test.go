package plots

import "io"

// What the tests of the package's users reach into.

func Encode(f *Figure, w io.Writer, format string) error {
	return encode(f, figureWidth, figureHeight, w, format)
}

func Caption(r *Run) string { return r.caption() }
