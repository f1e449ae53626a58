"""The networks of pattern-gan: mapping, synthesis, and what trains them (encoder, critic).

The synthesis network draws ink maps and mixes them with a palette of five colours that it also makes: flat colour and
clean edges come with the construction, and the networks only learn shapes. Every convolution of the generator is
circular, and its Fourier inputs have whole numbers of periods, so a tile is seamless by construction.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import nn

LATENT, STYLE, STYLES, INKS = 64, 96, 7, 5
ROOT2 = math.sqrt(2)
SHARPNESS = 2.0  # of the softmax over inks: scores need not grow large before edges are clean
CUT = 6  # px of 64 by which a finished tile is moved round the torus


def wrap(x: torch.Tensor, n: int = 1) -> torch.Tensor:
    """Circular padding of [b,c,h,w] by n, written with plain slices because every ONNX runtime has those."""
    if n == 1 and x.requires_grad and torch.is_grad_enabled() and not torch.onnx.is_in_onnx_export():
        return _Wrap.apply(x)
    return _wrap(x, n)


def _wrap(x: torch.Tensor, n: int) -> torch.Tensor:
    x = torch.cat([x[..., -n:], x, x[..., :n]], 3)
    return torch.cat([x[:, :, -n:], x, x[:, :, :n]], 2)


class _Wrap(torch.autograd.Function):
    """The same with a gradient that adds the thin edges in place; autograd's own adds four whole copies."""

    @staticmethod
    def forward(ctx, x: torch.Tensor) -> torch.Tensor:
        return _wrap(x, 1)

    @staticmethod
    def backward(ctx, g: torch.Tensor) -> torch.Tensor:
        g = g.clone(memory_format=torch.preserve_format)
        g[:, :, -2] += g[:, :, 0]
        g[:, :, 1] += g[:, :, -1]
        g[..., -2] += g[..., 0]
        g[..., 1] += g[..., -1]
        return g[:, :, 1:-1, 1:-1]


def double(x: torch.Tensor) -> torch.Tensor:
    """[b,c,h,w] → [b,c,2h,2w], linear between pixels and across the wrap-around edge."""
    x = F.interpolate(wrap(x), scale_factor=2.0, mode="bilinear", align_corners=False)
    return x[:, :, 2:-2, 2:-2]


def repeat(x: torch.Tensor) -> torch.Tensor:
    """[b,c,h,w] → [b,c,2h,2w], each pixel four times: cheaper than `double`, and a convolution follows."""
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


def smooth(x: torch.Tensor) -> torch.Tensor:
    """[b,c,h,w] blurred by 1-2-1, across the wrap-around edge: shuffled pixels must not show as a grid."""
    x = (x + 0.5 * (torch.cat([x[..., 1:], x[..., :1]], 3) + torch.cat([x[..., -1:], x[..., :-1]], 3))) * 0.5
    return (x + 0.5 * (torch.cat([x[:, :, 1:], x[:, :, :1]], 2) + torch.cat([x[:, :, -1:], x[:, :, :-1]], 2))) * 0.5


class Linear(nn.Module):
    """A linear layer whose step size does not depend on its width (equalised learning rate)."""

    def __init__(self, inputs: int, outputs: int, bias: float = 0.0, rate: float = 1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / rate)
        self.bias = nn.Parameter(torch.full((outputs,), bias / rate))
        self.scale, self.rate = rate / math.sqrt(inputs), rate

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.weight * self.scale, self.bias * self.rate)


