"""Pages of boards: what dbt Charts drew, with the structure that a reader of any kind needs.

dbt Charts writes a board as one SVG, tables and figures included. Here words become HTML again -
headings, figures, tables - and only what is a drawing stays SVG, with a text in its place and its
figures in a table. A page has no script, and asks for nothing from a network.
"""

import re
from itertools import groupby

from lxml import etree
from lxml.html import builder as html
from lxml.html import tostring

SVG = "{http://www.w3.org/2000/svg}"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"
# Columns that a template draws from, as "12.0,3.5 14.0,8.0".
POINTS = re.compile(r"-?[\d.]+,-?[\d.]+( -?[\d.]+,-?[\d.]+)*")
# More letters than this in a cell need a wide column, also on a phone.
LONG = 40

STYLE = """
:root { color-scheme: light; --ink: #222; --quiet: #595959; --line: #d0d3d9; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1200px; padding: 0 1.5rem 3rem; background: #fff;
  color: var(--ink);
  font: 1rem/1.45 "Inter Variable", Inter, system-ui, sans-serif; }
h1, h2, h3 { font: 500 1.2rem/1.15 "Source Serif 4", Georgia, serif; margin: 0; }
h1 { font-size: 2rem; margin: 1.5rem 0 .25rem; }
h2 { font-size: 1.35rem; }
p { margin: .25rem 0; max-width: 48rem; }
a { color: #1d4f8f; }
:focus-visible { outline: 3px solid #1d4f8f; outline-offset: 2px; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: .5rem 0;
  padding: 0; }
nav a { display: inline-block; padding: .3rem 0; }
nav [aria-current] { color: var(--ink); font-weight: 600; text-decoration: none;
  border-bottom: 3px solid; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; background: #fff; padding: .5rem; z-index: 1; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.quiet { color: var(--quiet); font-size: .9rem; }
.row { display: grid; gap: 2rem; align-items: start; margin-top: 2rem;
  grid-template-columns: var(--columns); }
.row > * { min-width: 0; }
section > h2 { margin-top: 2.5rem; padding-top: 1rem; border-top: 2px solid var(--ink); }
figure { margin: 0; }
svg { display: block; width: 100%; height: auto; }
.narrow { display: none; }
.only { min-width: 640px; }
.value { font: 500 2rem/1.1 "Source Serif 4", Georgia, serif; }
.label { font-weight: 600; }
.empty { border-left: 4px solid var(--quiet); padding-left: .75rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; margin-top: .5rem; }
th { text-align: left; vertical-align: bottom; border-bottom: 2px solid var(--ink); }
.long { min-width: 15rem; }
th, td { padding: .35rem .6rem; }
td { vertical-align: top; border-bottom: 1px solid var(--line); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
details { margin-top: .5rem; font-size: .9rem; }
summary { cursor: pointer; color: var(--quiet); padding: .3rem 0; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .5rem; }
@media (max-width: 760px) {
  body { padding: 0 .75rem 2rem; }
  .row { grid-template-columns: 1fr; gap: 1.5rem; }
  .wide { display: none; }
  .narrow { display: block; }
}
@media print {
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, details, .skip { display: none; }
  figure, tr { break-inside: avoid; }
  .scroll { overflow: visible; }
}
"""


def parsed(svg):
    return etree.fromstring(svg.encode(), etree.XMLParser(resolve_entities=False, huge_tree=True))


def words(element):
    """The text of an element: lines have a place of their own, parts of a word have none."""
    lines = [""]
    for part in element.iter(f"{SVG}text", f"{SVG}tspan"):
        if part is not element and part.get("y") is not None:
            lines.append("")
        lines[-1] += part.text or ""
        if part is not element:
            lines[-1] += part.tail or ""
    return " ".join(" ".join(line.split()) for line in lines if line.strip())


def texts(element):
    return [words(text) for text in element.iter(f"{SVG}text")]


