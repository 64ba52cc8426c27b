# SPDX-License-Identifier: MIT
"""Pictures of what was measured: how the cost for each client grows with the clients, and that of an event with the
events. SVG, drawn by hand: nothing is needed to see it but a browser.
"""

import os
import re
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 360, 70, 50, 40
COLOURS = {"ours": "#1b6ca8", "floor": "#8a8a8a", "naive": "#c2402a"}


def series(rows, group, pattern):
    """{name: [(label, value)]} of the rows whose text has a number that `pattern` finds."""
    found = {name: [] for name in COLOURS}
    for row in rows:
        match = re.search(pattern, row["what"]) if row["group"] == group else None
        for name in COLOURS if match else ():
            if row.get(name) is not None:
                found[name].append((match[1], row[name]))
    return {name: points for name, points in found.items() if points}


def ceiling(value):
    """A round number that is not smaller."""
    size = 10 ** (len(str(int(value))) - 1)
    return -(-value // size) * size


def draw(title, below, found):
    labels = [label for label, _ in next(iter(found.values()))]
    top = ceiling(max(value for points in found.values() for _, value in points))
    step = (WIDTH - LEFT - 20) / max(1, len(labels) - 1)

    def place(i, value):
        return LEFT + i * step, HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>', f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>']
    for tick in range(5):
        _, y = place(0, top * tick / 4)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - 20}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dddddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{top * tick / 4:g} ns</text>')
    for i, label in enumerate(labels):
        parts.append(f'<text x="{place(i, 0)[0]:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{escape(label)}</text>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 10}" text-anchor="middle">{escape(below)}</text>')
    for number, (name, points) in enumerate(found.items()):
        at = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(i, value) for i, (_, value) in enumerate(points)))
        parts.append(f'<polyline points="{at}" fill="none" stroke="{COLOURS[name]}" stroke-width="2"/>')
        parts.append(f'<text x="{WIDTH - 30 - 60 * number}" y="20" text-anchor="end" fill="{COLOURS[name]}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


PICTURES = {
    "fan-out.svg": ("CPU per event and client", "clients", "fan-out", r"delivery to (\d+)"),
    "growth.svg": ("CPU per event", "events", "growth", r"of (10\^\d+) events"),
}


def write(rows, folder):
    os.makedirs(folder, exist_ok=True)
    for name, (title, below, group, pattern) in PICTURES.items():
        found = series(rows, group, pattern)
        if not found:
            continue
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(draw(title, below, found))
