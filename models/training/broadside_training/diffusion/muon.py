"""Muon: momentum whose update is orthogonalised, for matrices and convolution kernels; the rest is left to AdamW.

Short runs are what we can afford, and it needs far fewer steps than Adam alone.
"""
import torch


@torch.no_grad()
def orthogonalise(g, steps=4):
    """Newton–Schulz iteration towards the nearest semi-orthogonal matrix [rows, columns]."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.bfloat16()
    flip = x.shape[0] > x.shape[1]
    if flip:
        x = x.T
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        s = x @ x.T
        x = a * x + (b * s + c * s @ s) @ x
    return (x.T if flip else x).float()


class Muon(torch.optim.Optimizer):
    """Every parameter with two or more dimensions and at least `least` rows and columns takes Muon steps, all others AdamW steps."""

    def __init__(self, parameters, lr=0.02, adam_lr=1e-3, momentum=0.95, weight_decay=0.0, betas=(0.9, 0.99), least=24):
        parameters = [p for p in parameters if p.requires_grad]
        is_matrix = lambda p: p.ndim >= 2 and p.shape[0] >= least and p[0].numel() >= least and not getattr(p, "plain", False)
        groups = [
            {"params": [p for p in parameters if is_matrix(p)], "muon": True, "base_lr": lr},
            {"params": [p for p in parameters if not is_matrix(p)], "muon": False, "base_lr": adam_lr},
        ]
        super().__init__(groups, dict(lr=lr, momentum=momentum, weight_decay=weight_decay, betas=betas))

    def rate(self, factor):
        for group in self.param_groups:
            group["lr"] = group["base_lr"] * factor

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                g = p.grad
                if group["muon"]:
                    m = state.setdefault("momentum", torch.zeros_like(p))
                    m.lerp_(g, 1 - group["momentum"])
                    update = orthogonalise(g.lerp(m, group["momentum"]).reshape(p.shape[0], -1))
                    scale = max(1.0, p.shape[0] / p[0].numel()) ** 0.5
                    p.mul_(1 - group["lr"] * group["weight_decay"])
                    p.add_(update.reshape(p.shape), alpha=-group["lr"] * scale)
                else:
                    if not state:
                        state["first"], state["second"], state["step"] = torch.zeros_like(p), torch.zeros_like(p), 0
                    state["step"] += 1
                    b1, b2 = group["betas"]
                    state["first"].lerp_(g, 1 - b1)
                    state["second"].lerp_(g * g, 1 - b2)
                    first = state["first"] / (1 - b1 ** state["step"])
                    second = state["second"] / (1 - b2 ** state["step"])
                    p.addcdiv_(first, second.sqrt() + 1e-8, value=-group["lr"])