class ModulatedConv(nn.Module):
    """A 3×3 circular convolution whose input channels are weighed by a style [b,STYLE]."""

    def __init__(self, inputs: int, outputs: int, demodulate: bool = True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 3, 3))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.style = Linear(STYLE, inputs, bias=1.0)
        self.scale, self.demodulate = 1 / math.sqrt(inputs * 9), demodulate

    def forward(self, x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
        style = self.style(w)
        weight = self.weight * self.scale
        # Weighing the activations before and after one shared convolution equals weighing the kernel per picture.
        y = F.conv2d(wrap(x * style[:, :, None, None]), weight)
        if self.demodulate:
            energy = F.linear(style.float() ** 2, weight.float().pow(2).sum((2, 3)))
            y = y * torch.rsqrt(energy + 1e-8).to(y.dtype)[:, :, None, None]
        return y + self.bias.to(y.dtype)[None, :, None, None]


class Mapping(nn.Module):
    def __init__(self, classes: int, width: int = 128):
        super().__init__()
        self.embed = nn.Parameter(torch.randn(classes, 64))
        self.layers = nn.ModuleList([Linear(LATENT + 64, width, rate=0.5), Linear(width, width, rate=0.5),
                                     Linear(width, STYLE, rate=0.5)])
        self.register_buffer("means", torch.zeros(classes, STYLE))

    def forward(self, z: torch.Tensor, label: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """z [b,LATENT], label [b,K] summing to 1 → w [b,STYLE], w_mean [b,STYLE]."""
        z = z * torch.rsqrt(z.pow(2).mean(1, keepdim=True) + 1e-8)
        x = torch.cat([z, label @ self.embed], 1)
        for layer in self.layers[:-1]:
            x = F.leaky_relu(layer(x), 0.2) * ROOT2
        return self.layers[-1](x), label @ self.means

    @torch.no_grad()
    def measure_means(self, samples: int = 4096) -> None:
        """The mean style of each class, which truncation moves towards."""
        classes = len(self.embed)
        z = torch.randn(samples, LATENT, generator=torch.Generator().manual_seed(7)).to(self.embed.device)
        for k in range(classes):
            label = F.one_hot(torch.full((samples,), k, device=z.device), classes).float()
            self.means[k] = self(z, label)[0].mean(0)


def waves(size: int, frequencies: list[tuple[int, int]]) -> torch.Tensor:
    """[1, 2·n, size, size]: cosine and sine of whole numbers of periods over the tile."""
    t = (torch.arange(size) + 0.5) / size * 2 * math.pi
    maps = []
    for kx, ky in frequencies:
        phase = kx * t[None, :] + ky * t[:, None]
        maps += [torch.cos(phase), torch.sin(phase)]
    return torch.stack(maps)[None]


WAVES = [(1, 0), (0, 1), (2, 0), (0, 2), (3, 0), (0, 3), (4, 0), (0, 4), (6, 0), (0, 6), (1, 1), (1, -1), (2, 2), (2, -2),
         (3, 3), (3, -3), (4, 4), (4, -4)]


class Synthesis(nn.Module):
    """Seven style rows: 0 layout (8²), 1 and 2 (16²), 3 (32²), 4 and 5 ink maps (64²), 6 palette.

    Ink scores are made at 64² and enlarged before the softmax over inks: the edge between two inks is where their scores
    are equal, which is sharp at any size. So a tile of 256² costs what one of 64² does.
    """

    def __init__(self):
        super().__init__()
        self.sharpness = SHARPNESS
        self.constant = nn.Parameter(torch.randn(1, 32, 8, 8))
        self.layout = Linear(STYLE, 64 * 8 * 8)
        self.at8 = ModulatedConv(96, 80)
        self.at16a, self.at16b = ModulatedConv(80 + 2 * len(WAVES), 80), ModulatedConv(80, 80)
        self.at32 = ModulatedConv(80, 48)
        self.inks = ModulatedConv(48, INKS * 4, demodulate=False)
        self.colour1, self.colour2 = Linear(STYLE, 96), Linear(96, INKS * 3)
        self.register_buffer("waves", waves(16, WAVES), persistent=False)

    def palette(self, w: torch.Tensor) -> torch.Tensor:
        """w [b,STYLE] → colours [b,INKS,3] in −1…1; the first is the ground."""
        x = F.leaky_relu(self.colour1(w), 0.2) * ROOT2
        return torch.tanh(self.colour2(x)).view(-1, INKS, 3)

    def shapes(self, w: torch.Tensor) -> torch.Tensor:
        """w [b,STYLES,STYLE] → ink scores [b,INKS,64,64]."""
        def act(y: torch.Tensor) -> torch.Tensor:
            return F.leaky_relu(y, 0.2) * ROOT2

        b = w.shape[0]
        x = torch.cat([self.constant.expand(b, -1, -1, -1), self.layout(w[:, 0]).view(-1, 64, 8, 8)], 1)
        x = act(self.at8(x, w[:, 0]))
        x = torch.cat([repeat(x), self.waves.expand(b, -1, -1, -1).to(x.dtype)], 1)
        x = act(self.at16b(act(self.at16a(x, w[:, 1])), w[:, 2]))
        x = act(self.at32(repeat(x), w[:, 3]))
        # Two rows share the last layer, so that all rows but the palette's shape the inks.
        return smooth(F.pixel_shuffle(self.inks(x, (w[:, 4] + w[:, 5]) / 2), 2))

    def forward(self, w: torch.Tensor) -> torch.Tensor:
        """w [b,STYLES,STYLE] → image [b,3,256,256] in −1…1."""
        scores = self.shapes(w).float()
        # The learned layout keeps some of its busiest places at the border of its 8² cells; the tile's own border is put
        # elsewhere. A torus has no border, so this changes nothing but where the tile is cut.
        scores = torch.cat([scores[..., -CUT:], scores[..., :-CUT]], 3)
        scores = torch.cat([scores[:, :, -CUT:], scores[:, :, :-CUT]], 2)
        return self.paint(double(double(scores)), self.palette(w[:, 6]), self.sharpness)

    @staticmethod
    def paint(scores: torch.Tensor, palette: torch.Tensor, sharpness: float = SHARPNESS) -> torch.Tensor:
        """Ink scores [b,INKS,h,w] and colours [b,INKS,3] → picture [b,3,h,w]."""
        inks = torch.softmax(scores.float() * sharpness, 1)
        b, _, h, w = inks.shape
        return torch.bmm(palette.float().transpose(1, 2), inks.reshape(b, INKS, h * w)).view(b, 3, h, w)


class Generator(nn.Module):
    def __init__(self, classes: int):
        super().__init__()
        self.mapping, self.synthesis = Mapping(classes), Synthesis()

    def styles(self, z: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
        """[b,STYLES,STYLE], every row the same."""
        return self.mapping(z, label)[0][:, None].expand(-1, STYLES, -1)

    def forward(self, z: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
        return self.synthesis(self.styles(z, label))


class Conv(nn.Module):
    """A 4×4 convolution that halves the picture, with equalised learning rate and leaky ReLU."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 4, 4))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.scale = 1 / math.sqrt(inputs * 16)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.leaky_relu(F.conv2d(x, self.weight * self.scale, self.bias, 2, 1), 0.2) * ROOT2


class Critic(nn.Module):
    """Real or made, given the class: one verdict on the whole tile and one on each part of it.

    Plain layers, not equalised ones: in a run of minutes the critic must learn faster than the generator.
    """

    def __init__(self, classes: int, widths: tuple[int, ...] = (32, 64, 112, 144)):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(a, b, 4, 2, 1) for a, b in zip((3, *widths[:-1]), widths)])
        for layer in self.layers:
            nn.init.kaiming_normal_(layer.weight, 0.2)
        self.dense = nn.Linear(widths[-1] * 16 + 16, 128)
        self.whole, self.whole_class = nn.Linear(128, 1), nn.Parameter(0.3 * torch.randn(classes, 128))
        part = widths[1]
        self.part, self.part_class = nn.Linear(part, 1), nn.Parameter(0.3 * torch.randn(classes, part))

    def forward(self, x: torch.Tensor, label: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """x [b,3,64,64] in −1…1 → whole [b,1], parts [b,256]."""
        for i, layer in enumerate(self.layers):
            x = F.leaky_relu(layer(x), 0.2)
            if i == 1:
                parts = x.flatten(2).transpose(1, 2)  # [b,256,c]
                by_class = torch.einsum("bnc,bc->bn", parts, (label @ self.part_class).to(parts.dtype))
                parts = self.part(parts)[..., 0] + by_class / math.sqrt(parts.shape[-1])
        # How much the tiles of a group differ: a generator that repeats itself gives itself away here.
        b, c, h, w = x.shape
        group = 4 if b % 4 == 0 else b
        spread = x.float().view(group, b // group, c, h, w).std(0, unbiased=False).mean((1, 2, 3))
        spread = spread.repeat(group)[:, None].expand(-1, 16).to(x.dtype)
        x = F.leaky_relu(self.dense(torch.cat([x.flatten(1), spread], 1)), 0.2) * ROOT2
        whole = self.whole(x) + (x * (label @ self.whole_class).to(x.dtype)).sum(1, keepdim=True) / math.sqrt(128)
        return whole.float(), parts.float()


class Encoder(nn.Module):
    """Where in latent space a drawing of the corpus lies; only training uses it.

    Coverage [b,INKS,64,64] in 0…1, palette [b,INKS,3] in −1…1, label [b,K] → mean, log variance [b,LATENT].
    """

    def __init__(self, classes: int):
        super().__init__()
        self.layers = nn.ModuleList([Conv(INKS, 32), Conv(32, 64), Conv(64, 64)])
        self.dense = Linear(64 * 64 + INKS * 3 + classes, 192)
        self.out = Linear(192, 2 * LATENT)

    def forward(self, inks: torch.Tensor, palette: torch.Tensor, label: torch.Tensor):
        x = inks * 2 - 1
        for layer in self.layers:
            x = layer(x)
        x = torch.cat([x.flatten(1), palette.flatten(1).to(x.dtype), label.to(x.dtype)], 1)
        x = self.out(F.leaky_relu(self.dense(x), 0.2) * ROOT2).float()
        mean, log_variance = x.chunk(2, 1)
        # Starts almost certain: a posterior as wide as the prior tells the generator nothing to begin with.
        return mean, (log_variance - 4).clamp(-8, 2)
