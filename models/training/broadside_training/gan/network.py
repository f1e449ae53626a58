"""The networks of pattern-gan: mapping, synthesis, and the critic that trains them.

The synthesis network draws ink maps and mixes them with a palette of five colours that it also makes: flat colour and
clean edges come with the construction, and the networks only learn shapes. Every convolution of the generator is
circular, and its inputs are periodic: fields that the latent draws, which no two tiles share, and plain waves, both on a
lattice that the style chooses (after Bergmann, Jetchev and Vollgraf, "Learning Texture Manifolds with the Periodic Spatial
GAN", 2017). So a tile is seamless by construction, its layout varies by construction, and what repeats does so exactly.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import nn

LATENT, WORDS, STYLES, INKS = 64, 96, 7, 5
REPEATS = (1, 2, 3, 4)  # how often a pattern may repeat in a tile, across and down
LATTICES = [(across, down) for across in REPEATS for down in REPEATS]
STYLE = WORDS + LATENT + len(LATTICES)  # a style row: what the mapping makes of the latent, the latent itself, and the lattice
ROOT2 = math.sqrt(2)
SHARPNESS = 2.0  # of the softmax over inks: scores need not grow large before edges are clean
CUT = (1, 2)  # row and column of 64 at which a finished tile begins


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
    """`chances` [K,LATTICES]: how often each class has each lattice; by default all alike."""

    def __init__(self, classes: int, chances: torch.Tensor | None = None, width: int = 128):
        super().__init__()
        self.embed = nn.Parameter(torch.randn(classes, 64))
        self.layers = nn.ModuleList([Linear(LATENT + 64, width, rate=0.5), Linear(width, width, rate=0.5),
                                     Linear(width, WORDS, rate=0.5)])
        self.register_buffer("means", torch.zeros(classes, STYLE))
        alike = torch.full((classes, len(LATTICES)), 1 / len(LATTICES))
        self.register_buffer("chances", alike if chances is None else chances)

    def forward(self, z: torch.Tensor, label: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """z [b,LATENT], label [b,K] summing to 1 → w [b,STYLE], w_mean [b,STYLE]."""
        z = z * torch.rsqrt(z.pow(2).mean(1, keepdim=True) + 1e-8)
        x = torch.cat([z, label @ self.embed], 1)
        for layer in self.layers[:-1]:
            x = F.leaky_relu(layer(x), 0.2) * ROOT2
        return torch.cat([self.layers[-1](x), z, self.lattice(z, label)], 1), label @ self.means

    def lattice(self, z: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
        """[b,LATTICES], one of them 1: the first latent number, as a place in 0…1, says which."""
        place = 0.5 + 0.5 * torch.erf(z[:, :1] / ROOT2)
        sums = (label @ self.chances).cumsum(1)[:, :-1]
        before, until = F.pad(sums, (1, 0)), F.pad(sums, (0, 1), value=2.0)
        return ((place >= before) & (place < until)).to(z.dtype)

    @torch.no_grad()
    def measure_means(self, samples: int = 4096) -> None:
        """The mean style of each class, which truncation moves towards. The latent's own mean is 0."""
        classes = len(self.embed)
        z = torch.randn(samples, LATENT, generator=torch.Generator().manual_seed(7)).to(self.embed.device)
        for k in range(classes):
            label = F.one_hot(torch.full((samples,), k, device=z.device), classes).float()
            self.means[k] = self(z, label)[0].mean(0)
            self.means[k, WORDS:WORDS + LATENT] = 0


# Waves of one repeat, periods across and down: those that fields are made of, and plain ones for what is regular.
BROAD = [(1, 0), (0, 1), (1, 1), (1, -1), (2, 0), (0, 2), (2, 1), (1, 2)]
FINE = [(3, 0), (0, 3), (2, 2), (2, -2), (3, 1), (1, 3), (2, -1), (1, -2)]
PLAIN = [(1, 0), (0, 1), (1, 1), (1, -1), (2, 0), (0, 2), (2, 2), (2, -2), (3, 0), (0, 3)]
FIELDS = [BROAD, BROAD, FINE, FINE]
MODES = list(dict.fromkeys([*PLAIN, *BROAD, *FINE]))  # the plain ones first


