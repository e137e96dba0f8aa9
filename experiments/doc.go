// Package experiments is what all studies share: the configuration by environment variables, the training loop with its
// measurements, the run directory, and the verdict on a run. A study is a folder below, whose main wires these together.
//
// A measurement is a file measure_*.go and a line in plugins (measure.go); a network or a data set is a row in
// config_choices.go.
package experiments
