"""Times training steps of loec's fields in PyTorch, plain and by torch.compile, and prints them as JSON (see torch.ts).

    python3 torch_steps.py COLUMNS ROWS WIDTH STEPS

Coordinate fields are SIRENs of three hidden layers with Adam, every pixel in every step. The pyramid's step is that of
src/engine/pyramid.ts, with Adam in place of SOAP, which makes it lighter.
"""

import json
import math
import sys
import time

import torch

COLUMNS, ROWS, WIDTH, STEPS = map(int, sys.argv[1:5])
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
GRIDS = 7
NEIGHBOURS = [(0, -1), (-1, 0), (-1, -1), (-1, 1), (0, -2), (-2, 0), (-1, -2), (-1, 2), (-2, -1), (-2, 1), (-2, -2), (-2, 2),
              (0, -3), (-3, 0), (-1, -3), (-1, 3), (-3, -1), (-3, 1)]
COARSER_LEVELS = [1, 2, 1, 1, 3, 1]
SIZES = {"small": dict(hidden=32, filters=2, neighbours=12, coarser=3, width=16),
         "large": dict(hidden=48, filters=3, neighbours=18, coarser=6, width=24)}


def weights(*shape):
    bound = math.sqrt(6 / shape[-1]) / 30
    return torch.empty(*shape, device=DEVICE).uniform_(-bound, bound).requires_grad_()


class Coordinates:
    """A SIREN of which each layer has one expert, or four that are chosen per pixel."""

    def __init__(self, experts):
        y, x = torch.meshgrid(torch.linspace(-1, 1, ROWS), torch.linspace(-1, 1, COLUMNS), indexing="ij")
        self.positions = torch.stack([x.flatten(), y.flatten()], 1).to(DEVICE)
        self.targets = torch.rand(ROWS * COLUMNS, 3, device=DEVICE) * 2 - 1
        widths = [2, WIDTH, WIDTH, WIDTH, 3]
        self.layers = []
        for (inputs, outputs), tiles in zip(zip(widths, widths[1:]), experts):
            count = 1 if tiles is None else 4
            members = None if tiles is None else self.members(tiles)
            self.layers.append((weights(count, outputs, inputs), weights(count, outputs, 1), members))
        self.parameters = [tensor for layer in self.layers for tensor in layer[:2]]
        self.optimizer = torch.optim.Adam(self.parameters, lr=1e-4)

    def members(self, tiles):
        cell = ((self.positions + 1) / 2 * tiles).long()
        expert = 2 * (cell[:, 1] % 2) + cell[:, 0] % 2
        return [torch.nonzero(expert == index).flatten() for index in range(4)]

    def loss(self):
        x = self.positions
        for index, (weight, bias, members) in enumerate(self.layers):
            if members is None:
                u = torch.addmm(bias[0].T, x, weight[0].T)
            else:
                u = torch.empty(x.shape[0], weight.shape[1], device=DEVICE)
                for expert, own in enumerate(members):
                    u = u.index_copy(0, own, torch.addmm(bias[expert].T, x[own], weight[expert].T))
            x = torch.sin(30 * u) if index < len(self.layers) - 1 else u
        return ((x - self.targets) ** 2).mean()


def spline(t):
    s = 1 - t
    return [s**3 / 6, (3 * t**3 - 6 * t**2 + 4) / 6, (3 * s**3 - 6 * s**2 + 4) / 6, t**3 / 6]


def spline_matrix(pixels, cells, level):
    """[pixels, cells]: the weights of a grid's cells at each pixel of an axis."""
    matrix = torch.zeros(pixels, cells)
    for pixel in range(pixels):
        u = (pixel + 0.5) / 2**level - 0.5
        first = math.floor(u)
        for tap, weight in enumerate(spline(u - first)):
            matrix[pixel, min(cells - 1, max(0, first - 1 + tap))] += weight
    return matrix.to(DEVICE)


