package plots

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// outlines is a text handler that fills the outlines of the glyphs, in every
// format. The pdf canvas encodes strings in code page 1252, which has neither
// η nor λ, and an svg string needs the font on the reader's machine; outlines
// look the same everywhere.
//
// In a text, _{…} is a subscript and ^{…} a superscript; side by side they
// share their place, as in λ^{b}_{max}.
type outlines struct{ fonts *font.Cache }

// Size and shift of scripts in units of the font size.
const (
	scriptSize = 0.72
	superRise  = 0.36
	subDrop    = 0.20
)

// span is a part of a text that is set in one size on one baseline.
type span struct {
	text    string
	x, rise vg.Length
	face    font.Face
}

func (o outlines) Cache() *font.Cache { return o.fonts }

func (o outlines) Extents(f font.Font) font.Extents {
	face := o.fonts.Lookup(f, f.Size)
	return face.Extents()
}

// Lines returns txt: every text of a figure is one line.
func (o outlines) Lines(txt string) []string { return []string{txt} }

func (o outlines) Box(txt string, f font.Font) (width, height, depth vg.Length) {
	ext := o.Extents(f)
	_, width = o.layout(txt, f)
	return width, ext.Ascent, ext.Descent
}

// layout cuts txt into spans and returns them with the width of the whole.
func (o outlines) layout(txt string, f font.Font) (spans []span, width vg.Length) {
	var x, scriptsAt, scriptsEnd vg.Length
	previous := byte(0) // kind of the span before: 0 plain, '^' or '_'
	for txt != "" {
		body, kind, rest := nextSpan(txt)
		s := span{text: body, x: x, face: o.fonts.Lookup(f, f.Size)}
		switch kind {
		case '^':
			s.rise, s.face.Font.Size = superRise*f.Size, scriptSize*f.Size
		case '_':
			s.rise, s.face.Font.Size = -subDrop*f.Size, scriptSize*f.Size
		}
		if kind != 0 && previous != 0 && kind != previous {
			s.x = scriptsAt
		} else {
			scriptsAt, scriptsEnd = x, x
		}
		x = max(scriptsEnd, s.x+s.face.Width(body))
		scriptsEnd = x
		spans, previous, txt = append(spans, s), kind, rest
	}
	return spans, x
}

// nextSpan splits the first span off txt. kind is '^', '_' or 0.
func nextSpan(txt string) (body string, kind byte, rest string) {
	for i := 0; i+1 < len(txt); i++ {
		if (txt[i] != '^' && txt[i] != '_') || txt[i+1] != '{' {
			continue
		}
		end := strings.IndexByte(txt[i:], '}')
		if end < 0 {
			break
		}
		if i > 0 {
			return txt[:i], 0, txt[i:]
		}
		return txt[2:end], txt[0], txt[end+1:]
	}
	return txt, 0, ""
}

// Draw places the text as gonum's plain handler does for a single line.
func (o outlines) Draw(c vg.Canvas, txt string, sty text.Style, pt vg.Point) {
	if txt == "" {
		return
	}
	c.SetColor(sty.Color)
	sin64, cos64 := math.Sincos(sty.Rotation)
	sin, cos := vg.Length(sin64), vg.Length(cos64)
	pt.X, pt.Y = pt.Y*sin+pt.X*cos, pt.Y*cos-pt.X*sin
	if sty.Rotation != 0 {
		c.Push()
		c.Rotate(sty.Rotation)
		defer c.Pop()
	}
	spans, width := o.layout(txt, sty.Font)
	ext := o.Extents(sty.Font)
	pt.X += width * vg.Length(sty.XAlign)
	pt.Y += (ext.Ascent+ext.Descent)*vg.Length(sty.YAlign) - ext.Ascent + sty.Font.Size
	for _, s := range spans {
		c.Fill(s.path(pt))
	}
}

// path is the outline of the span with the origin of its text at pt.
func (s span) path(pt vg.Point) vg.Path {
	var (
		buf   sfnt.Buffer
		path  vg.Path
		ppem  = fixed.Int26_6(s.face.Face.UnitsPerEm()) // one fixed-point unit is one font unit
		scale = s.face.Font.Size / vg.Length(ppem)
		at    = func(p fixed.Point26_6) vg.Point {
			return pt.Add(vg.Point{X: s.x + vg.Length(p.X)*scale, Y: s.rise - vg.Length(p.Y)*scale})
		}
		previous sfnt.GlyphIndex
	)
	for i, r := range s.text {
		glyph, err := s.face.Face.GlyphIndex(&buf, r)
		must(err, r)
		if i > 0 {
			kern, err := s.face.Face.Kern(&buf, previous, glyph, ppem, 0)
			if !errors.Is(err, sfnt.ErrNotFound) {
				must(err, r)
				pt.X += vg.Length(kern) * scale
			}
		}
		segments, err := s.face.Face.LoadGlyph(&buf, glyph, ppem, nil)
		must(err, r)
		appendGlyph(&path, segments, at)
		advance, err := s.face.Face.GlyphAdvance(&buf, glyph, ppem, 0)
		must(err, r)
		pt.X += vg.Length(advance) * scale
		previous = glyph
	}
	return path
}

// appendGlyph adds the closed contours of a glyph to path.
func appendGlyph(path *vg.Path, segments sfnt.Segments, at func(fixed.Point26_6) vg.Point) {
	for i, g := range segments {
		switch g.Op {
		case sfnt.SegmentOpMoveTo:
			if i > 0 {
				path.Close()
			}
			path.Move(at(g.Args[0]))
		case sfnt.SegmentOpLineTo:
			path.Line(at(g.Args[0]))
		case sfnt.SegmentOpQuadTo:
			path.QuadTo(at(g.Args[0]), at(g.Args[1]))
		case sfnt.SegmentOpCubeTo:
			path.CubeTo(at(g.Args[0]), at(g.Args[1]), at(g.Args[2]))
		}
	}
	if len(segments) > 0 {
		path.Close()
	}
}

// must panics: the fonts are compiled into the program, and a missing glyph is
// not an error but the font's box.
func must(err error, r rune) {
	if err != nil {
		panic(fmt.Sprintf("plots: glyph %q: %v", r, err))
	}
}
