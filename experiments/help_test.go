package experiments

import (
	"strings"
	"testing"
)

func TestHelpListsEveryVariable(t *testing.T) {
	var b strings.Builder
	if err := WriteHelp(&b, "eoss", Measurables()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	find := func(start string) string {
		for _, line := range lines {
			if strings.HasPrefix(line, start) {
				return line
			}
		}
		t.Errorf("no line %q", start)
		return ""
	}
	meaning := strings.Index(find("VARIABLE"), "MEANING")
	for _, v := range variablesOf(new(Config)) {
		line := find(v.name + " ")
		if desc := v.tags.Get("desc"); desc == "" || strings.Index(line, desc) != meaning {
			t.Errorf("misaligned, or without a meaning: %q", line)
		}
	}
	for _, m := range Measurables() {
		if line := find("  " + m.Name + " "); m.Meaning == "" || !strings.HasSuffix(line, " "+m.Meaning) {
			t.Errorf("without a meaning: %q", line)
		}
	}
	if line := find("EOSS_REFERENCE"); strings.Index(line, "tests:") != meaning {
		t.Errorf("misaligned: %q", line)
	}
	for _, want := range []string{"2048 ", "8192 ", "mean over n of Σⱼ(fⱼ−yⱼ)² or −log softmax: mse | ce"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, line := range lines {
		if n := len([]rune(line)); n > 120 {
			t.Errorf("%d characters: %s", n, line)
		}
	}
}

func TestParseArguments(t *testing.T) {
	for _, test := range []struct {
		args string
		help bool
		ok   bool
	}{{"", false, true}, {"-h", true, true}, {"--help", true, true}, {"help", true, true}, {"--lr 3", false, false}, {"-h x", false, false}} {
		help, err := ParseArguments(strings.Fields(test.args))
		if help != test.help || (err == nil) != test.ok {
			t.Errorf("%q: %v, %v", test.args, help, err)
		}
	}
}
