"""Text encoder: phrase tokens → one vector per token. It has no positions, so word order cannot matter."""
import torch
from torch import nn
from torch.nn import functional as F

WIDTH = 128


class Attention(nn.Module):
    """Multi-head attention; keys may come from elsewhere. q [b, n, width], context [b, m, context_width]."""

    def __init__(self, width, context_width=None, heads=4):
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(width, width, bias=False)
        self.kv = nn.Linear(context_width or width, 2 * width, bias=False)
        self.out = nn.Linear(width, width)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        split = lambda t: t.unflatten(-1, (self.heads, -1)).transpose(1, 2)
        q, (k, v) = split(self.q(x)), map(split, self.kv(context).chunk(2, -1))
        score = q @ k.transpose(-1, -2) * (q.shape[-1] ** -0.5)
        if mask is not None:
            score = score + mask
        return self.out((score.softmax(-1) @ v).transpose(1, 2).flatten(2))


class TextEncoder(nn.Module):
    """input_ids [b, L] int64 → last_hidden_state [b, L, 128]; padding gives zeros, so a row of padding is no condition at all."""

    def __init__(self, vocabulary, width=WIDTH, layers=1):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width, padding_idx=0)
        nn.init.normal_(self.embedding.weight, std=0.7)
        self.embedding.weight.plain = True  # rows are looked up one by one: Adam, not Muon
        self.layers = nn.ModuleList(
            nn.ModuleList([nn.LayerNorm(width), Attention(width), nn.LayerNorm(width), nn.Sequential(nn.Linear(width, 2 * width), nn.SiLU(), nn.Linear(2 * width, width))])
            for _ in range(layers)
        )

    def forward(self, input_ids):
        present = (input_ids != 0).to(self.embedding.weight.dtype)
        x = self.embedding(input_ids)
        hide = (1 - present)[:, None, None, :] * -1e4
        for norm_a, attention, norm_b, mlp in self.layers:
            x = x + attention(norm_a(x), mask=hide)
            x = x + mlp(norm_b(x))
        return x * present[..., None]
