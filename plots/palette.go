package plots

import (
	"cmp"
	"image"
	"image/color"
	"maps"
	"slices"
)

// reduceColors maps img to at most 256 colours: the most frequent half as they
// are, so that lines and text keep theirs, and the rest for the shades along
// edges and of overlapping dots.
func reduceColors(img image.Image) *image.Paletted {
	bounds := img.Bounds()
	counts := map[color.RGBA]int{}
	each := func(do func(x, y int, c color.RGBA)) {
		for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
			for x := bounds.Min.X; x < bounds.Max.X; x++ {
				do(x, y, color.RGBAModel.Convert(img.At(x, y)).(color.RGBA))
			}
		}
	}
	each(func(_, _ int, c color.RGBA) { counts[c]++ })
	reduced := image.NewPaletted(bounds, choosePalette(counts))
	index := map[color.RGBA]uint8{}
	each(func(x, y int, c color.RGBA) {
		i, ok := index[c]
		if !ok {
			i = uint8(reduced.Palette.Index(c))
			index[c] = i
		}
		reduced.SetColorIndex(x, y, i)
	})
	return reduced
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
