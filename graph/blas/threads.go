package blas

// gemmThreads is the number of threads for an m×n×k product, most at the most.
func gemmThreads(m, n, k, most int) int {
	if float64(m)*float64(n)*float64(k) < gemmGrain {
		return 1
	}
	return most
}

var gemmGrain = float64(1 << 20)

func axpyThreads(n, most int) int {
	if n < axpyGrain {
		return 1
	}
	return most
}

var axpyGrain = 1 << 16

func gemvThreads(n, most int) int {
	if n < gemvGrain {
		return 1
	}
	return most
}

var gemvGrain = 1 << 16
