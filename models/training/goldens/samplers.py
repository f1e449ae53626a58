"""Writes what k-diffusion and diffusers compute for a toy denoiser, for src-main/engine/samplers.

    python -m goldens.samplers > ../../src-main/engine/samplers/goldens.json     # from models/training

Needs k-diffusion and diffusers on the path (their own dependencies are not used: solvers we do not call are stubbed).
"""

import json
import sys
import types
from importlib.machinery import ModuleSpec

for name, attributes in {"torchdiffeq": ["odeint"], "torchsde": ["BrownianTree"]}.items():
    module = types.ModuleType(name)
    module.__spec__ = ModuleSpec(name, None)
    for attribute in attributes:
        setattr(module, attribute, None)
    sys.modules.setdefault(name, module)
package = types.ModuleType("k_diffusion")
import importlib.util  # noqa: E402

package.__path__ = list(importlib.util.find_spec("k_diffusion").submodule_search_locations)
sys.modules["k_diffusion"] = package  # its __init__ imports training code

import numpy as np  # noqa: E402
import torch  # noqa: E402

utils = types.ModuleType("k_diffusion.utils")
utils.append_dims = lambda x, n: x[(...,) + (None,) * (n - x.ndim)]
sys.modules["k_diffusion.utils"] = utils
from k_diffusion import sampling  # noqa: E402
from diffusers import DPMSolverMultistepScheduler, EulerDiscreteScheduler, FlowMatchEulerDiscreteScheduler  # noqa: E402

torch.set_default_dtype(torch.float64)
X = torch.tensor([[1.5, -0.3, 0.7, -2.1, 0.05, 0.9]])
NOISE = [torch.tensor([[np.sin(3 * i + 1.7 * j) for j in range(6)]]) for i in range(16)]


def denoise(x, sigma, **_):
    return torch.tanh(x / (1 + sigma.reshape(-1, *[1] * (x.ndim - 1)) if torch.is_tensor(sigma) else 1 + sigma))


def tolist(x):
    return [float(v) for v in x.flatten()]


def k(sampler, sigmas, **extra):
    return tolist(getattr(sampling, sampler)(denoise, X * sigmas[0], sigmas, disable=True, **extra))


sigmas = sampling.get_sigmas_karras(6, 0.03, 14.6)
draws = iter(NOISE)
out = {"x": tolist(X), "noise": [tolist(n) for n in NOISE], "schedules": {}, "samplers": {}}
out["schedules"]["karras"] = tolist(sigmas)
out["schedules"]["exponential"] = tolist(sampling.get_sigmas_exponential(6, 0.03, 14.6))
out["samplers"]["euler"] = k("sample_euler", sigmas)
out["samplers"]["dpmpp-2m"] = k("sample_dpmpp_2m", sigmas)
out["samplers"]["euler-ancestral"] = k("sample_euler_ancestral", sigmas, noise_sampler=lambda a, b: next(draws))

# The Stable Diffusion 1 training schedule, as diffusers' Euler scheduler walks it.
scheduler = EulerDiscreteScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", timestep_spacing="linspace")
scheduler.set_timesteps(7)
out["schedules"]["linear"] = {"sigmas": tolist(scheduler.sigmas), "timesteps": tolist(scheduler.timesteps)}

# Flow with a shift, as FLUX pipelines ask for it.
for shift in (1.0, 3.0):
    scheduler = FlowMatchEulerDiscreteScheduler(shift=shift)
    scheduler.set_timesteps(sigmas=np.linspace(1, 1 / 6, 6))
    out["schedules"][f"flow {shift:g}"] = tolist(scheduler.sigmas)
scheduler = FlowMatchEulerDiscreteScheduler(shift=3.0)
scheduler.set_timesteps(sigmas=np.linspace(1, 1 / 6, 6))
x = X.clone()
for t, sigma in zip(scheduler.timesteps, scheduler.sigmas):
    x = scheduler.step((x - denoise(x, sigma)) / sigma, t, x).prev_sample.double()
out["samplers"]["flow euler"] = tolist(x)

# DPM-Solver++(2M) on flow sigmas (they start just under 1, where λ is finite).
scheduler = DPMSolverMultistepScheduler(algorithm_type="dpmsolver++", solver_order=2, solver_type="midpoint", prediction_type="flow_prediction",
                                        use_flow_sigmas=True, flow_shift=1.0, lower_order_final=False, final_sigmas_type="zero")
scheduler.set_timesteps(6)
flow = scheduler.sigmas.double()
x = X.clone()
for t, sigma in zip(scheduler.timesteps, flow):
    x = scheduler.step((x - denoise(x, sigma)) / sigma, t, x).prev_sample.double()
out["flowSigmas"] = tolist(flow)
out["samplers"]["flow dpmpp-2m"] = tolist(x)
print(json.dumps(out))
