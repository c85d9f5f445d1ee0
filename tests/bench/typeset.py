"""The same guide for Typst, and a warm process of it in an environment of its own.

It reads one source a line (JSON) and answers with the length of the PDF in bytes, or the reason why there is none.
"""

import json
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from portal.config import ROOT

VERSION = "0.15.0"
CHILD = """
import json, sys, typst
fonts, root, source = sys.argv[1:4]
for line in sys.stdin:
    open(source, "w").write(json.loads(line))
    try:
        print(len(typst.compile(source, root=root, font_paths=[fonts], pdf_standards="ua-1")), flush=True)
    except Exception as wrong:
        print(json.dumps(str(wrong)), flush=True)
"""
HEAD = """#set document(title: "{title}")
#set page(paper: "a4", margin: (x: 18mm, y: 21mm))
#set page(footer: [{edition} #h(1fr) #context counter(page).display("1 / 1", both: true)])
#set text(font: "Noto Sans SC", size: 11.5pt, lang: "zh")
#set table(stroke: .6pt, inset: 2mm)
#show heading.where(level: 2): it => [#it #line(length: 100%, stroke: 1.2pt)]
#let card(n, title, words) = block(stroke: .9pt, radius: 2.5mm, inset: 3mm, width: 100%, breakable: false)[=== #n #title
#words]
"""


def quoted(words: str) -> str:
    """Words as text of Typst."""
    return f"#text({json.dumps(words, ensure_ascii=False)})"


def table(columns: tuple[str, ...], rows: Any) -> str:
    """A table with a head."""
    cells = "".join(f"[{quoted(cell)}]," for row in rows for cell in row)
    head = "".join(f"[{quoted(name)}]," for name in columns)
    return f"#table(columns: ({'1fr,' * len(columns)}), table.header({head}), {cells})\n"


def figures(part: Any) -> str:
    """The drawings of a part, two beside each other."""
    drawn = "".join(
        f'[#image("/templates/drawings/{it.drawing}.svg", alt: {json.dumps(it.caption, ensure_ascii=False)})'
        f"{quoted(it.caption)}],"
        for it in part.figure
    )
    return f"#grid(columns: (1fr, 1fr), gutter: 4mm, {drawn})\n"


def written(facts: Mapping[str, Any], person: Any) -> str:
    """A guide's text, tables, cards and drawings as Typst's source."""
    guide, reasons = facts["guide"], facts["reasons"]
    lines = [HEAD.format(title=guide.title, edition=guide.version), f"= {quoted(guide.title)}", quoted(guide.lead)]
    rows = (("店名", person.shop), ("编号", person.number), ("地方", person.place), ("日期", str(person.printed)))
    lines += [table(("", ""), rows), *(f"- {quoted(words)}" for words in person.left), "#pagebreak()"]
    for part in facts["parts"]:
        lines += ["#pagebreak(weak: true)"] if part.fresh else []
        lines += [f"== {quoted(part.title)}"] if part.title else []
        lines += [quoted(part.intro)] if part.intro else []
        lines += [figures(part)] if part.figure else []
        lines += [table(part.table.columns, part.table.rows)] if part.table else []
        lines += [f"- {quoted(point)}" for point in part.points]
        lines += [f"#card({n}, [{quoted(it.title)}], [{quoted(it.text)}])" for n, it in enumerate(part.step, 1)]
        told = [reasons[code] for code in part.reasons if code in reasons]
        lines += [table(("会这样说", "怎样避免"), [(it.meaning, it.mend) for it in told])] if told else []
        lines += [f"#block(breakable: false)[{quoted(it.text)} \\ {quoted(it.source)}]" for it in part.fact]
    return "\n\n".join(lines)


@contextmanager
def running(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A warm Typst, installed into `folder` once."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"typst=={VERSION}"], check=True)
    source = ROOT / "instance" / "bench.typ"
    source.parent.mkdir(exist_ok=True)
    command = [str(python), "-c", CHILD, str(ROOT / "portal" / "static" / "fonts"), str(ROOT), str(source)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)
        source.unlink(missing_ok=True)


def typeset(process: subprocess.Popen[str], source: str) -> int:
    """The bytes of a PDF that Typst makes."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(source) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    if not isinstance(answer, int):
        sys.exit(f"typst: {answer}")
    return answer
