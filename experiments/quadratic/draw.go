package quadratic

import "eoss/plots"

// Sheet draws the figure.
func (f Figure) Sheet() (*plots.Sheet, error) {
	c := plots.CurvesFigure{
		Caption: f.Caption,
		XLabel:  f.X.Label, XLog: f.X.Log, X: plots.Range{From: f.X.Lo, To: f.X.Hi},
		YLabel: f.Y.Label, YLog: f.Y.Log, Y: plots.Range{From: f.Y.Lo, To: f.Y.Hi},
	}
	for _, curve := range f.Curves {
		drawn := plots.Curve{Label: curve.Name, NoLine: curve.Points, Marks: curve.Points, Dashed: curve.Dashed, Like: curve.Like}
		for i := range curve.X {
			m := plots.Measured{X: curve.X[i], Y: curve.Y[i]}
			if curve.Points {
				m.Lo, m.Hi = curve.Lo[i], curve.Hi[i]
			}
			drawn.Points = append(drawn.Points, m)
		}
		c.Curves = append(c.Curves, drawn)
	}
	return plots.Curves(c)
}
