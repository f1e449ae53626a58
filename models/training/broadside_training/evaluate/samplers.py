"""The studio's samplers for flow models (src-main/engine/samplers), in numpy: x = (1 − σ)·picture + σ·noise, σ from 1 to 0.

`denoise(x, sigma)` gives the picture that the model sees in x.
"""
import numpy as np


def flow(steps: int, shift: float) -> np.ndarray:
    """steps + 1 noise levels from 1 to 0, shifted towards noise."""
    time = np.linspace(1, 0, steps + 1)
    return shift * time / (1 + (shift - 1) * time)


def euler(denoise, x, sigmas):
    for now, after in zip(sigmas[:-1], sigmas[1:]):
        ratio = np.float32(after / now)
        x = ratio * x + (1 - ratio) * denoise(x, now)
    return x


def dpmpp2m(denoise, x, sigmas):
    """Second order at one call per step, by extrapolating from the last two pictures in λ = log((1 − σ)/σ)."""
    last, last_h = None, 0.0
    for now, after in zip(sigmas[:-1], sigmas[1:]):
        seen = denoise(x, now)
        # e^(−h), h = λ(after) − λ(now): 0 at pure noise and at the end, where h is infinite.
        decay = after * (1 - now) / (now * (1 - after))
        h = -np.log(decay) if decay > 0 else np.inf
        ahead = h / (2 * last_h) if last is not None and after > 0 else 0.0
        picture = np.float32(1 + ahead) * seen - np.float32(ahead) * last if ahead > 0 else seen
        last, last_h = seen, h
        x = np.float32(after / now) * x + np.float32((1 - after) * (1 - decay)) * picture
    return x


SAMPLERS = {"euler": euler, "dpmpp-2m": dpmpp2m}
