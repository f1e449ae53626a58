"""Where recipes keep what can be made again: models/training/.cache (ignored by git)."""
from pathlib import Path

TRAINING = Path(__file__).resolve().parents[2]
CACHE = TRAINING / ".cache"
SUBJECTS_TSV = TRAINING / "subjects" / "subjects.tsv"
STARTER = TRAINING.parent / "starter" / "poster-diffusion"
