"""Training recipes of the models that Broadside ships.

One folder per model. Each has a `train.py` that runs as `python -m broadside_training.<model>.train --budget MINUTES`
on a CPU or a GPU alike, stops at its budget, and resumes from its checkpoint with `--resume`.
"""
