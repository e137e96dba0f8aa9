package record

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
)

// Config says what produced the rows of a run directory: enough to run it
// again and to know whether the bits can be expected to agree.
type Config struct {
	Study        string            `json:"study"`                   // the study, such as eoss or scaling
	Version      string            `json:"version"`                 // of this program
	BLAS         string            `json:"blas"`                    // library, version, core, threads
	CPU          string            `json:"cpu"`                     // model name of the processor
	DataChecksum string            `json:"data_checksum"`           // of the training images and labels used
	TestChecksum string            `json:"test_checksum,omitempty"` // of the test samples; none of a run without any, or of before they had one
	Params       int               `json:"params"`                  // number of trainable parameters
	Variables    map[string]string `json:"variables"`               // every EOSS_ variable with its value
	InitChecksum string            `json:"init_checksum,omitempty"` // of the file that EOSS_INIT names, if it does
	Parent       *Parent           `json:"parent,omitempty"`
}

// Parent says which checkpoint of which run this run started from.
type Parent struct {
	Run     string            `json:"run"` // its directory
	Step    int               `json:"step"`
	First   int               `json:"first,omitempty"` // the parent's own first step, where it is a fork itself
	Epoch   float64           `json:"epoch,omitempty"` // passes over the training set up to there, where it is not this run's share of samples a step times Step
	Changed map[string]string `json:"changed"`         // the parent's values of those variables that differ
	Rows    Prefix            `json:"rows"`            // of ParentFile
}

// FirstStep is where the run's own steps begin: 0, or a fork's checkpoint.
func (c Config) FirstStep() int {
	if c.Parent == nil {
		return 0
	}
	return c.Parent.Step
}

// configFile is config.json: a Config and the checksum of all its values, which an edited or damaged file does not have.
type configFile struct {
	Config
	Checksum string `json:"checksum"`
}

func (c Config) checksum() (string, error) {
	text, err := json.Marshal(c)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// WriteConfig replaces the config.json file at path.
func WriteConfig(path string, c Config) error {
	sum, err := c.checksum()
	if err != nil {
		return err
	}
	return WriteJSON(path, configFile{c, sum})
}

// ReadConfig reads the config.json file at path. Unknown fields are ignored, and so is the checksum.
func ReadConfig(path string) (Config, error) {
	f, err := readConfig(path)
	return f.Config, err
}

// ReadOriginalConfig reads the config.json file at path. It is an error when a value is not what [WriteConfig] wrote.
func ReadOriginalConfig(path string) (Config, error) {
	f, err := readConfig(path)
	if err != nil {
		return Config{}, err
	}
	sum, err := f.Config.checksum()
	if err == nil && sum != f.Checksum {
		err = fmt.Errorf("%s is damaged, or was edited: its values do not have its checksum; put back what it held", path)
	}
	return f.Config, err
}

func readConfig(path string) (configFile, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return configFile{}, err
	}
	var f configFile
	if err := json.Unmarshal(data, &f); err != nil {
		return configFile{}, fmt.Errorf("%s is damaged: %w; put back what it held, or train the run again", path, err)
	}
	return f, nil
}
