"""A page with bar charts that needs nothing but itself: no script, font or image from elsewhere."""

import html
import math

COLORS = ["#5b7cbd", "#e07b39", "#3a9d75", "#a45cb5", "#c9a227", "#5aa7c7", "#b8475b", "#7f8c8d"]

_STYLE = """
:root { color-scheme: light dark; --ink: #222; --soft: #667; --line: #ddd; --paper: #fff; --band: #f6f7f9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --soft: #99a; --line: #3a3d42; --paper: #17191c; --band: #1f2226; } }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; color: var(--soft); } dd { margin: 0; }
p.note { color: var(--soft); max-width: 60rem; }
.key span { display: inline-block; margin-right: 1.2rem; } .key i { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .4em; }
.chart { display: grid; grid-template-columns: max-content 1fr; gap: .45rem .8rem; align-items: center; margin: 1rem 0; }
.chart > b { font-weight: normal; text-align: right; } .chart > b.mean { font-weight: 600; }
.bars { position: relative; border-left: 1px solid var(--line); }
.bar { display: flex; align-items: center; height: 1.05rem; font-size: .78rem; color: var(--soft); white-space: nowrap; }
.bar i { display: block; height: .72rem; border-radius: 0 3px 3px 0; margin-right: .4rem; }
.one { position: absolute; top: 0; bottom: 0; border-left: 1px dashed var(--soft); opacity: .6; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; } details { margin: .5rem 0; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: right; } th:first-child, td:first-child { text-align: left; }
table.text td, table.text th { text-align: left; } tr:nth-child(even) { background: var(--band); } td.bad { color: #c0392b; }
"""


def chart(table):
    """Horizontal bars, one group a row; ratios get a line at 1."""
    values = [value for _, bars in table.bars for _, value, _ in bars if value]
    if not values:
        return ""
    top = max(values)
    if table.unit == "x":
        # One very long bar shall not flatten the others.
        ordered = sorted(values)
        top = max(1.15, min(top, 1.6 * ordered[math.ceil(0.95 * len(ordered)) - 1]))
    parts = ['<div class="chart">']
    for label, bars in table.bars:
        mean = ' class="mean"' if label.startswith("geometric mean") else ""
        parts.append(f"<b{mean}>{html.escape(label)}</b><div class='bars'>")
        if table.unit == "x":
            parts.append(f"<span class='one' style='left:{80 / top:.2f}%'></span>")
        for series, value, text in bars:
            color = COLORS[table.series.index(series) % len(COLORS)] if series in table.series else COLORS[0]
            length = 80 * min(value, top) / top if value else 0
            parts.append(
                f"<div class='bar' title='{html.escape(series, True)}'>"
                f"<i style='width:{length:.2f}%;background:{color}'></i>{html.escape(text)}</div>"
            )
        parts.append("</div>")
    parts.append("</div>")
    return "\n".join(parts)


def rows(table):
    kind = ' class="text"' if table.title == "Failures" else ""
    parts = [f"<table{kind}><tr>", *(f"<th>{html.escape(column)}</th>" for column in table.columns), "</tr>"]
    for row in table.rows:
        cells = []
        for cell in row:
            bad = ' class="bad"' if cell == "failed" else ""
            text = html.escape(cell)
            if text.startswith("**"):
                text = f"<b>{text.strip('*')}</b>"
            cells.append(f"<td{bad}>{text}</td>")
        parts.append("<tr>" + "".join(cells) + "</tr>")
    parts.append("</table>")
    return "".join(parts)


def page(title, facts, tables):
    """The whole page as text."""
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{html.escape(title)}</h1><dl>",
        *(f"<dt>{html.escape(key)}</dt><dd>{html.escape(str(value))}</dd>" for key, value in facts.items()),
        "</dl>",
    ]
    for table in tables:
        parts.append(f"<h2>{html.escape(table.title)}</h2>")
        if table.note:
            parts.append(f"<p class='note'>{html.escape(table.note)}</p>")
        drawn = chart(table)
        if drawn:
            key = "".join(
                f"<span><i style='background:{COLORS[i % len(COLORS)]}'></i>{html.escape(name)}</span>"
                for i, name in enumerate(table.series)
            )
            parts.append(f"<p class='key'>{key}</p>{drawn}<details><summary>numbers</summary>{rows(table)}</details>")
        else:
            parts.append(rows(table))
    parts.append("</body></html>")
    return "\n".join(parts) + "\n"
