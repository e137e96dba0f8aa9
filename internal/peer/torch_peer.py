#!/usr/bin/env python3
"""The same quantities in PyTorch, timed: the other side of the README's table.

    python3 torch_peer.py TASK [--model mlp|cnn|resnet14] [--samples N] [--batch B] [--batches K]
                          [--threads T] [--repeat R] [--cifar DIR] [--export FILE.npz]

TASK is one of
    step    one SGD step at batch size B
    grad    the gradient over N samples
    hvp     one Hessian-vector product over N samples, of a gradient graph that is built once and kept
    lmax    the largest Hessian eigenvalue over N samples: scipy's eigsh, tolerance 1e-3, random start
    bs      Batch Sharpness over K batches of B by double backward
    lbmax   the mean of the largest eigenvalues of K mini-batch Hessians, tolerance 1e-2
    none    nothing: only export

It prints a JSON line with the median time in seconds. --export writes parameters and data, from which
EOSS_PEER=FILE.npz lets the Go benchmarks run at the very same point. For a fair comparison give both
sides the same OPENBLAS_CORETYPE, take the better of --threads 1 and all cores, and interleave the runs.
PyTorch's OpenMP threads and OpenBLAS's would spin against each other; PASSIVE waiting, set here, avoids it.
"""
import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import argparse
import json
import statistics
import time
from collections import OrderedDict

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class Shortcut(nn.Module):
    """Every second row and column, zero channels before and after."""

    def __init__(self, extra):
        super().__init__()
        self.side = extra // 2

    def forward(self, x):
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.side, self.side))


