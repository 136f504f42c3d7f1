"""The networks of our model files in PyTorch, their parameters named alike: the paper's (2.5D, spatial
attention) and the published re-implementation."""
import json
import struct

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

KERNELS = [(1, 3, 3)] * 2 + [(3, 3, 3)] * 3
STRIDES = [(1, 2, 2)] * 2 + [(2, 2, 2)] * 2


class Unit(nn.Module):
    def __init__(self, convolution, channels, slopes=None):
        super().__init__()
        self.conv = convolution
        self.norm = nn.BatchNorm3d(channels)
        self.act = nn.PReLU(slopes or channels)

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


class ResidualBlock(nn.Module):
    def __init__(self, cin, cout, kernel, units):
        super().__init__()
        self.units = units
        for number in range(units):
            unit = Unit(convolution(cout if number else cin, cout, kernel), cout, slopes=1)
            setattr(self, f"unit{number + 1}", unit)
        self.residual = nn.Conv3d(cin, cout, 1)

    def forward(self, x):
        y = x
        for number in range(self.units):
            y = getattr(self, f"unit{number + 1}")(y)
        return y + self.residual(x)


class Classifier(nn.Module):
    def __init__(self, channels, kernel):
        super().__init__()
        self.conv = convolution(channels, 2, kernel)
        self.residual = nn.Conv3d(channels, 2, 1)

    def forward(self, x):
        return self.conv(x) + self.residual(x)


class Published(nn.Module):
    """Residual units, strided convolutions down and up, six levels; the foreground probability."""

    def __init__(self):
        super().__init__()
        widths = [16 * level for level in range(1, 7)]
        below, kernels = [1] + widths, KERNELS + [(3, 3, 3)]
        strides = STRIDES + [(2, 2, 2)]
        samples = [tuple(2 * s - 1 for s in stride) for stride in strides]
        self.encoder = nn.ModuleList(
            ResidualBlock(below[l], widths[l], kernels[l], 2) for l in range(6))
        self.downsample = nn.ModuleList(
            Unit(nn.Conv3d(widths[l], widths[l], samples[l], strides[l],
                           tuple(k // 2 for k in samples[l])), widths[l], slopes=1)
            for l in range(5))
        self.upsample = nn.ModuleList(
            Unit(nn.ConvTranspose3d(widths[l + 1], widths[l], samples[l], strides[l],
                                    tuple(k // 2 for k in samples[l]),
                                    tuple(s - 1 for s in strides[l])), widths[l], slopes=1)
            for l in range(5))
        self.attend = nn.ModuleList(
            Attention(2 * widths[l] if l < 5 else widths[4], kernels[l]) for l in range(6))
        self.decoder = nn.ModuleDict({
            str(l): ResidualBlock(2 * widths[l], widths[l], kernels[l], 1) for l in range(1, 5)})
        self.classify = Classifier(2 * widths[0], kernels[0])

    def forward(self, x):
        skips = []
        for level in range(5):
            x = self.encoder[level](x)
            skips.append(x)
            x = self.downsample[level](x)
        x = self.encoder[5](self.attend[5](x)[0])
        for level in reversed(range(5)):
            x = self.attend[level](torch.cat([skips[level], self.upsample[level](x)], dim=1))[0]
            if level:
                x = self.decoder[str(level)](x)
        return torch.softmax(self.classify(x), dim=1)[:, 1]


def contents(path):
    """The header of a safetensors file, and the bytes of its tensors."""
    with open(path, "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        return json.loads(file.read(size)), bytearray(file.read())


def load(path, **options):
    """A network with the weights of a safetensors file."""
    header, data = contents(path)
    network = Published() if "classify.conv.weight" in header else Network(**options)
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


def settle(path, image):
    """Gives a file's batch normalisations the statistics of an image.

    With those of an initialisation activations grow from block to block until every probability is 0
    or 1 and any rounding tips it over, so that nothing could be compared.
    """
    network = load(path).train()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm3d):
            module.momentum = 1
    with torch.no_grad():
        network(torch.from_numpy(image)[None, None])
    header, data = contents(path)
    for name, values in network.state_dict().items():
        if name.rsplit(".", 1)[-1] in ("running_mean", "running_var"):
            first, last = header[name]["data_offsets"]
            data[first:last] = values.numpy().astype("<f4").tobytes()
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(head)) + head + data)


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
