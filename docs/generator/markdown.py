"""Markdown to HTML: headings, paragraphs, lists, tables, code, links, images, emphasis.

What the documents use, no more; a line that none of the rules knows is part of a paragraph.
"""

import re

from dlfs2.page import escaped

FENCE = re.compile(r"```\w*\n(.*?)^```\n?", re.M | re.S)
OPTION, WHOLE = re.compile(r"(?<!\S)-[\w-]+"), r'<span class="whole">\g<0></span>'
ITEM = re.compile(r"(?:[-*]|(\d+)\.) +")
INLINE = re.compile(r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)|"
                    r"(?P<show>!)?\[(?P<text>(?:`[^`]*`|[^\]])*)\]\((?P<to>[^)\s]+)\)|"
                    r"\*\*(?P<strong>.+?)\*\*|\*(?P<em>[^*\s](?:[^*]*[^*\s])?)\*", re.S)


def inline(text, link):
    """Code, images, links and emphasis within a line; `link` as in render."""
    out, end = [], 0
    for match in INLINE.finditer(text):
        out.append(escaped(text[end:match.start()]))
        end = match.end()
        if match["code"]:
            code = match["code"].strip()
            where, inside = link("", code), OPTION.sub(WHOLE, escaped(code))
            shown = f"<code>{inside}</code>"
            out.append(f'<a href="{escaped(where)}">{shown}</a>' if where else shown)
        elif match["to"]:
            where, inside = escaped(link(match["to"], match["text"].strip("`"))), match["text"]
            shown = inline(inside, lambda target, text: link(target, text) if target else "")
            out.append(f'<img src="{where}" alt="{escaped(inside)}">' if match["show"] else
                       f'<a href="{where}">{shown}</a>')
        else:
            tag = "strong" if match["strong"] else "em"
            out.append(f"<{tag}>{inline(match[tag], link)}</{tag}>")
    return "".join(out) + escaped(text[end:])


def slug(heading):
    """The anchor of a heading, as code hosts make it: "Chapters 3 and 4" -> chapters-3-and-4."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def cells(row):
    """The cells of a line of a table, \\| read as |."""
    return [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", row.strip()[1:-1])]


def _table(lines, link, ids):
    rows, out = [cells(line) for line in lines], []
    for k, row in enumerate(rows[:1] + rows[2:]):
        name = re.search(r"\[`([\w.]+)`\]", row[-1])         # [`LSTM`](...): the row's anchor
        anchor = f' id="{name[1]}"' if name and name[1] not in ids else ""
        ids.add(name and name[1])
        tag = "td" if k else "th"
        inside = "".join(f"<{tag}>{inline(cell, link)}</{tag}>" for cell in row)
        out.append(f"<tr{anchor}>{inside}</tr>")
    return f'<div class="wide"><table>{"".join(out)}</table></div>'


def _list(lines, link):
    number = ITEM.match(lines[0])[1]
    items = re.split(r"\n(?=[-*] |\d+\. )", "\n".join(map(str.strip, lines)))
    inside = "".join(f"<li>{inline(ITEM.sub('', item, count=1), link)}</li>" for item in items)
    return f'<ol start="{number}">{inside}</ol>' if number else f"<ul>{inside}</ul>"


def _block(block, link, ids):
    """A part of a text between empty lines."""
    lines = block.split("\n")
    heading = re.match(r"(#+) +(.*)", lines[0])
    if heading:
        level, title = len(heading[1]), heading[2]
        return (f'<h{level} id="{escaped(slug(title))}">{inline(title, link)}</h{level}>'
                + (_block("\n".join(lines[1:]), link, ids) if lines[1:] else ""))
    if lines[0].startswith("    "):
        return f"<pre>{escaped(re.sub('^    ', '', block, flags=re.M))}</pre>"
    for k, line in enumerate(lines):                         # text, then a table or a list
        table, item = line.startswith("|"), ITEM.match(line)
        if table or (item and (not item[1] or k == 0)):
            before = f"<p>{inline(chr(10).join(lines[:k]), link)}</p>" if k else ""
            return before + (_table(lines[k:], link, ids) if table else _list(lines[k:], link))
    return f"<p>{inline(block, link)}</p>"


def render(text, link=lambda target, text: target):
    """The HTML of a text; link(target, text) is an address, link("", code) that of code or ""."""
    ids, out = set(), []
    for k, piece in enumerate(FENCE.split(text)):            # every second one is code
        blocks = re.split(r"\n\s*\n", piece.strip("\n"))
        out += [f"<pre>{escaped(piece.rstrip())}</pre>"] if k % 2 else \
            [_block(block, link, ids) for block in blocks if block.strip()]
    return "\n".join(out)
