// Package plots draws the figures of a run from its directory.
//
// A figure is one file with one function from a Run to a Figure, and one line
// in the list of its study (studies in draw.go); figures of several runs take
// these: Grid (trajectories side by side), Compare (one measure of several
// runs) and Shift (changes in mid-run). The parts they are made of:
//
//	style.go    colours and the meaning of each measure, in one place
//	points.go   rows to drawable points: gaps, signs, thinning
//	layers.go   what is drawn: curves with bands, dots
//	events.go   triangles at the top of the axes
//	panel.go    one pair of axes with its layers and legend; limits.go: its limits
//	outside.go  triangles where a curve leaves the axes; remark.go: a text at their top
//	legend.go   a legend in rows
//	figure.go   a caption over tiles in rows and columns
//	share.go    the axes that the tiles of a Grid share
//	caption.go  what the runs of a figure have in common, and by what they differ; subject.go: what was trained
//	ticks.go    linear and logarithmic tick marks
//	text.go     text as outlines, with subscripts and superscripts
//	save.go     png (in few colours, palette.go), svg and pdf
//
// Figures whose axis is not that of the steps are Sheets: of numbers computed from many runs, drawn from plain structs by BatchCurves, GapPlot and
// Curves, and a run's spectral densities:
//
//	batch_curves.go  measures against the batch size, with the fit that bends at the critical one (bent.go)
//	gap_plot.go      gaps against a function of the batch size (variable.go), with fits (gap_fit.go) and slopes to compare (gap_reference.go)
//	curves.go        curves and points on one pair of axes
//	density.go       spectral densities at several steps, one below the other
//	sheet.go         a caption over rows of panels
//	frame.go         a panel with two axes of its own
//	marks.go         marks with intervals, lines, shaded ranges
//
// A Figure draws itself on any part of a canvas.
//
// Two rules hold everywhere. Nothing is drawn that was not recorded: a value
// that is NaN or infinite leaves a gap, one that is not positive leaves a gap
// on a logarithmic axis, a curve that leaves the axes is cut there, what lies
// beyond them is marked at their edge, and thinned dots say so in the legend.
// And the same run gives the same bytes.
package plots
