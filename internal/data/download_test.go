package data

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	officialMD5    = "c32a1d4ab5d03f1284b67883e8d87530"
	officialSHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
	archiveName    = "cifar-10-binary.tar.gz"
)

// shell is a PATH of stand-ins for the tools that download.sh calls: the test has no network and no official archive.
type shell struct{ path, dir string }

// newShell makes a shell whose curl runs the given script, $archive being what a good download would be.
func newShell(t *testing.T, curl string) shell {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh")
	}
	s := shell{path: t.TempDir(), dir: filepath.Join(t.TempDir(), "data")}
	if err := os.WriteFile(filepath.Join(s.path, archiveName), archive(t), 0o600); err != nil {
		t.Fatal(err)
	}
	// "$1" … "$9" of the last call: the output stands after -o.
	s.tool(t, "curl", "archive="+s.path+"/"+archiveName+"\nwhile [ $# -gt 0 ]; do [ \"$1\" = -o ] && out=$2; shift; done\n"+curl)
	s.tool(t, "md5sum", "cat >/dev/null; echo "+officialMD5+"  -")
	s.tool(t, "sha256sum", "cat >/dev/null; echo "+officialSHA256+"  -")
	return s
}

// tool puts a stand-in first on the PATH.
func (s shell) tool(t *testing.T, name, script string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.path, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
}

// run runs download.sh and returns what it says and whether it succeeded.
func (s shell) run(t *testing.T) (said string, ok bool) {
	t.Helper()
	cmd := exec.Command("sh", "download.sh", s.dir)
	cmd.Env = append(os.Environ(), "PATH="+s.path+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// left lists what stands in the data folder.
func (s shell) left(t *testing.T) string {
	t.Helper()
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

// archive makes a small archive laid out as the official one.
func archive(t *testing.T) []byte {
	t.Helper()
	var buf bytes.Buffer
	zip := gzip.NewWriter(&buf)
	w := tar.NewWriter(zip)
	for name, raw := range map[string][]byte{"data_batch_1.bin": records(3), "test_batch.bin": records(2)} {
		if err := w.WriteHeader(&tar.Header{Name: batchesDir + "/" + name, Mode: 0o644, Size: int64(len(raw))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(raw); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestDownload(t *testing.T) {
	s := newShell(t, `cp "$archive" "$out"`)
	for _, round := range []string{"first", "again"} {
		said, ok := s.run(t)
		want := "EOSS_DATA_DIR=" + filepath.Join(s.dir, batchesDir)
		if !ok || !strings.Contains(said, want) || s.left(t) != batchesDir {
			t.Fatalf("%s: %q, left %q", round, said, s.left(t))
		}
		if train, err := CIFAR10Train(filepath.Join(s.dir, batchesDir), All, 0); err != nil || train.Len() != 3 {
			t.Fatalf("%s: %v", round, err)
		}
		s.tool(t, "curl", "exit 1") // must not be asked again
	}
}

func TestDownloadUsesAnArchiveThatIsThere(t *testing.T) {
	s := newShell(t, "exit 1")
	if err := os.Mkdir(s.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, archiveName), archive(t), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, ok := s.run(t); !ok || s.left(t) != batchesDir+" "+archiveName {
		t.Errorf("%q, left %q", said, s.left(t))
	}
}

func TestDownloadFails(t *testing.T) {
	const good, zeros = `cp "$archive" "$out"`, "cat >/dev/null; echo 00  -"
	for _, c := range []struct {
		name, curl string
		tools      map[string]string
		want       []string
	}{
		{"no network", "exit 6", nil, []string{"Could not download https://", "/" + archiveName, "/cifar-10-batches-bin/data_batch_1.bin", "EOSS_DATA_DIR"}},
		{"cut off", `echo x >"$out"; exit 18`, nil, []string{"Could not download"}},
		{"wrong MD5", good, map[string]string{"md5sum": zeros}, []string{"is not the official archive: MD5 00, expected " + officialMD5, "run this again"}},
		{"wrong SHA-256", good, map[string]string{"sha256sum": zeros}, []string{"is not the official archive: SHA-256 00, expected " + officialSHA256}},
		{"not an archive", `echo x >"$out"`, nil, nil},
		{"archive cut off", `head -c 100 "$archive" >"$out"`, nil, nil},
		{"killed", `kill -TERM $PPID`, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShell(t, c.curl)
			for name, script := range c.tools {
				s.tool(t, name, script)
			}
			said, ok := s.run(t)
			if ok || s.left(t) != "" {
				t.Errorf("success: %v, left %q; said %q", ok, s.left(t), said)
			}
			for _, want := range c.want {
				if !strings.Contains(said, want) {
					t.Errorf("said %q, want %q in it", said, want)
				}
			}
			if c.want != nil && strings.Count(said, "\n") > 2 {
				t.Errorf("more than two lines: %q", said)
			}
		})
	}
}

// What the script checks is what the package expects, with the real tools.
func TestDownloadChecksTheArchive(t *testing.T) {
	s := newShell(t, `cp "$archive" "$out"`)
	for _, tool := range []string{"md5sum", "sha256sum"} {
		if err := os.Remove(filepath.Join(s.path, tool)); err != nil {
			t.Fatal(err)
		}
	}
	if said, ok := s.run(t); ok || s.left(t) != "" || !strings.Contains(said, officialSHA256) {
		t.Errorf("an archive of our own passes: %q", said)
	}
}
