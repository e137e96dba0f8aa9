// Package record keeps a run directory on disk:
//
//	config.json         what was run: study, version, machine, all variables (Config)
//	metrics.jsonl       what was measured: one Row a line, appended as it happens
//	spectral_density/   what is a curve and no number: one Density a file
//	parent.jsonl        of a run that started from a checkpoint of another: the rows of that one before it
//	.lock               held locked by the process that writes the directory (Lock)
//
// Everything drawn or judged later is read from these files. Rows are appended
// and survive a crash up to the last complete line; every other file is
// replaced as a whole by WriteFile, so that a reader sees the old file or the
// new one and never a part.
package record

// Names of the files of a run directory.
const (
	ConfigFile  = "config.json"
	MetricsFile = "metrics.jsonl"
	ParentFile  = "parent.jsonl"
)
