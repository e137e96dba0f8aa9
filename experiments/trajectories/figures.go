package trajectories

import "eoss/experiments/study"

func figures(s *study.Set) []study.Figure { return nil }
