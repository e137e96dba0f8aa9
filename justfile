# Every recipe reads the EOSS_ variables; `go run ./experiments/eoss -h` lists them.

# list the recipes
default:
    @just --list --unsorted

# train at the edge of stochastic stability and draw the trajectory (figures 1-4, 17-26)
eoss *ARGS:
    go run ./experiments/eoss {{ARGS}}

# print every quantity of one network, such as EOSS_INIT=net.safetensors, without training (-json: as JSON)
measure *ARGS:
    go run ./experiments/measure {{ARGS}}

# draw the figures of a run directory again
plot RUN:
    go run ./plots/draw {{RUN}}

# write a run's measurements as CSV and for TensorBoard
export RUN:
    go run ./plots/export {{RUN}}

# list the runs in runs/, or in another folder
runs *DIR:
    go run ./experiments/runs {{DIR}}

# download CIFAR-10 into data/ and check it
data DIR="data":
    sh internal/data/download.sh {{DIR}}

# run every test
test *ARGS:
    go test ./... {{ARGS}}

# run the benchmarks with AVX-512 kernels (the CPU must have them)
bench PATTERN=".":
    OPENBLAS_CORETYPE=${OPENBLAS_CORETYPE:-SKYLAKEX} go test ./curvature ./graph/... -run '^$' -bench '{{PATTERN}}'

# time what a PyTorch user would run, at its best thread count
peer *ARGS:
    python3 internal/peer/torch_peer.py {{ARGS}}
