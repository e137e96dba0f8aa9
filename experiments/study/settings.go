package study

import (
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"

	"github.com/kelseyhightower/envconfig"

	"eoss/experiments"
)

// Settings say which set is made, where and how. All other EOSS_ variables are given to every run.
type Settings struct {
	Profile string `desc:"quick: small networks, built-in data; paper: the paper's sizes, CIFAR-10"`
	Workers int    `desc:"runs side by side; default one on every core; 0: start none, make what the finished runs allow"`
	Out     string `desc:"folder of the set; default studies/ and the profile's name"`
	Seeds   int    `desc:"seeds of the runs that a claim is judged by; 0: those of the profile"`
}

// FromEnvironment reads the settings and the variables for the runs. A mistake is one line that names the variable.
func FromEnvironment() (Settings, Variables, error) {
	s := Settings{Profile: "quick", Workers: runtime.GOMAXPROCS(0)}
	if err := envconfig.Process("EOSS", &s); err != nil {
		return s, nil, settingsError(err)
	}
	user := Variables{}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(strings.ToUpper(name), "EOSS_") && !isSetting(name) {
			user[name] = value
		}
	}
	for name, value := range map[string]int{"EOSS_WORKERS": s.Workers, "EOSS_SEEDS": s.Seeds} {
		if text, given := os.LookupEnv(name); given && (value < 0 || text != strconv.Itoa(value)) { // 010 would be 8
			return s, nil, &experiments.ConfigError{Variable: name, Value: text, Reason: "must be a decimal integer ≥ 0"}
		}
	}
	for name, why := range byItself {
		if value, ok := user[name]; ok {
			return s, nil, &experiments.ConfigError{Variable: name, Value: value, Reason: "unset it: " + why + " (just eoss takes it for one run)"}
		}
	}
	if s.Out == "" {
		s.Out = filepath.Join("studies", s.Profile)
	}
	return s, user, experiments.CheckNames(user)
}

// byItself is what the variables of single runs would ask for.
var byItself = map[string]string{
	"EOSS_RESUME": "unfinished runs of a set go on by themselves",
	"EOSS_FROM":   "a set forks its runs itself",
}

func isSetting(name string) bool {
	switch name {
	case "EOSS_PROFILE", "EOSS_WORKERS", "EOSS_OUT", "EOSS_SEEDS", "EOSS_REFERENCE", "EOSS_PEER":
		return true
	}
	return false
}

func settingsError(err error) error {
	if p, ok := err.(*envconfig.ParseError); ok {
		return &experiments.ConfigError{Variable: p.KeyName, Value: p.Value, Reason: "must be a decimal integer ≥ 0"}
	}
	return err
}

// Set builds the set of the settings.
func (s Settings) Set(user Variables) (*Set, error) {
	p, err := ProfileNamed(s.Profile)
	if err != nil {
		return nil, err
	}
	if s.Seeds > 0 {
		p.Seeds = s.Seeds
	}
	return NewSet(p, user), nil
}

// SettingsHelp explains the settings, a line each.
func SettingsHelp() []string {
	var lines []string
	t := reflect.TypeFor[Settings]()
	for i := range t.NumField() {
		lines = append(lines, "EOSS_"+strings.ToUpper(t.Field(i).Name)+"\t\t"+t.Field(i).Tag.Get("desc"))
	}
	return lines
}
