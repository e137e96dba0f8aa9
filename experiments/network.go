package experiments

import (
	"errors"

	"eoss/graph"
	"eoss/models"
)

// network is the configured model for samples of the given shape. What cannot be built is refused by the variable that asks for it.
func (c Config) network(input graph.Shape, outputs int) (*models.Model, error) {
	m, err := models.New(models.Spec{Name: c.Model, Input: input, Outputs: outputs, Widths: c.Widths, Activation: c.Activation})
	var mistake *models.Error
	if !errors.As(err, &mistake) {
		return m, err
	}
	switch mistake.Field {
	case "Widths":
		return nil, &ConfigError{"EOSS_WIDTHS", c.Widths.String(), mistake.Problem}
	case "Activation":
		return nil, &ConfigError{"EOSS_ACTIVATION", c.Activation, mistake.Problem}
	case "Input":
		return nil, &ConfigError{"EOSS_MODEL", c.Model, mistake.Problem + ", as EOSS_DATASET=" + c.Dataset + " has; EOSS_MODEL=mlp takes any"}
	}
	return nil, &ConfigError{"EOSS_MODEL", c.Model, mistake.Problem}
}
