"""A bar chart as SVG: one bar a contender, on a logarithmic scale."""

import math
from xml.sax.saxutils import escape

LABEL_WIDTH, PLOT_WIDTH, VALUE_WIDTH = 110, 520, 90
BAR_HEIGHT, BAR_GAP, TOP, BOTTOM = 20, 10, 44, 34

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 15px; font-weight: 600 }
  .tick { font-size: 11px; fill: #6e7781 }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .bar { fill: #afb8c1 }
  .ours { fill: #1a7f5a }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .tick { fill: #8d96a0 }
    .grid { stroke: #30363d }
    .bar { fill: #6e7681 }
    .ours { fill: #3fb98a }
  }
"""


def bars(title: str, unit: str, values: dict[str, float], ours: str) -> str:
    """The chart of positive values by name, in the order given."""
    low = math.floor(math.log10(min(values.values())))
    high = math.ceil(math.log10(max(values.values())))
    scale = PLOT_WIDTH / max(1, high - low)
    height = TOP + len(values) * (BAR_HEIGHT + BAR_GAP) + BOTTOM
    width = LABEL_WIDTH + PLOT_WIDTH + VALUE_WIDTH

    def x(value: float) -> float:
        return LABEL_WIDTH + (math.log10(value) - low) * scale

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">',
        f"<style>{STYLE}</style>",
        f'<text class="title" x="{LABEL_WIDTH}" y="22">{escape(title)}</text>',
    ]
    for exponent in range(low, high + 1):
        at = x(10**exponent)
        lines.append(f'<line class="grid" x1="{at:.1f}" y1="{TOP - 8}" x2="{at:.1f}" y2="{height - BOTTOM}"/>')
        lines.append(
            f'<text class="tick" x="{at:.1f}" y="{height - BOTTOM + 16}" text-anchor="middle">{10.0**exponent:g} {unit}</text>'
        )
    for index, (name, value) in enumerate(values.items()):
        y = TOP + index * (BAR_HEIGHT + BAR_GAP)
        kind = "bar ours" if name == ours else "bar"
        middle = y + BAR_HEIGHT - 5
        lines += [
            f'<text x="{LABEL_WIDTH - 8}" y="{middle}" text-anchor="end">{escape(name)}</text>',
            f'<rect class="{kind}" x="{LABEL_WIDTH}" y="{y}" width="{x(value) - LABEL_WIDTH:.1f}" height="{BAR_HEIGHT}" rx="2"/>',
            f'<text x="{x(value) + 6:.1f}" y="{middle}">{value:.3g} {unit}</text>',
        ]
    return "\n".join(lines + ["</svg>", ""])
