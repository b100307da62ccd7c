#!/usr/bin/env python3
"""Checks the Markdown of the repository: relative links, anchors and paths lead somewhere, every page of docs/ is in its index, and C++
under a line `<!-- from FILE -->` stands in FILE as it is there, its parts (between empty lines) in the order of FILE. Prints each fault; exit 1 if there is one.

Usage: scripts/check_docs.py. Python's standard library only."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("web/src/**/*.md")]
FENCE = re.compile(r"```.*?```", re.S)


def anchors(text):
    """GitHub's anchors of headings."""
    out, count = set(), {}
    for heading in re.findall(r"^#+ (.*)$", FENCE.sub("", text), re.M):
        heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        anchor = re.sub(r"[^\w\- ]", "", heading).replace(" ", "-")
        n = count.get(anchor, 0)
        count[anchor] = n + 1
        out.add(f"{anchor}-{n}" if n else anchor)
    return out


def links(text):
    plain = re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))
    return re.findall(r"\]\(([^)\s]+)\)", plain) + re.findall(r'<img src="([^"]+)"', plain)


def link_faults(page):
    for link in links(page.read_text()):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            yield f"{page.relative_to(ROOT)}: no such file: {link}"
        elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text()):
            yield f"{page.relative_to(ROOT)}: no such heading: {link}"


def code_faults(page):
    for name, code in re.findall(r"<!-- from (\S+) -->\n```cpp\n(.*?)```", page.read_text(), re.S):
        source, end = (ROOT / name).read_text(), 0
        for part in re.split(r"\n\n", code.strip("\n")):
            first = part.splitlines()[0] if part else "(nothing)"
            at = source.find(part, end)
            if not part or part not in source:
                yield f"{page.relative_to(ROOT)}: not in {name}: {first}"
            elif at < 0:
                yield f"{page.relative_to(ROOT)}: in another order than in {name}: {first}"
            else:
                end = at + len(part)


def path_faults(page):
    for path in re.findall(r"`((?:src|cli|tests|scripts|examples|docs|bench|fuzz)/[\w./-]+)", FENCE.sub("", page.read_text())):
        if not re.search(r"[A-Z]{4}", path) and not (ROOT / path.rstrip(".")).exists():
            yield f"{page.relative_to(ROOT)}: no such file: {path}"


def index_faults():
    index = ROOT / "docs" / "README.md"
    there = {(index.parent / link.partition("#")[0]).resolve() for link in links(index.read_text())}
    for page in ROOT.glob("docs/**/*.md"):
        if page != index and page not in there:
            yield f"docs/README.md: does not link {page.relative_to(ROOT / 'docs')}"


faults = [fault for page in PAGES for fault in (*link_faults(page), *code_faults(page), *path_faults(page))] + list(index_faults())
print("\n".join(faults), end="\n" if faults else "")
sys.exit(bool(faults))
