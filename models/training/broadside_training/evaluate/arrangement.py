"""Where several subjects stand: the same rules and the same tables as the studio's src-main/engine/pipelines/arrangement.ts, for square pictures."""
import json
from pathlib import Path

_PIPELINES = Path(__file__).resolve().parents[4] / "src-main" / "engine" / "pipelines"
_TABLES = json.loads((_PIPELINES / "arrangement.json").read_text())
GROUPS = {int(count): places for count, places in _TABLES["groups"].items()}
POSES = _TABLES["poses"]


def widened(place):
    """One place grows when several share it, as far as the picture goes."""
    cx, cy, size = place
    side = min(0.96, size * 1.4)
    kept = lambda at: min(1 - side / 2, max(side / 2, at))
    return kept(cx), kept(cy), side


def inside(box, place):
    return box[0] + (place[0] - 0.5) * box[2], box[1] + (place[1] - 0.5) * box[2], place[2] * box[2]


def group(place, count):
    """Placements of `count` of a kind in the place of one, which nobody else is in."""
    return [inside(widened(place), one) for one in GROUPS[count]]


def pair(place, relation):
    """(subject, placement) in the order in which they are drawn; subject 0 is the figure, 1 the landmark."""
    pose = POSES[relation]
    items = [(0, inside(widened(place), pose["figure"])), (1, inside(widened(place), pose["landmark"]))]
    return items[::-1] if pose["front"] == "figure" else items
