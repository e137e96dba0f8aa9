// Package study is what the paper's studies share: a set is made of training runs, a figure and a claim are functions of
// finished runs. Runs that exist are reused, unfinished ones resumed, independent ones run side by side.
package study
