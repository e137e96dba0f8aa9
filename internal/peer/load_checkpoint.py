#!/usr/bin/env python3
"""A network of eoss in PyTorch, and back: both keep the same names and layouts in the same file format.

    python3 load_checkpoint.py NET.safetensors --data DATA [--lmax]
        loads the parameters by name (load_state_dict, strict) and prints the loss mse over DATA, and with
        --lmax the largest eigenvalue of its Hessian (scipy's eigsh), as a JSON line. mse is the mean over the samples
        of Σ_j (f_j − y_j)²: of 10 outputs, 10 times torch.nn.MSELoss
    python3 load_checkpoint.py NET.safetensors --write MODEL [--widths 512,512] [--seed S]
        writes newly drawn parameters of mlp, cnn, resnet8, resnet14 or resnet20, for EOSS_INIT=NET.safetensors

DATA is a .safetensors or .npz file with x (n, 3, 32, 32) and y (n, 10). The model and its widths are those of the
tensors; its activation is ReLU.
"""
import argparse
import json
import os
import re
import struct

import numpy as np
import torch

import torch_peer

TYPES = {"F16": np.float16, "F32": np.float32, "F64": np.float64, "I64": np.int64}


def read(path):
    """The tensors of a file: 8 bytes of the header's length, the header in JSON, the numbers."""
    with open(path, "rb") as f:
        size, = struct.unpack("<Q", f.read(8))
        header, data = json.loads(f.read(size)), f.read()
    header.pop("__metadata__", None)
    return {name: torch.from_numpy(np.frombuffer(data[slice(*h["data_offsets"])], TYPES[h["dtype"]]).reshape(h["shape"]).copy())
            for name, h in header.items()}


def write(path, state):
    header, data = {}, b""
    for name, t in state.items():
        numbers = t.detach().numpy().astype("<f4").tobytes()
        header[name] = dict(dtype="F32", shape=list(t.shape), data_offsets=[len(data), len(data) + len(numbers)])
        data += numbers
    text = json.dumps(header).encode()
    with open(path + ".tmp", "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)
    os.replace(path + ".tmp", path)


def network_of(state):
    """The network whose parameters these are."""
    outputs = {name[:-len(".weight")]: t.shape[0] for name, t in state.items() if name.endswith(".weight")}
    if "stem" in outputs:
        blocks = sum(re.fullmatch(r"stage1\.block\d+\.conv1", name) is not None for name in outputs)
        model = {n: name for name, n in torch_peer.BLOCKS.items()}[blocks]
        return torch_peer.network(model, [outputs[f"stage{s}.block1.conv1"] for s in (1, 2, 3)])
    layers = sorted(outputs, key=lambda name: (not name.startswith("conv"), int(re.search(r"\d+", name)[0])))
    return torch_peer.network("cnn" if "conv1" in outputs else "mlp", [outputs[name] for name in layers[:-1]])


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("file")
    ap.add_argument("--data")
    ap.add_argument("--lmax", action="store_true")
    ap.add_argument("--write", choices=["mlp", "cnn", *torch_peer.BLOCKS], metavar="MODEL")
    ap.add_argument("--widths", type=lambda text: [int(w) for w in text.split(",")])
    ap.add_argument("--seed", type=int, default=0)
    a = ap.parse_args()
    if bool(a.write) == bool(a.data):
        ap.error("give either --data or --write")
    if a.write:
        torch.manual_seed(a.seed)
        write(a.file, torch_peer.draw(torch_peer.network(a.write, a.widths)).state_dict())
        return
    state = {name: t.float() for name, t in read(a.file).items()}
    net = network_of(state)
    net.load_state_dict(state, strict=True)
    data = np.load(a.data) if a.data.endswith(".npz") else read(a.data)
    x, y = (torch.as_tensor(data[name]).float() for name in ("x", "y"))
    p = torch_peer.Problem(net, x, y)
    result = dict(loss=float(p.loss(x, y)), params=p.size, samples=len(x))
    if a.lmax:
        result["lambda_max"] = p.top(x, y, 1e-5)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
