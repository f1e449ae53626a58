"""Where several subjects stand: the same rules as the studio's src-main/engine/pipelines/arrangement.ts, for square pictures."""

GROUPS = {
    2: [(0.26, 0.5, 0.48), (0.74, 0.5, 0.48)],
    3: [(0.5, 0.26, 0.46), (0.24, 0.73, 0.46), (0.76, 0.73, 0.46)],
    4: [(0.26, 0.26, 0.46), (0.74, 0.26, 0.46), (0.26, 0.74, 0.46), (0.74, 0.74, 0.46)],
    5: [(0.18, 0.18, 0.32), (0.82, 0.18, 0.32), (0.5, 0.5, 0.32), (0.18, 0.82, 0.32), (0.82, 0.82, 0.32)],
}
# name: (figure, landmark, whether the figure is in front)
POSES = {
    "under": ((0.5, 0.77, 0.46), (0.5, 0.34, 0.68), True),
    "on": ((0.5, 0.27, 0.5), (0.5, 0.7, 0.6), True),
    "above": ((0.5, 0.24, 0.46), (0.5, 0.75, 0.5), True),
    "beside": ((0.26, 0.5, 0.5), (0.74, 0.5, 0.5), True),
    "before": ((0.5, 0.74, 0.5), (0.5, 0.39, 0.76), True),
    "behind": ((0.5, 0.32, 0.62), (0.5, 0.7, 0.58), False),
    "in": ((0.5, 0.31, 0.5), (0.5, 0.67, 0.64), False),
}


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
    figure, landmark, in_front = POSES[relation]
    items = [(0, inside(widened(place), figure)), (1, inside(widened(place), landmark))]
    return items[::-1] if in_front else items
