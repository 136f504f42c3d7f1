"""Writes gradients that rounding cannot flip: `unambiguous/NAME.safetensors` beside this folder.

    python3 generate_unambiguous.py ../unambiguous [NAME ...]      needs torch, safetensors, numpy

PReLU, ReLU and max pooling choose a branch by comparing numbers. Where two of them differ by less
than float32 rounding, two correct implementations may choose differently, and the gradients of
whole channels then differ by far more than rounding. Here the seed is the first one for which no
comparison is closer than MARGIN, computed in float64; every gradient must then agree.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from generate import VARIANTS, blob, prefixed, randomise
from network import UNet, training_loss
from published import PublishedUNet

MARGIN = 4e-6
BASE = 2
torch.set_default_dtype(torch.float64)


def closest(model, image):
    """The forward pass, and the smallest distance of any unit to the border of its branch."""
    near = [np.inf]
    pool, relu = F.max_pool3d, torch.relu

    def watch_sign(module, inputs, output=None):
        near[0] = min(near[0], inputs[0].detach().abs().min().item())

    def watched_pool(x, kernel, *rest, **named):
        y = pool(x, kernel, *rest, **named)
        k = kernel if isinstance(kernel, tuple) else (kernel,) * 3
        cells = x.detach()
        for axis, size in enumerate(k):
            cells = cells.unfold(2 + axis, size, size)
        top = cells.reshape(*cells.shape[:5], -1).topk(2, -1).values
        near[0] = min(near[0], (top[..., 0] - top[..., 1]).min().item())
        return y

    def watched_relu(x, *rest, **named):
        near[0] = min(near[0], x.detach().abs().min().item())
        return relu(x)

    hooks = [
        m.register_forward_hook(watch_sign)
        for m in model.modules()
        if isinstance(m, (torch.nn.PReLU, torch.nn.ReLU))
    ]
    F.max_pool3d, F.relu, torch.relu = watched_pool, watched_relu, watched_relu
    try:
        return model(image), near[0]
    finally:
        F.max_pool3d, F.relu, torch.relu = pool, relu, relu
        for hook in hooks:
            hook.remove()


def one(name, geometry, attention, seed):
    """Three steps of Adam: parameters and gradients before each, and the parameters after them."""
    generator = torch.Generator().manual_seed(seed)
    shape = (16, 32, 32) if geometry == "3d" else (4, 16, 32)
    spacing = (0.4, 0.4, 0.4) if geometry == "3d" else (1.5, 0.4, 0.4)
    if name == "vs-seg":
        shape = (8, 32, 32)
        model = PublishedUNet([BASE * level for level in range(1, 7)])
    else:
        model = UNet(geometry, attention, BASE)
    with torch.no_grad():
        randomise(model, generator)
    # Inputs are rounded to float32, so that both sides start from the same numbers.
    for tensor in model.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(tensor.float().double())
    image = torch.randn(2, 1, *shape, generator=generator).float().double()
    rng = np.random.default_rng(seed)
    truth = torch.from_numpy(np.stack([blob(rng, shape, spacing, 2.0) for _ in range(2)]))[:, None].double()
    tensors = {"image": image, "foreground": truth}
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-7)
    model.train()
    losses, nearest = [], np.inf
    for step in range(3):
        # The float32 side starts every step from these parameters, so float64 does too.
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.copy_(parameter.float().double())
        state = {k: v for k, v in model.state_dict().items() if step == 0 or "running" not in k}
        tensors |= prefixed(f"step{step}.parameter", state)
        optimiser.zero_grad()
        (logits, maps), near = closest(model, image)
        nearest = min(near, nearest)
        if near < MARGIN:
            return None, near
        loss = training_loss(logits, maps if attention == "spatial" else [], truth, 0.6)
        loss.backward()
        losses.append(loss.item())
        tensors |= {f"step{step}.logits": logits.detach()}
        tensors |= prefixed(f"step{step}.gradient", {k: p.grad for k, p in model.named_parameters()})
        optimiser.step()
    tensors |= prefixed("step3.parameter", model.state_dict())
    meta = {"losses": json.dumps(losses), "seed": str(seed), "closest": str(nearest)}
    return {k: v.float().contiguous() for k, v in tensors.items()}, meta


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[2:]
    for name, (geometry, attention) in (VARIANTS | {"vs-seg": ("2.5d", "spatial")}).items():
        if wanted and name not in wanted:
            continue
        for seed in range(2000):
            tensors, meta = one(name, geometry, attention, seed)
            if tensors:
                save_file(tensors, str(out / f"{name}.safetensors"), metadata=meta)
                print(name, meta)
                break


if __name__ == "__main__":
    main()
