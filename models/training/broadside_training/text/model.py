"""A small Llama-shaped transformer: RMSNorm, rotary positions, SwiGLU, tied embeddings; and smeared keys and values."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 4096
    width: int = 256
    layers: int = 6
    heads: int = 4
    hidden: int = 704
    context: int = 512

    @property
    def head_dim(self) -> int:
        return self.width // self.heads

    def state(self) -> dict:
        return asdict(self)


class RmsNorm(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        # Written out, so that the exporter keeps it as plain operators that every runtime has.
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.weight


class Layer(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.heads, self.head_dim = shape.heads, shape.head_dim
        self.attention_norm, self.mlp_norm = RmsNorm(shape.width), RmsNorm(shape.width)
        self.qkv = nn.Linear(shape.width, 3 * shape.width, bias=False)
        self.out = nn.Linear(shape.width, shape.width, bias=False)
        self.up = nn.Linear(shape.width, 2 * shape.hidden, bias=False)
        self.down = nn.Linear(shape.hidden, shape.width, bias=False)
        # How much of the position before is mixed into each key and value. Finding "what followed this token before" is
        # what copying a name takes; it needs two layers otherwise, and a training budget that a CPU does not have.
        # The cache holds plain keys and values, so the runtime need not know.
        half = shape.heads // 2
        self.key_smear = nn.Parameter(torch.zeros(shape.heads, shape.head_dim))
        self.value_smear = nn.Parameter(torch.zeros(shape.heads, shape.head_dim))
        with torch.no_grad():
            self.key_smear[:half] = 0.7
            self.value_smear[half:] = 0.3

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, past: tuple[Tensor, Tensor] | None = None):
        """`past` and the returned keys and values are [batch, positions, heads, head_dim]; only new ones come back."""
        b, s, _ = x.shape
        q, k, v = self.qkv(self.attention_norm(x)).view(b, s, 3, self.heads, self.head_dim).unbind(2)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        keys, values = (k, v) if past is None else (torch.cat((past[0], k), 1), torch.cat((past[1], v), 1))
        total = keys.shape[1]
        keys, values = smear(keys, self.key_smear), smear(values, self.value_smear)
        # Written out: rows are some forty tokens, and the fused kernel's backward pass costs more than it saves there.
        scores = q.transpose(1, 2) @ keys.permute(0, 2, 3, 1) * self.head_dim ** -0.5
        # Query i stands at position total - s + i and sees what is not after it.
        ahead = torch.arange(total, device=x.device)[None, :] > torch.arange(total - s, total, device=x.device)[:, None]
        mixed = torch.softmax(scores.masked_fill(ahead, -1e9), -1).type_as(values) @ values.transpose(1, 2)
        x = x + self.out(mixed.transpose(1, 2).reshape(b, s, -1))
        gate, up = self.up(self.mlp_norm(x)).chunk(2, -1)
        return x + self.down(F.silu(gate) * up), k, v


class CopyModel(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = RmsNorm(shape.width)
        frequencies = 10_000.0 ** (-torch.arange(0, shape.head_dim, 2).float() / shape.head_dim)
        self.register_buffer("frequencies", frequencies, persistent=False)
        nn.init.normal_(self.embedding.weight, std=0.02)
        for layer in self.layers:
            # Branches start silent; the residual stream starts as the embedding.
            nn.init.zeros_(layer.out.weight)
            nn.init.zeros_(layer.down.weight)

    def hidden(self, ids: Tensor) -> Tensor:
        """Training: whole rows at once, positions from 0."""
        cos, sin = self.turns(torch.arange(ids.shape[1], device=ids.device)[None])
        x = self.embedding(ids)
        for layer in self.layers:
            x, _, _ = layer(x, cos, sin)
        return self.norm(x)

    def logits(self, hidden: Tensor) -> Tensor:
        # A linear layer, so that the graph keeps one copy of the tied matrix.
        return F.linear(hidden, self.embedding.weight)

    def turns(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        angles = positions[..., None].float() * self.frequencies
        return torch.cos(angles)[:, :, None], torch.sin(angles)[:, :, None]

    def step(self, ids: Tensor, positions: Tensor, past: list[tuple[Tensor, Tensor]]):
        """Inference with a cache: logits of the last position, and the new keys and values of every layer."""
        cos, sin = self.turns(positions)
        x = self.embedding(ids)
        present = []
        for layer, cache in zip(self.layers, past):
            x, k, v = layer(x, cos, sin, cache)
            present.append((k, v))
        return self.logits(self.norm(x[:, -1])), present


def smear(x: Tensor, amount: Tensor) -> Tensor:
    """Adds the position before to each position of [batch, positions, heads, head_dim]."""
    before = torch.cat((torch.zeros_like(x[:, :1]), x[:, :-1]), 1)
    return x + before * amount.type_as(x)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, a * sin + b * cos), -1).type_as(x)
