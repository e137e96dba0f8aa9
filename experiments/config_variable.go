package experiments

import (
	"encoding"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/kelseyhightower/envconfig"
)

const prefix = "EOSS"

// variable is one field of a Config under its name in the environment.
type variable struct {
	name  string
	field any // pointer into the Config
	tags  reflect.StructTag
}

// variablesOf lists c's variables in the order of the fields. envconfig shows
// what it gathers, names included, to a template only: hence the template.
func variablesOf(c *Config) []variable {
	var all []variable
	collect := func(name string, field any, tags reflect.StructTag) string {
		all = append(all, variable{name, field, tags})
		return ""
	}
	t := template.Must(template.New("").Funcs(template.FuncMap{"collect": collect}).
		Parse(`{{range .}}{{collect .Key .Field.Addr .Tags}}{{end}}`))
	if err := envconfig.Usaget(prefix, c, io.Discard, t); err != nil {
		panic(err) // Config itself is malformed
	}
	return all
}

// set parses text into the field.
func (v variable) set(text string) (err error) {
	switch p := v.field.(type) {
	case *string:
		*p = text
	case *int:
		*p, err = strconv.Atoi(text)
	case *uint64:
		*p, err = strconv.ParseUint(text, 10, 64)
	case *float64:
		*p, err = strconv.ParseFloat(text, 64)
	case encoding.TextUnmarshaler:
		err = p.UnmarshalText([]byte(text))
	default:
		panic(fmt.Sprintf("%s: no parser for %T", v.name, v.field))
	}
	return err
}

// String is the field's value in the form that set reads.
func (v variable) String() string {
	if p, ok := v.field.(*float64); ok {
		return strconv.FormatFloat(*p, 'g', -1, 64)
	}
	return fmt.Sprint(reflect.ValueOf(v.field).Elem().Interface())
}

// defaultFor is the default under a data set, "" where there is none.
func (v variable) defaultFor(dataset string) string {
	if text := v.tags.Get(presetsOf(dataset)); text != "" {
		return text
	}
	return v.tags.Get("preset")
}

// kind is the type as -h shows it.
func (v variable) kind() string {
	switch v.field.(type) {
	case *int, *uint64:
		return "integer"
	case *float64:
		return "number"
	case *Bytes:
		return "size"
	case *string:
		if kind := v.tags.Get("type"); kind != "" {
			return kind
		}
		return "name"
	}
	return "list"
}

// choices are the names that the variable may take, nil if it is no name.
func (v variable) choices() []string {
	switch v.name {
	case "EOSS_DATASET":
		return names(Datasets(), func(d DatasetChoice) string { return d.Name })
	case "EOSS_MODEL":
		return names(Models(), func(m ModelChoice) string { return m.Name })
	case "EOSS_OPTIMIZER":
		return names(Optimizers(), func(o OptimizerChoice) string { return o.Name })
	case "EOSS_NOISE":
		return names(Noises(), func(n NoiseChoice) string { return n.Name })
	}
	return strings.Fields(v.tags.Get("oneof"))
}

// isChoice says whether text is one of the choices, or an .npz file where one may stand.
func (v variable) isChoice(text string) bool {
	return slices.Contains(v.choices(), text) || v.name == "EOSS_DATASET" && isNPZ(text)
}

// orElse is what else than the choices may stand there.
func (v variable) orElse(separator string) string {
	if v.name == "EOSS_DATASET" {
		return separator + npzChoice
	}
	return ""
}

// allowed says which values may stand there, in the words of -h and the refusals.
func (v variable) allowed() string {
	if choices := v.choices(); len(choices) > 0 {
		return strings.Join(choices, " | ") + v.orElse(" | ")
	}
	bounds := v.tags.Get("range")
	if _, unsigned := v.field.(*uint64); unsigned {
		bounds = "≥ 0"
	}
	return bounds
}

// refuse is the refusal of text; err matters only for lists, which explain themselves.
func (v variable) refuse(text string, err error) error {
	switch {
	case v.kind() == "list", v.kind() == "size":
		return &ConfigError{v.name, text, err.Error()}
	case len(v.choices()) > 0:
		return &ConfigError{v.name, text, "must be one of " + strings.Join(v.choices(), ", ") + v.orElse(", or ")}
	}
	article := map[string]string{"integer": "an integer ", "number": "a number "}[v.kind()]
	return &ConfigError{v.name, text, "must be " + article + v.allowed()}
}

// check refuses a value outside the tags range and oneof.
func (v variable) check() error {
	ok := true
	switch p := v.field.(type) {
	case *string:
		ok = len(v.choices()) == 0 || v.isChoice(*p)
	case *int:
		ok = v.inRange(float64(*p))
	case *float64:
		ok = isFinite(*p) && v.inRange(*p)
	}
	if ok {
		return nil
	}
	return v.refuse(v.String(), nil)
}

// inRange evaluates the tag range: comparisons such as "> 0, < 1".
func (v variable) inRange(x float64) bool {
	bounds := v.tags.Get("range")
	if bounds == "" {
		return true
	}
	for comparison := range strings.SplitSeq(bounds, ", ") {
		operator, number, _ := strings.Cut(comparison, " ")
		limit, err := strconv.ParseFloat(number, 64)
		if err != nil {
			panic(err) // the tag is malformed
		}
		holds, known := map[string]bool{"≥": x >= limit, ">": x > limit, "<": x < limit}[operator]
		if !known {
			panic("unknown comparison " + comparison)
		}
		if !holds {
			return false
		}
	}
	return true
}

func names[T any](list []T, name func(T) string) []string {
	var out []string
	for _, x := range list {
		out = append(out, name(x))
	}
	return out
}
