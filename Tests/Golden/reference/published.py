"""The published re-implementation (KCL-BMEIS/VS_Seg) in PyTorch: residual units, strided convolutions
down and up, one PReLU slope per layer, attention before each decoder block and before the bottom's.

Tensors are NCDHW, levels counted from 0 (finest), parameters named as in this project's model files.
"""
import torch
import torch.nn.functional as F
from torch import nn

from network import IN_PLANE, POOL_2D, POOL_3D, VOLUMETRIC, SpatialAttention, same


class Unit(nn.Module):
    def __init__(self, convolution, channels):
        super().__init__()
        self.conv = convolution
        self.norm = nn.BatchNorm3d(channels)
        self.act = nn.PReLU()

    def forward(self, x):
        return self.act(self.norm(self.conv(x)))


def convolution(cin, cout, kernel, stride=1):
    return nn.Conv3d(cin, cout, kernel, stride=stride, padding=same(kernel))


class ResidualBlock(nn.Module):
    def __init__(self, cin, cout, kernel, units):
        super().__init__()
        self.units = units
        for number in range(units):
            unit = Unit(convolution(cout if number else cin, cout, kernel), cout)
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


class PublishedUNet(nn.Module):
    def __init__(self, widths):
        super().__init__()
        levels = len(widths)
        kernels = [IN_PLANE] * 2 + [VOLUMETRIC] * (levels - 2)
        strides = [POOL_2D] * 2 + [POOL_3D] * (levels - 3)
        self.bottom = levels - 1
        self.encoder, self.attend = nn.ModuleList(), nn.ModuleList()
        self.downsample, self.upsample = nn.ModuleList(), nn.ModuleList()
        self.decoder = nn.ModuleDict()
        for level, (width, kernel) in enumerate(zip(widths, kernels)):
            below = widths[level - 1] if level else 1
            self.encoder.append(ResidualBlock(below, width, kernel, 2))
            seen = 2 * width if level < self.bottom else below
            self.attend.append(SpatialAttention(seen, kernel))
            if level == self.bottom:
                continue
            stride = strides[level]
            sample = tuple(2 * s - 1 for s in stride)
            self.downsample.append(Unit(convolution(width, width, sample, stride), width))
            up = nn.ConvTranspose3d(
                widths[level + 1], width, sample, stride=stride, padding=same(sample),
                output_padding=tuple(s - 1 for s in stride))
            self.upsample.append(Unit(up, width))
            if level:
                self.decoder[str(level)] = ResidualBlock(2 * width, width, kernel, 1)
        self.classify = Classifier(2 * widths[0], kernels[0])

    def forward(self, x):
        """Returns (logits, maps): maps[l] belongs to level l, finest first."""
        maps, skips = {}, []
        for level in range(self.bottom):
            x = self.encoder[level](x)
            skips.append(x)
            x = self.downsample[level](x)
        x, maps[self.bottom] = self.attend[self.bottom](x)
        x = self.encoder[self.bottom](x)
        for level in reversed(range(self.bottom)):
            x = torch.cat([skips[level], self.upsample[level](x)], dim=1)
            x, maps[level] = self.attend[level](x)
            if level:
                x = self.decoder[str(level)](x)
        return self.classify(x), [maps[l] for l in sorted(maps)]