class Pyramid:
    """Latent grids, field, filters and context model under D + λR."""

    def __init__(self, hidden, filters, neighbours, coarser, width):
        self.sizes = [(math.ceil(ROWS / 2**level), math.ceil(COLUMNS / 2**level)) for level in range(GRIDS)]
        self.counts = [height * width_ for height, width_ in self.sizes]
        self.latents = torch.zeros(sum(self.counts), device=DEVICE, requires_grad=True)
        self.down = [spline_matrix(ROWS, height, level) for level, (height, _) in enumerate(self.sizes)]
        self.across = [spline_matrix(COLUMNS, width_, level) for level, (_, width_) in enumerate(self.sizes)]
        self.contexts = self.context_indices(neighbours, coarser)
        self.targets = torch.rand(3, ROWS, COLUMNS, device=DEVICE) * 2 - 1
        inputs = neighbours + coarser
        self.field = [weights(hidden, GRIDS), weights(hidden, 1), weights(3, hidden), weights(3, 1)]
        self.filters = [(weights(3, 3, 3, 3), weights(3, 1)) for _ in range(filters)]
        self.model = [weights(width, inputs), weights(width, 1), weights(width, width), weights(width, 1),
                      weights(2, width + inputs), weights(2, 1)]
        self.parameters = [self.latents, *self.field, *(tensor for pair in self.filters for tensor in pair), *self.model]
        self.optimizer = torch.optim.Adam(self.parameters, lr=1e-3)

    def context_indices(self, neighbours, coarser):
        """[latents, inputs]: which latent each input is; one past the last is 0."""
        nothing = sum(self.counts)
        starts = [sum(self.counts[:level]) for level in range(GRIDS)]
        parts = []
        for level, (height, width) in enumerate(self.sizes):
            y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
            places = [(level, y + dy, x + dx) for dy, dx in NEIGHBOURS[:neighbours]]
            places += [(level + up, y >> up, x >> up) for up in COARSER_LEVELS[:coarser]]
            columns = []
            for grid, row, column in places:
                if grid >= GRIDS:
                    columns.append(torch.full((height * width,), nothing))
                    continue
                rows, cells = self.sizes[grid]
                inside = (row >= 0) & (column >= 0) & (row < rows) & (column < cells)
                columns.append(torch.where(inside, starts[grid] + row * cells + column, nothing).flatten())
            parts.append(torch.stack(columns, 1))
        return torch.cat(parts).to(DEVICE)

    @staticmethod
    def soft_round(x):
        low = torch.floor(x)
        return low + 0.5 + torch.tanh((x - low - 0.5) / 0.3) / (2 * math.tanh(1 / 0.6))

    def loss(self):
        noisy = self.soft_round(self.soft_round(self.latents) + 0.2 * torch.randn_like(self.latents))
        grids = torch.split(noisy, self.counts)
        planes = [down @ grid.view(size) @ across.T for down, grid, size, across in zip(self.down, grids, self.sizes, self.across)]
        x = torch.stack(planes).view(GRIDS, -1)
        u = torch.addmm(self.field[1], self.field[0], x)
        u = u + torch.sin(u) ** 2
        colours = torch.addmm(self.field[3], self.field[2], u).view(1, 3, ROWS, COLUMNS)
        for weight, bias in self.filters:
            padded = torch.nn.functional.pad(colours, (1, 1, 1, 1), mode="replicate")
            colours = colours + torch.nn.functional.conv2d(padded, weight, bias[:, 0])
        distortion = ((colours[0] - self.targets) ** 2).mean() / 4
        return distortion + 0.001 * self.bits(noisy) / (ROWS * COLUMNS)

    def bits(self, noisy):
        context = torch.cat([noisy, torch.zeros(1, device=DEVICE)])[self.contexts]
        w1, b1, w2, b2, w3, b3 = self.model
        first = torch.relu(torch.addmm(b1.T, context, w1.T))
        second = torch.relu(first + torch.addmm(b2.T, first, w2.T))
        out = torch.addmm(b3.T, torch.cat([second, context], 1), w3.T)
        scale = torch.exp(torch.clamp(out[:, 1] - 2, -5, 5))
        above, below = (noisy - out[:, 0] + 0.5) / scale, (noisy - out[:, 0] - 0.5) / scale
        mass = self.cumulative(above) - self.cumulative(below)
        return -torch.log2(torch.clamp(mass, min=2**-16)).sum()

    @staticmethod
    def cumulative(x):
        return torch.where(x < 0, 0.5 * torch.exp(torch.clamp(x, max=0)), 1 - 0.5 * torch.exp(-torch.clamp(x, min=0)))


def milliseconds(fit, loss):
    def step():
        fit.optimizer.zero_grad(set_to_none=True)
        loss().backward()
        fit.optimizer.step()

    def wait():
        if DEVICE == "cuda":
            torch.cuda.synchronize()

    for _ in range(min(10, STEPS)):
        step()
    wait()
    started = time.perf_counter()
    for _ in range(STEPS):
        step()
    wait()
    return 1000 * (time.perf_counter() - started) / STEPS


def compiled(fit):
    try:
        return milliseconds(fit, torch.compile(fit.loss))
    except Exception as error:  # Whatever the compiler lacks on this machine.
        print(f"torch.compile: {error}", file=sys.stderr)
        return None


FITS = {
    "siren": lambda: Coordinates([None] * 4),
    "seg-loe": lambda: Coordinates([128, 8, 4, 2]),
    "small": lambda: Pyramid(**SIZES["small"]),
    "large": lambda: Pyramid(**SIZES["large"]),
}

fits = []
for name, create in FITS.items():
    fit = create()
    fits.append({"name": name, "eager": milliseconds(fit, fit.loss), "compiled": compiled(fit)})
version = f"PyTorch {torch.__version__}" + (f", CUDA {torch.version.cuda}" if DEVICE == "cuda" else "")
device = torch.cuda.get_device_name() if DEVICE == "cuda" else "the CPU"
print(json.dumps({"version": version, "device": device, "fits": fits}))
