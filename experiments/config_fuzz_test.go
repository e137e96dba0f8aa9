package experiments

import (
	"errors"
	"reflect"
	"testing"
	"unicode"
)

// FuzzFromValues gives three variables, and one of any name, any values: a Config that its own listing gives back, or a
// ConfigError of one line, and never a panic.
func FuzzFromValues(f *testing.F) {
	variables := names(variablesOf(new(Config)), func(v variable) string { return v.name })
	at := map[string]uint8{}
	for i, name := range variables {
		at[name] = uint8(i)
	}
	for _, seed := range []struct{ name, value string }{
		{"EOSS_DATASET", "a.npz"}, {"EOSS_DATASET", "cifar10"}, {"EOSS_MODEL", "diaglin"}, {"EOSS_MODEL", "resnet8"}, {"EOSS_WIDTHS", "5, 6,7"},
		{"EOSS_N", "64"}, {"EOSS_LR", "0x1p-3"}, {"EOSS_MEASURE", "loss@5,ias"}, {"EOSS_MEASURE", "none"}, {"EOSS_OPTIMIZER", "momentum"},
		{"EOSS_SEED", "18446744073709551615"}, {"EOSS_OUT", "a\nb"}, {"EOSS_LOSS", "ce"}, {"EOSS_BATCH", "-0"}, {"EOSS_BETA2", "nan"},
		{"EOSS_NOISE", "sde"}, {"EOSS_SDE_STEP", "5e-324"},
	} {
		f.Add(at[seed.name], seed.value, at["EOSS_N"], "100", at["EOSS_LOSS"], "mse", "EOSS_\x00", "\n")
		f.Add(at[seed.name], seed.value, at["EOSS_OPTIMIZER"], "adam", at["EOSS_MEASURE"], "loss,lambda_max@3", "", "")
	}
	f.Fuzz(func(t *testing.T, i uint8, x string, j uint8, y string, k uint8, z string, name, value string) {
		given := map[string]string{}
		for _, pair := range []struct {
			at    uint8
			value string
		}{{i, x}, {j, y}, {k, z}} {
			given[variables[int(pair.at)%len(variables)]] = pair.value
		}
		if name != "" {
			given[name] = value
		}
		c, err := FromValues(given, Measurables())
		if err != nil {
			var refusal *ConfigError
			if !errors.As(err, &refusal) {
				t.Fatalf("%q: %T %v", given, err, err)
			}
			for _, r := range err.Error() {
				if !unicode.IsPrint(r) {
					t.Fatalf("%q is refused with %q", given, err.Error())
				}
			}
			return
		}
		again, err := FromValues(c.Values(), Measurables())
		if err != nil || !reflect.DeepEqual(again, c) {
			t.Fatalf("%q: rebuilt %+v, %v\nfrom %+v", given, again, err, c)
		}
	})
}