class BasicBlock(nn.Module):
    def __init__(self, planes_in, planes, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(planes_in, planes, 3, stride=stride, padding=1, bias=False)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        self.shortcut = Shortcut(planes - planes_in) if stride == 2 else nn.Identity()

    def forward(self, x):
        return F.relu(self.conv2(F.relu(self.conv1(x))) + self.shortcut(x))


WIDTHS = {"mlp": (512, 512), "cnn": (64, 64, 128, 512), "resnet": (16, 32, 64)}
BLOCKS = {"resnet8": 1, "resnet14": 2, "resnet20": 3}


def network(name, widths=None):
    """The network with eoss's parameter names; widths as in EOSS_WIDTHS."""
    w = list(widths or WIDTHS[name.rstrip("0123456789")])
    net = nn.Sequential()
    if name == "mlp":
        net.add_module("flatten", nn.Flatten())
        for i, (a, b) in enumerate(zip([3072] + w, w + [10]), 1):
            net.add_module(f"fc{i}", nn.Linear(a, b))
            if i <= len(w):
                net.add_module(f"relu{i}", nn.ReLU())
        return net
    if name == "cnn":
        return nn.Sequential(OrderedDict(
            conv1=nn.Conv2d(3, w[0], 3), relu1=nn.ReLU(), conv2=nn.Conv2d(w[0], w[1], 3), relu2=nn.ReLU(), pool2=nn.MaxPool2d(2),
            conv3=nn.Conv2d(w[1], w[2], 3), relu3=nn.ReLU(), pool3=nn.MaxPool2d(2), flatten=nn.Flatten(),
            fc1=nn.Linear(36 * w[2], w[3]), relu4=nn.ReLU(), fc2=nn.Linear(w[3], 10)))
    net.add_module("stem", nn.Conv2d(3, w[0], 3, padding=1, bias=False))
    net.add_module("relu", nn.ReLU())
    width = w[0]
    for stage, planes in enumerate(w, 1):
        blocks = OrderedDict()
        for k in range(1, BLOCKS[name] + 1):
            blocks[f"block{k}"] = BasicBlock(width, planes, 2 if stage > 1 and k == 1 else 1)
            width = planes
        net.add_module(f"stage{stage}", nn.Sequential(blocks))
    net.add_module("pool", nn.AdaptiveAvgPool2d(1))
    net.add_module("flatten", nn.Flatten())
    net.add_module("fc", nn.Linear(width, 10))
    return net


def draw(net):
    """Kaiming-normal weights times 0.7, zero biases."""
    for m in net.modules():
        if isinstance(m, (nn.Linear, nn.Conv2d)):
            nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
            m.weight.data *= 0.7
            if m.bias is not None:
                nn.init.zeros_(m.bias)
    return net


def load(cifar, n):
    if cifar:
        raw = np.fromfile(os.path.join(cifar, "data_batch_1.bin"), np.uint8).reshape(-1, 3073)[:n]
        x = torch.from_numpy(raw[:, 1:].astype(np.float32) / 255).view(-1, 3, 32, 32)
        mean, std = torch.tensor([0.4914, 0.4822, 0.4465]), torch.tensor([0.2023, 0.1994, 0.2010])
        return (x - mean.view(3, 1, 1)) / std.view(3, 1, 1), F.one_hot(torch.from_numpy(raw[:, 0].astype(np.int64)), 10).float()
    g = torch.Generator().manual_seed(0)
    x = torch.randn(n, 3, 32, 32, generator=g)
    return x, F.one_hot(torch.randint(0, 10, (n,), generator=g), 10).float()


class Problem:
    def __init__(self, net, x, y):
        self.net, self.x, self.y = net, x, y
        self.params = list(net.parameters())
        self.size = sum(p.numel() for p in self.params)
        self.rng = torch.Generator().manual_seed(1)

    def loss(self, x, y):
        return (self.net(x) - y).square().sum(1).mean()

    def batch(self, b):
        i = torch.randperm(len(self.x), generator=self.rng)[:b]
        return self.x[i], self.y[i]

    def gradient(self, x, y, graph=False):
        return torch.autograd.grad(self.loss(x, y), self.params, create_graph=graph)

    def hessian(self, x, y):
        """v ↦ Hv through one kept gradient graph."""
        grads = self.gradient(x, y, graph=True)
        sizes = [p.numel() for p in self.params]

        def product(v):
            parts = [t.view_as(p) for t, p in zip(v.split(sizes), self.params)]
            hv = torch.autograd.grad(grads, self.params, grad_outputs=parts, retain_graph=True)
            return torch.cat([h.reshape(-1) for h in hv])

        return product

    def top(self, x, y, tol):
        from scipy.sparse.linalg import LinearOperator, eigsh
        h = self.hessian(x, y)
        op = LinearOperator((self.size, self.size), dtype=np.float32,
                            matvec=lambda v: h(torch.from_numpy(v.ravel().astype(np.float32))).numpy())
        start = np.random.default_rng(0).standard_normal(self.size).astype(np.float32)
        return float(eigsh(op, k=1, which="LA", tol=tol, v0=start, return_eigenvectors=False)[0])

    def export(self, path):
        theta = torch.cat([p.detach().reshape(-1) for p in self.params])
        np.savez(path, theta=theta.numpy(), x=self.x.numpy(), y=self.y.numpy())


def task(p, a):
    """Returns what to time, and how many of the measured things one call does."""
    x, y = p.x[:a.samples], p.y[:a.samples]
    if a.task == "step":
        opt = torch.optim.SGD(p.params, lr=1e-4)
        batches = [p.batch(a.batch) for _ in range(50)]

        def steps():
            for bx, by in batches:
                opt.zero_grad()
                p.loss(bx, by).backward()
                opt.step()
        return steps, len(batches)
    if a.task == "grad":
        return lambda: p.gradient(x, y) and None, 1
    if a.task == "hvp":
        h, v = p.hessian(x, y), torch.randn(p.size, generator=p.rng)
        return lambda: [h(v) for _ in range(3)] and None, 3
    if a.task == "lmax":
        return lambda: p.top(x, y, 1e-3), 1
    if a.task == "lbmax":
        return lambda: statistics.fmean(p.top(*p.batch(a.batch), 1e-2) for _ in range(a.batches)), a.batches

    def sharpness():
        num = den = 0.0
        for _ in range(a.batches):
            g = p.gradient(*p.batch(a.batch), graph=True)
            d = [t.detach() for t in g]
            h = torch.autograd.grad(g, p.params, grad_outputs=d)
            num += sum(float((u * w).sum()) for u, w in zip(h, d))
            den += sum(float((u * u).sum()) for u in d)
        return num / den
    return sharpness, a.batches


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("task", choices=["step", "grad", "hvp", "lmax", "bs", "lbmax", "none"])
    ap.add_argument("--model", default="mlp", choices=["mlp", "cnn", "resnet14"])
    ap.add_argument("--samples", type=int, default=8192)
    ap.add_argument("--batch", type=int, default=16)
    ap.add_argument("--batches", type=int, default=64)
    ap.add_argument("--threads", type=int, default=os.cpu_count())
    ap.add_argument("--repeat", type=int, default=5)
    ap.add_argument("--cifar", default="")
    ap.add_argument("--export", default="")
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(0)
    p = Problem(draw(network(a.model)), *load(a.cifar, max(a.samples, a.batch)))
    if a.export:
        p.export(a.export)
    if a.task == "none":
        return
    once, count = task(p, a)
    value, times = once(), []
    for _ in range(a.repeat):
        start = time.perf_counter()
        once()
        times.append((time.perf_counter() - start) / count)
    print(json.dumps(dict(task=a.task, model=a.model, samples=a.samples, batch=a.batch, threads=a.threads,
                          params=p.size, seconds=statistics.median(times), value=value, torch=torch.__version__)))


if __name__ == "__main__":
    main()