class Inputs(nn.Module):
    """What a tile is drawn from: a layout row [b,STYLE] → periodic maps [b,CHANNELS,32,32].

    Within each repeat of the row's lattice lie four fields whose waves have the latent's numbers as their strengths, so
    that no two layouts are the same, and plain waves.
    """

    CHANNELS = len(FIELDS) + 2 * len(PLAIN)

    def __init__(self, size: int = 32, sharpness: float = 20.0):
        super().__init__()
        self.size, self.sharpness = size, sharpness
        t = (torch.arange(size) + 0.5) / size * 2 * math.pi
        periods = torch.tensor(REPEATS)[:, None, None] * torch.arange(4)[:, None] * t  # [repeats, modes 0…3, size]
        self.register_buffer("cos", torch.cos(periods).flatten(1), persistent=False)
        self.register_buffer("sin", torch.sin(periods).flatten(1), persistent=False)
        strength = torch.zeros(LATENT, len(FIELDS), 2 * len(MODES))
        i = 0
        for field, modes in enumerate(FIELDS):
            for mode in modes:
                for part in (0, len(MODES)):
                    strength[i, field, part + MODES.index(mode)] = 1 / math.sqrt(len(modes))
                    i += 1
        self.register_buffer("strength", strength.flatten(1), persistent=False)

    def forward(self, w: torch.Tensor) -> torch.Tensor:
        b, w = w.shape[0], w.float()
        # A row between two styles has a lattice between two: the stronger one is drawn.
        lattice = (w[:, -len(LATTICES):] * self.sharpness).softmax(1).view(b, len(REPEATS), len(REPEATS))
        across, down = lattice.sum(2), lattice.sum(1)
        lines = [(p @ table).view(b, 4, self.size) for p in (across, down) for table in (self.cos, self.sin)]
        cx, sx = (line[:, [abs(kx) for kx, _ in MODES], None, :] for line in lines[:2])
        cy, sy = (line[:, [abs(ky) for _, ky in MODES], :, None] for line in lines[2:])
        sy = sy * torch.tensor([math.copysign(1, ky) for _, ky in MODES], device=w.device)[:, None, None]
        maps = torch.cat([cx * cy - sx * sy, sx * cy + cx * sy], 1).flatten(2)  # [b, 2·modes, size²]
        fields = torch.bmm((w[:, WORDS:WORDS + LATENT] @ self.strength).view(b, len(FIELDS), -1), maps)
        n, m = len(PLAIN), len(MODES)
        return torch.cat([fields, maps[:, :n], maps[:, m:m + n]], 1).view(b, -1, self.size, self.size)


class Synthesis(nn.Module):
    """Seven style rows: 0 layout (what repeats, and the fields), 1 and 2 (16²), 3 (32²), 4 and 5 ink maps (64²), 6 palette.

    Ink scores are made at 64² and enlarged before the softmax over inks: the edge between two inks is where their scores
    are equal, which is sharp at any size. So a tile of 256² costs what one of 64² does.
    """

    def __init__(self):
        super().__init__()
        self.sharpness = SHARPNESS
        self.inputs = Inputs()
        self.at16a, self.at16b = ModulatedConv(Inputs.CHANNELS, 80), ModulatedConv(80, 80)
        self.at32 = ModulatedConv(80 + Inputs.CHANNELS, 64)
        self.inks = ModulatedConv(64, INKS * 4, demodulate=False)
        self.colour1, self.colour2 = Linear(STYLE, 96), Linear(96, INKS * 3)

    def palette(self, w: torch.Tensor) -> torch.Tensor:
        """w [b,STYLE] → colours [b,INKS,3] in −1…1; the first is the ground."""
        x = F.leaky_relu(self.colour1(w), 0.2) * ROOT2
        return torch.tanh(self.colour2(x)).view(-1, INKS, 3)

    def shapes(self, w: torch.Tensor) -> torch.Tensor:
        """w [b,STYLES,STYLE] → ink scores [b,INKS,64,64]."""
        def act(y: torch.Tensor) -> torch.Tensor:
            return F.leaky_relu(y, 0.2) * ROOT2

        given = self.inputs(w[:, 0]).to(w.dtype)
        x = act(self.at16b(act(self.at16a(F.avg_pool2d(given, 2), w[:, 1])), w[:, 2]))
        x = act(self.at32(torch.cat([repeat(x), given.to(x.dtype)], 1), w[:, 3]))
        # Two rows share the last layer, so that all rows but the palette's shape the inks.
        return smooth(F.pixel_shuffle(self.inks(x, (w[:, 4] + w[:, 5]) / 2), 2))

    def forward(self, w: torch.Tensor) -> torch.Tensor:
        """w [b,STYLES,STYLE] → image [b,3,256,256] in −1…1."""
        scores = self.shapes(w).float()
        # Waves have their phase from the tile's corner on, so squares and stripes like to end on some lines; the tile's border
        # is put between them. A torus has no border, so this changes nothing but where the tile is cut.
        row, column = CUT
        scores = torch.cat([scores[:, :, row:], scores[:, :, :row]], 2)
        scores = torch.cat([scores[..., column:], scores[..., :column]], 3)
        return self.paint(double(double(scores)), self.palette(w[:, 6]), self.sharpness)

    @staticmethod
    def ink_maps(scores: torch.Tensor, sharpness: float = SHARPNESS) -> torch.Tensor:
        """Ink scores [b,INKS,h,w] → share of each ink at each place, 0…1, float32."""
        return torch.softmax(scores.float() * sharpness, 1)

    @staticmethod
    def paint(scores: torch.Tensor, palette: torch.Tensor, sharpness: float = SHARPNESS) -> torch.Tensor:
        """Ink scores [b,INKS,h,w] and colours [b,INKS,3] → picture [b,3,h,w]."""
        inks = Synthesis.ink_maps(scores, sharpness)
        b, _, h, w = inks.shape
        return torch.bmm(palette.float().transpose(1, 2), inks.reshape(b, INKS, h * w)).view(b, 3, h, w)


