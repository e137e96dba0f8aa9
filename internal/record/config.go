package record

import (
	"encoding/json"
	"fmt"
	"os"
)

// Config says what produced the rows of a run directory: enough to run it
// again and to know whether the bits can be expected to agree.
type Config struct {
	Study        string            `json:"study"`         // the study, such as eoss or scaling
	Version      string            `json:"version"`       // of this program
	BLAS         string            `json:"blas"`          // library, version, core, threads
	CPU          string            `json:"cpu"`           // model name of the processor
	DataChecksum string            `json:"data_checksum"` // of the training images and labels used
	Params       int               `json:"params"`        // number of trainable parameters
	Variables    map[string]string `json:"variables"`     // every EOSS_ variable with its value

	InitChecksum string `json:"init_checksum,omitempty"` // of the file that EOSS_INIT names, if it does
}

// WriteConfig replaces the config.json file at path.
func WriteConfig(path string, c Config) error { return WriteJSON(path, c) }

// ReadConfig reads the config.json file at path. Unknown fields are ignored.
func ReadConfig(path string) (Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Config{}, err
	}
	var c Config
	if err := json.Unmarshal(data, &c); err != nil {
		return Config{}, fmt.Errorf("%s is damaged: %w", path, err)
	}
	return c, nil
}
