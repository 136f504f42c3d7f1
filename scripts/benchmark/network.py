"""The network of docs/ARCHITECTURE.md (2.5D, spatial attention) in PyTorch, its parameters named as
in our model files."""
import json
import struct

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

KERNELS = [(1, 3, 3)] * 2 + [(3, 3, 3)] * 3
STRIDES = [(1, 2, 2)] * 2 + [(2, 2, 2)] * 2


class Unit(nn.Module):
    def __init__(self, convolution, channels):
        super().__init__()
        self.conv = convolution
        self.norm = nn.BatchNorm3d(channels)
        self.act = nn.PReLU(channels)

    def forward(self, x):
        return self.act(self.norm(self.conv(x)))


def convolution(cin, cout, kernel):
    return nn.Conv3d(cin, cout, kernel, padding=tuple(k // 2 for k in kernel))


class Block(nn.Module):
    def __init__(self, cin, cout, kernel):
        super().__init__()
        self.unit1 = Unit(convolution(cin, cout, kernel), cout)
        self.unit2 = Unit(convolution(cout, cout, kernel), cout)

    def forward(self, x):
        return self.unit2(self.unit1(x))


class Attention(nn.Module):
    def __init__(self, channels, kernel):
        super().__init__()
        self.reduce = convolution(channels, channels // 2, kernel)
        self.score = convolution(channels // 2, 1, kernel)

    def forward(self, x):
        a = torch.sigmoid(self.score(F.relu(self.reduce(x))))
        return x * a + x, a


class Network(nn.Module):
    """Gives the foreground probability, or logits and attention maps with `training_outputs`."""

    def __init__(self, training_outputs=False):
        super().__init__()
        widths = [16 * level for level in range(1, 6)]
        below = [1] + widths
        self.training_outputs = training_outputs
        self.encoder = nn.ModuleList(Block(below[l], widths[l], KERNELS[l]) for l in range(5))
        self.upsample = nn.ModuleList(
            Unit(nn.ConvTranspose3d(widths[l + 1], widths[l], STRIDES[l], stride=STRIDES[l]),
                 widths[l]) for l in range(4))
        self.decoder = nn.ModuleList(Block(2 * widths[l], widths[l], KERNELS[l]) for l in range(4))
        self.attend = nn.ModuleList(Attention(2 * widths[l], KERNELS[l]) for l in range(4))
        self.attend.append(Attention(widths[4], KERNELS[4]))
        self.classify = nn.Conv3d(widths[0], 2, 1)

    def forward(self, x):
        skips, maps = [], []
        for level in range(4):
            x = self.encoder[level](x)
            skips.append(x)
            x = F.max_pool3d(x, STRIDES[level], STRIDES[level])
        x, a = self.attend[4](self.encoder[4](x))
        maps.append(a)
        for level in (3, 2, 1, 0):
            x = torch.cat([skips[level], self.upsample[level](x)], dim=1)
            x, a = self.attend[level](x)
            maps.append(a)
            x = self.decoder[level](x)
        logits = self.classify(x)
        if self.training_outputs:
            return logits, maps[::-1]
        return torch.softmax(logits, dim=1)[:, 1]


def load(path, **options):
    """A network with the weights of a safetensors file."""
    network = Network(**options)
    with open(path, "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = file.read()
    state = network.state_dict()
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        first, last = entry["data_offsets"]
        values = np.frombuffer(data[first:last], "<f4").reshape(entry["shape"])
        assert state[name].shape == values.shape, name
        state[name] = torch.from_numpy(values.copy())
    network.load_state_dict(state)
    return network.eval()


def dice(p, g, hardness=0.6, eps=1e-5):
    """Hardness-weighted Dice loss (docs/MODEL.md)."""
    w = hardness * (p - g).abs() + (1 - hardness)
    axes = (0, 2, 3, 4)
    return 1 - ((2 * (w * p * g).sum(axes) + eps) / ((w * (p + g)).sum(axes) + eps)).mean()


def training_loss(logits, maps, foreground):
    loss = dice(torch.softmax(logits, dim=1), torch.cat([1 - foreground, foreground], dim=1))
    attention = 0
    for a in maps:
        ratio = [f // c for f, c in zip(foreground.shape[2:], a.shape[2:])]
        attention = attention + dice(a, F.avg_pool3d(foreground, ratio, ratio))
    return loss + attention / len(maps)
