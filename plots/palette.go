package plots

import (
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"maps"
	"slices"
)

// reduceColors maps img to at most 256 colours: the most frequent half as they
// are, so that lines and text keep theirs, and the rest for the shades along
// edges and of overlapping dots.
func reduceColors(img image.Image) *image.Paletted {
	rgba, ok := img.(*image.RGBA)
	if !ok {
		rgba = image.NewRGBA(img.Bounds())
		draw.Draw(rgba, rgba.Rect, img, img.Bounds().Min, draw.Src)
	}
	counts := map[color.RGBA]int{}
	eachStretch(rgba, func(_, _, n int, c color.RGBA) { counts[c] += n })
	reduced := image.NewPaletted(rgba.Rect, choosePalette(counts))
	index := map[color.RGBA]uint8{}
	eachStretch(rgba, func(x, y, n int, c color.RGBA) {
		i, ok := index[c]
		if !ok {
			i = uint8(reduced.Palette.Index(c))
			index[c] = i
		}
		for k := range n {
			reduced.SetColorIndex(x+k, y, i)
		}
	})
	return reduced
}

// eachStretch calls do on every stretch of n pixels of one colour in a row: most of a figure is white.
func eachStretch(img *image.RGBA, do func(x, y, n int, c color.RGBA)) {
	for y := img.Rect.Min.Y; y < img.Rect.Max.Y; y++ {
		for x := img.Rect.Min.X; x < img.Rect.Max.X; {
			c, n := img.RGBAAt(x, y), 1
			for x+n < img.Rect.Max.X && img.RGBAAt(x+n, y) == c {
				n++
			}
			do(x, y, n, c)
			x += n
		}
	}
}

// choosePalette takes the most frequent colours, then of the others the most
// frequent of every group that agrees in the upper four bits of its
// components, larger groups first.
func choosePalette(counts map[color.RGBA]int) color.Palette {
	const size, exact = 256, 128
	byCount := func(n map[color.RGBA]int) func(a, b color.RGBA) int {
		return func(a, b color.RGBA) int { // ties fall the same way every time
			return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G),
				cmp.Compare(a.B, b.B), cmp.Compare(a.A, b.A))
		}
	}
	colors := slices.SortedFunc(maps.Keys(counts), byCount(counts))
	chosen := colors[:min(exact, len(colors))]
	first, sizes := map[color.RGBA]color.RGBA{}, map[color.RGBA]int{}
	for _, c := range colors[len(chosen):] {
		group := color.RGBA{c.R >> 4, c.G >> 4, c.B >> 4, c.A >> 4}
		if _, ok := first[group]; !ok {
			first[group] = c
		}
		sizes[group] += counts[c]
	}
	groups := slices.SortedFunc(maps.Keys(sizes), byCount(sizes))
	var palette color.Palette
	for _, c := range chosen {
		palette = append(palette, c)
	}
	for _, g := range groups[:min(size-len(chosen), len(groups))] {
		palette = append(palette, first[g])
	}
	return palette
}