def offset(element):
    found = re.match(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", element.get("transform", ""))
    return (float(found[1]), float(found[2])) if found else (0, 0)


def parts(element, x=0, y=0):
    """(kind, x, y, element) of what a board shows, in the order of reading."""
    for child in element.iterchildren(f"{SVG}g", f"{SVG}svg"):
        moved = offset(child)
        at = (x + moved[0], y + moved[1])
        kind = child.get("data-authored-kind")
        if child.get("data-chart-id"):
            yield "chart", *at, child
        elif kind in ("title", "text"):
            yield kind, *at, child
        elif child.get("data-dbt-variables") is None:
            yield from parts(child, *at)


def fonts(*roots):
    """What @font-face rules a board has, each once."""
    rules = {}
    for root in roots:
        for style in root.iter(f"{SVG}style"):
            rules |= dict.fromkeys(re.findall(r"@font-face\s*{[^}]*}", style.text or ""))
    return "\n".join(rules)


def as_text(column, value):
    if value is None:
        return "-"
    if isinstance(value, float) and column.endswith(("rate", "share")):
        return f"{value:.1%}"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"
    return str(value)


def scrolling(title, element):
    """What scrolls must be in reach of a keyboard, and have a name."""
    scroll = html.DIV(element, html.CLASS("scroll"))
    scroll.attrib.update({"tabindex": "0", "role": "region", "aria-label": title})
    return scroll


def table(title, columns, rows):
    """Rows of (text, is it a number, background)."""
    head = html.TR(*(html.TH(name, scope="col", **number) for name, number in columns))
    body = []
    for row in rows:
        cells = []
        for text, is_number, background in row:
            cell = html.TD(text)
            if is_number:
                cell.set("class", "number")
            elif len(text) > LONG:
                cell.set("class", "long")
            if background:
                cell.set("style", f"background: {background}")
            cells.append(cell)
        body.append(html.TR(*cells))
    caption = html.CAPTION(title, html.CLASS("unseen"))
    return scrolling(title, html.TABLE(caption, html.THEAD(head), html.TBODY(*body)))


def data_table(title, rows):
    drawn = {
        column
        for column in rows[0]
        if any(isinstance(row[column], str) and POINTS.fullmatch(row[column]) for row in rows)
    }
    columns = [column for column in rows[0] if column not in drawn]
    numbers = {
        column: any(isinstance(row[column], (int, float)) for row in rows) for column in columns
    }
    return table(
        title,
        [
            (column.replace("_", " "), {"class": "number"} if numbers[column] else {})
            for column in columns
        ],
        [
            [(as_text(column, row[column]), numbers[column], None) for column in columns]
            for row in rows
        ],
    )


def drawn_table(title, chart):
    """A table as it was drawn: its words, its figures as printed, and the colour behind each."""
    header = [
        text
        for text in chart.iter(f"{SVG}text")
        if text.get("data-col") is None and text.get("data-authored-kind") is None
    ]
    width = float(chart.get("data-chart-width"))
    rows, background = [], None
    for element in chart.iter(f"{SVG}rect", f"{SVG}text"):
        if element.tag == f"{SVG}rect":
            is_cell = (
                1 < float(element.get("height", 0)) and float(element.get("width")) < width / 2
            )
            background = element.get("fill") if is_cell else None
        elif element.get("data-col") is not None:
            if element.get("data-col") == "0":
                rows.append([])
            rows[-1].append((words(element), element.get("data-value") is not None, background))
            background = None
    numbers = [any(cell[1] for cell in column) for column in zip(*rows)]
    rows = [
        [(cell[0], is_number, cell[2]) for cell, is_number in zip(row, numbers)] for row in rows
    ]
    columns = [
        (words(text), {"class": "number"} if is_number else {})
        for text, is_number in zip(header, numbers)
    ]
    return table(title, columns, rows)


def picture(chart, sentence, size, prefix):
    """One drawing as an image with a text in its place; marks keep their words as tooltips."""
    width, height = chart.get("data-chart-width"), chart.get("data-chart-height")
    source = etree.tostring(chart, encoding="unicode")
    # The drawings of one page share its ids.
    source = re.sub(r'( id="|url\(#|href="#)', rf"\g<1>{prefix}-", source)
    copy = parsed(source)
    for element in copy.iter(etree.Element):
        label = element.attrib.pop("aria-label", None)
        for name in list(element.attrib):
            if name.startswith(("aria-", "data-", "{")) or name in ("role", "tabindex"):
                del element.attrib[name]
        if label and element.tag == f"{SVG}path":
            tip = etree.SubElement(element, f"{SVG}title")
            tip.text = label.replace("\u2061", "")
    for element in copy.iter(etree.Element):
        element.tag = etree.QName(element).localname
    etree.cleanup_namespaces(copy)
    svg = etree.Element("svg", viewBox=f"0 0 {width} {height}", width=width, height=height)
    svg.attrib.update({"role": "img", "aria-label": sentence, "class": size})
    # Letters of 11 pixels grow to 16 at most.
    svg.set("style", f"max-width: {1.45 * float(width):.0f}px")
    svg.append(copy)
    return svg


def figure(chart, narrow, board, level):
    """A chart of any type as HTML."""
    name, kind = chart.get("data-chart-id"), chart.get("data-chart-type")
    definition = board["charts"].get(name, {})
    title = (
        definition.get("title") or definition.get("label") or name.replace("_", " ").capitalize()
    )
    query = board["queries"].get(definition.get("query"), {})
    subtitle = definition.get("subtitle", "")
    head = [getattr(html, f"H{level}")(title)]
    head += [html.P(subtitle, html.CLASS("quiet"))] if subtitle else []
    if kind == "callout":
        return html.DIV(*(html.P(text) for text in texts(chart)))
    if query and not query.get("rows"):
        why = query.get("notes") or "There are no rows for this choice."
        return html.FIGURE(*head, html.P(why, html.CLASS("empty")), id=f"chart-{name}")
    if kind == "kpi":
        value, label, *support = texts(chart)
        lines = [html.P(value, html.CLASS("value")), html.P(label, html.CLASS("label"))]
        lines += [html.P(text, html.CLASS("quiet")) for text in support]
        return html.DIV(*lines, id=f"chart-{name}")
    if kind == "table":
        return html.FIGURE(*head, drawn_table(title, chart), id=f"chart-{name}")
    sentence = f"Chart: {title}. {subtitle} Its figures are in the table below."
    if definition.get("is_wide"):
        figures = [scrolling(title, picture(chart, sentence, "only", "w"))]
    else:
        figures = [picture(chart, sentence, "wide", "w"), picture(narrow, sentence, "narrow", "n")]
    summary = html.SUMMARY(f"Figures: {title}")
    figures.append(html.DETAILS(summary, data_table(title, query["rows"])))
    return html.FIGURE(*head, *figures, id=f"chart-{name}")


def content(wide, narrow, board):
    """The rows of a board; a title opens a section."""
    drawn = {
        chart.get("data-chart-id"): chart for chart in narrow.iter() if chart.get("data-chart-id")
    }
    container, level = html.DIV(), 2
    result = [container]
    items = [item for item in parts(wide) if item[3].get("data-authored-path") != "title"]
    for (kind, _), row in groupby(items, key=lambda item: (item[0], round(item[2]))):
        row = list(row)
        if kind == "title":
            container, level = html.SECTION(html.H2(" ".join(texts(row[0][3])))), 3
            result.append(container)
        elif kind == "text":
            container.append(html.P(" ".join(texts(row[0][3]))))
        else:
            widths = [float(chart.get("data-chart-width")) for *_, chart in row]
            figures = [
                figure(chart, drawn[chart.get("data-chart-id")], board, level) for *_, chart in row
            ]
            columns = " ".join(f"minmax(0, {width:.0f}fr)" for width in widths)
            container.append(html.DIV(*figures, html.CLASS("row"), style=f"--columns: {columns}"))
    return [one for one in result if len(one)]


def links(label, pages, current):
    """Navigation; `pages` is {file: title}."""
    items = []
    for file, title in pages.items():
        link = html.A(title, href=file)
        if file == current:
            link.set("aria-current", "page")
        items.append(html.LI(link))
    nav = html.NAV(html.UL(*items))
    nav.set("aria-label", label)
    return nav


def page(title, navigation, body, faces="", footer=()):
    policy = {"http-equiv": "Content-Security-Policy", "content": POLICY}
    document = html.HTML(
        html.HEAD(
            html.META(charset="utf-8"),
            html.META(**policy),
            html.META(name="viewport", content="width=device-width, initial-scale=1"),
            html.TITLE(f"{title} - Waymark"),
            html.STYLE(faces + STYLE),
        ),
        html.BODY(
            html.A("Skip to the content", html.CLASS("skip"), href="#content"),
            html.HEADER(navigation),
            html.MAIN(html.H1(title), *body, id="content"),
            html.FOOTER(html.P(*footer, html.CLASS("quiet"))),
        ),
        lang="en",
    )
    return tostring(document, doctype="<!doctype html>", encoding="utf-8")