class Generator(nn.Module):
    def __init__(self, classes: int, chances: torch.Tensor | None = None):
        super().__init__()
        self.mapping, self.synthesis = Mapping(classes, chances), Synthesis()

    def styles(self, z: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
        """[b,STYLES,STYLE], every row the same."""
        return self.mapping(z, label)[0][:, None].expand(-1, STYLES, -1)

    def forward(self, z: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
        return self.synthesis(self.styles(z, label))


class Critic(nn.Module):
    """Drawn or made, given the class: one verdict on the whole tile and one on each part of it.

    It sees ink maps, so that shapes are judged in any colours, and beside them the palette. Plain layers, not equalised
    ones: in a run of minutes the critic must learn faster than the generator.
    """

    def __init__(self, classes: int, widths: tuple[int, ...] = (40, 72, 128, 160)):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(a, b, 4, 2, 1) for a, b in zip((INKS, *widths[:-1]), widths)])
        self.colour = nn.ModuleList([nn.Linear(INKS * 3, 96), nn.Linear(96, 64)])
        for layer in (*self.layers, *self.colour):
            nn.init.kaiming_normal_(layer.weight, 0.2)
        self.dense = nn.Linear(widths[-1] * 16 + 64 + 2 * 16, 160)
        self.whole, self.whole_class = nn.Linear(160, 1), nn.Parameter(0.3 * torch.randn(classes, 160))
        self.part, self.part_class = nn.Linear(widths[2], 1), nn.Parameter(0.3 * torch.randn(classes, widths[2]))

    def forward(self, inks: torch.Tensor, palette: torch.Tensor, label: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """inks [b,INKS,64,64] in 0…1, palette [b,INKS,3] in −1…1 → whole [b,1], parts [b,64].

        The batch is `GROUP` tiles of each of b / GROUP classes, one of every class after the other.
        """
        x = inks * 2 - 1
        for i, layer in enumerate(self.layers):
            x = F.leaky_relu(layer(x), 0.2)
            if i == 2:
                parts = x.flatten(2).transpose(1, 2)  # [b,64,c]
                by_class = torch.einsum("bnc,bc->bn", parts, (label @ self.part_class).to(parts.dtype))
                parts = self.part(parts)[..., 0] + by_class / math.sqrt(parts.shape[-1])
        colour = palette.flatten(1)
        for layer in self.colour:
            colour = F.leaky_relu(layer(colour), 0.2)
        # How much the tiles of one class differ: a generator that repeats itself gives itself away here.
        spread = [_spread(x.flatten(1)), _spread(palette.flatten(1))]
        x = torch.cat([x.flatten(1), colour, *(s.to(x.dtype) for s in spread)], 1)
        x = F.leaky_relu(self.dense(x), 0.2) * ROOT2
        whole = self.whole(x) + (x * (label @ self.whole_class).to(x.dtype)).sum(1, keepdim=True) / math.sqrt(x.shape[1])
        return whole.float(), parts.float()


GROUP = 4


def _spread(x: torch.Tensor) -> torch.Tensor:
    """x [b,n] → [b,16]: the mean deviation within each group of a class (Karras et al. 2018, minibatch deviation)."""
    groups = x.float().view(GROUP, len(x) // GROUP, -1)
    return ((groups.var(0, unbiased=False) + 1e-8).sqrt().mean(1)).repeat(GROUP)[:, None].expand(-1, 16)
