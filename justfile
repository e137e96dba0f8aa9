# Every recipe reads the EOSS_ variables; `go run ./experiments/eoss -h` lists them.

paper := "go run ./experiments/paper"

# "$@" and "$1" are a recipe's arguments as they were given, also those with spaces or a |
set positional-arguments

# list the recipes
default:
    @just --list --unsorted

# train at the edge of stochastic stability and draw the trajectory (figures 1-4, 17-26)
eoss *ARGS:
    go run ./experiments/eoss "$@"

# print the runs of figures or claims with their time, memory and disk, and start nothing (all of them: just plan)
plan *NAMES:
    @{{paper}} plan "$@"

# make every figure of the paper (EOSS_PROFILE=quick or paper)
figures:
    {{paper}} figures

# judge the paper's claims and print the table
claims:
    {{paper}} claims

# write report.html: every figure, the claims, the runs and what failed
report:
    {{paper}} report

# make the figures of one study and judge its claims: figures 1-4 and 17-26
trajectories:
    {{paper}} trajectories

# figure 5: η or b changed at the edge
shifts:
    {{paper}} shifts

# figures 6 and 8-15: the sharpnesses against the batch size
scaling:
    {{paper}} scaling

# figure 7: SGD against noisy gradient descent
noise:
    {{paper}} noise

# figure 16: λᵇmax against the mini-batch NTK
ntk:
    {{paper}} ntk

# the facts about quadratics, exact beside simulated
quadratic:
    {{paper}} quadratic

# keep the rows of a set's finished runs in a folder, from which EOSS_WORKERS=0 EOSS_OUT=FOLDER draws its figures again
keep FOLDER="docs/paper" SET="studies/paper":
    EOSS_OUT="$2" {{paper}} keep "$1"

# make single figures, studies or runs of the set, by the names that plan prints
make *NAMES:
    {{paper}} "$@"

# print every quantity of one network, such as EOSS_INIT=net.safetensors, without training (-json: as JSON)
measure *ARGS:
    go run ./experiments/measure "$@"

# draw the figures of a run directory again
plot RUN:
    go run ./plots/draw "$1"

# write a run's measurements as CSV and for TensorBoard
export RUN:
    go run ./plots/export "$1"

# list the runs in runs/, or in another folder
runs *DIR:
    go run ./experiments/runs "$@"

# download CIFAR-10 into data/ and check it
data DIR="data":
    sh internal/data/download.sh "$1"

# run every test
test *ARGS:
    go test ./... "$@"

# run the benchmarks
bench PATTERN=".":
    go test ./curvature ./graph/... -run '^$' -bench "$1"

# time what a PyTorch user would run, at its best thread count
peer *ARGS:
    python3 internal/peer/torch_peer.py "$@"

# λmax of several batch sizes and of gradient descent
fig1:
    {{paper}} fig1

# the edge for several η and b
fig2:
    {{paper}} fig2

# the sharpnesses of three networks
fig3:
    {{paper}} fig3

# catapults
fig4:
    {{paper}} fig4

# η or b changed at the edge (a to d)
fig5:
    {{paper}} fig5

# the sharpnesses against b
fig6:
    {{paper}} fig6

# SGD against noisy gradient descent
fig7:
    {{paper}} fig7

# static gap, log-log and against 1/b
fig8:
    {{paper}} fig8

# gaps of trained networks
fig9:
    {{paper}} fig9

# static gap at convergence
fig10:
    {{paper}} fig10

# static gap at initialisation
fig11:
    {{paper}} fig11

# static gap of a cnn
fig12:
    {{paper}} fig12

# gap of trained networks against b
fig13:
    {{paper}} fig13

# the same against 1/√b, b from 10 to 100
fig14:
    {{paper}} fig14

# the same against 1/b, b from 100 to 1000
fig15:
    {{paper}} fig15

# λᵇmax against the mini-batch NTK
fig16:
    {{paper}} fig16

# mlp, step sharpness
fig17:
    {{paper}} fig17

# cnn, step sharpness
fig18:
    {{paper}} fig18

# resnet14, step sharpness
fig19:
    {{paper}} fig19

# mlp, λᵇmax, small η
fig20:
    {{paper}} fig20

# mlp, λᵇmax
fig21:
    {{paper}} fig21

# mlp-l, λᵇmax, small η
fig22:
    {{paper}} fig22

# mlp-l, λᵇmax
fig23:
    {{paper}} fig23

# cnn, λᵇmax
fig24:
    {{paper}} fig24

# cnn, λᵇmax, small η
fig25:
    {{paper}} fig25

# resnet14, λᵇmax
fig26:
    {{paper}} fig26
