"""The shipped package, run with ONNX Runtime as the studio runs it. What is measured is what ships."""
import gzip
import json
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

from ..corpus import prompts
from . import samplers


class Package:
    """Prompt tokens + seed → picture, from the files of a diffusion package alone."""

    def __init__(self, folder: Path, threads=2):
        self.config = json.loads((folder / "model.json").read_text())["config"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Graphs that take turns must not spin while they wait: the next one needs the core.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.sessions = {k: onnxruntime.InferenceSession(str(folder / f), options, providers=["CPUExecutionProvider"]) for k, f in self.config["sessions"].items()}
        self.vocabulary = json.loads((folder / self.config["tokenizer"]["file"]).read_text())
        size = self.config["reference"]["size"]
        raw = gzip.decompress((folder / self.config["reference"]["file"]).read_bytes())
        self.references = np.frombuffer(raw, np.uint8).reshape(-1, size, size, 4)
        self.scene = None  # for more than one subject: a placement → (subject, placement) in drawing order (arrangement.py)
        self.token = {t["id"]: t for t in self.vocabulary["tokens"]}

    def tokenize(self, text):
        """(ids, unknown words), by the package's own vocabulary: an earlier version knows other words."""
        return prompts.tokenize(text, self.vocabulary["tokens"], self.vocabulary["ignore"], self.config["tokenizer"]["length"])

    def reference(self, ids, rng, size=256, drawing=None):
        """
        [1, 9, h, w]: the reference drawing placed by the layout on grey, encoded, and its coverage. `drawing`, straight RGBA uint8,
        takes the place of the subject's.
        """
        h = size // self.config["latent"]["downscale"]
        self.placements = []
        self.drawn = []
        drawings = lambda role: next((self.token[i] for i in ids if self.token[i]["role"] == role), {})
        grounds, subject = drawings("background").get("references", []), drawings("subject").get("reference")
        offset = drawings("style").get("referenceOffset", 0)
        if drawing is None and subject is not None:
            drawing = self.references[subject + offset]
        if drawing is None and not grounds:
            return np.zeros((1, self.config["latent"]["channels"] + 1, h, h), np.float32)
        ground = np.full((size, size, 1), 0.5, np.float32)
        if grounds:
            picture = Image.fromarray(self.references[grounds[rng.integers(len(grounds))]]).convert("L")
            ground = np.asarray(picture.resize((size, size), Image.Resampling.BILINEAR), np.float32)[..., None] / 255
        layer = np.zeros((size, size, 4), np.float32)
        if drawing is not None:
            layer = self.place(drawing, drawings("layout").get("name", "default"), rng, size)
            if self.scene:
                every = [self.references[self.token[i]["reference"] + offset] for i in ids if self.token[i]["role"] == "subject"]
                self.drawn, layer = self.scene(self.placements[0]), np.zeros_like(layer)
                for which, where in self.drawn:
                    layer = over(self.one(every[which], where, size), layer)
        grey = layer[..., :3] + ground * (1 - layer[..., 3:])
        latent = self.run("vaeEncoder", sample=(grey * 2 - 1).transpose(2, 0, 1)[None].astype(np.float32))
        config = self.config["latent"]
        latent = (latent - config["shift"]) * config["scalingFactor"]
        coverage = layer[..., 3].reshape(h, size // h, h, size // h).mean((1, 3))[None, None].astype(np.float32)
        return np.concatenate([latent, coverage], 1)

    def place(self, reference, layout, rng, size):
        """The drawing at the places of a layout: premultiplied [size, size, 4] in 0…1."""
        variants, jitter = self.config["reference"]["layouts"][layout], self.config["reference"]["jitter"]
        layer = np.zeros((size, size, 4), np.float32)
        for cx, cy, s in variants[rng.integers(len(variants))]:
            cx, cy = cx + rng.uniform(-1, 1) * jitter["position"], cy + rng.uniform(-1, 1) * jitter["position"]
            s *= 1 + rng.uniform(-1, 1) * jitter["size"]
            self.placements.append((cx, cy, s))
            layer = over(self.one(reference, self.placements[-1], size), layer)
        return layer

    def one(self, reference, place, size):
        """The drawing at one place: premultiplied [size, size, 4] in 0…1."""
        straight = reference.astype(np.float32) / 255
        premultiplied = np.dstack([straight[..., :3] * straight[..., 3:], straight[..., 3:]])
        drawing = Image.fromarray((premultiplied * 255 + 0.5).astype(np.uint8), "RGBA")
        cx, cy, s = place
        side, canvas = round(s * size), Image.new("RGBA", (size, size), (0, 0, 0, 0))
        small = drawing.resize((side, side), Image.Resampling.BILINEAR if side < drawing.width else Image.Resampling.BICUBIC)
        canvas.paste(small, (round(cx * size - side / 2), round(cy * size - side / 2)))
        return np.asarray(canvas, np.float32) / 255

    def run(self, session, **feeds):
        return self.sessions[session].run(None, feeds)[0]

    def make(self, ids, seed, steps=None, guidance=None, size=256, keep_reference=None, negative=(), drawing=None, sampler=None, shift=None, above=None):
        """One picture [size, size, 3] uint8. What is left out is the package's default; `negative` are ids, `drawing` is a reference picture."""
        defaults = self.config["defaults"]
        above = defaults.get("guidanceAbove", 0) if above is None else above
        steps, guidance = steps or defaults["steps"], guidance or defaults["guidance"]
        # With a negative prompt only words tell the branches apart: a reference outweighs what is not wanted.
        keep = len(negative) > 0 if keep_reference is None else keep_reference
        rng = np.random.default_rng(seed)
        rows = np.zeros((2, self.config["tokenizer"]["length"]), np.int64)
        for row, said in zip(rows, (negative, ids)):
            row[: len(said)] = said
        reference = self.reference(ids, rng, size, drawing)
        words = self.run("textEncoder", input_ids=rows)
        both = np.concatenate([reference if keep else np.zeros_like(reference), reference])
        config = self.config["latent"]
        x = rng.standard_normal((1, config["channels"], size // config["downscale"], size // config["downscale"])).astype(np.float32)

        def denoise(x, sigma):
            if sigma <= above:
                return x - np.float32(sigma) * self.run("denoiser", sample=x, timestep=np.full(1, sigma * 1000, np.float32), encoder_hidden_states=words[1:], reference=both[1:])
            free, told = self.run("denoiser", sample=np.concatenate([x, x]), timestep=np.full(2, sigma * 1000, np.float32), encoder_hidden_states=words, reference=both)
            return x - np.float32(sigma) * (free + np.float32(guidance) * (told - free))[None]

        x = samplers.SAMPLERS[sampler or defaults["sampler"]](denoise, x, samplers.flow(steps, shift or defaults["flowShift"]))
        picture = self.run("vaeDecoder", latent_sample=x / config["scalingFactor"] + config["shift"])[0]
        return ((picture.clip(-1, 1) + 1) * 127.5 + 0.5).astype(np.uint8).transpose(1, 2, 0)


def over(top, bottom):
    """Premultiplied layers."""
    return top + bottom * (1 - top[..., 3:])
