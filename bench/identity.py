"""What an identity translator changes (nothing), and what hostile ones break, over a folder of real posts.

    python bench/identity.py CORPUS [--only upper,random] [--limit N]

Prints per translator: files, structure kept, segments kept in the source language, seconds and MB/s. Exits
1 when an identity isn't byte-identical, anything crashes, or a hostile translator breaks a file.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from polypost.errors import PostError
from polypost.markdown.document import parse
from polypost.markdown.verify import same_structure
from polypost.text import localize

Translate = Callable[[Sequence[str]], Sequence[str]]
ACCENTS = str.maketrans("aeioucnsyAEIOUCNSY", "áéíóúçñšýÁÉÍÓÚÇÑŠÝ")
METACHARACTERS = [
    *"\\`*_{}[]()#+-.!<>|~$&:;=\"'/@^%\n\t",
    "```",
    "---",
    "1. ",
    "- ",
    "> ",
    "# ",
    "{{",
    "}}",
    "{%",
    "<div>",
    "</",
    "<!--",
    "](",
    "![",
    "$$",
    "&lt;",
    "import x",
]


def accents(text: str) -> str:
    return text.translate(ACCENTS) + " lorem" * max(1, len(text) // 20)


def chinese(text: str) -> str:
    """CJK without spaces and with full-width punctuation; stand-ins stay."""
    full = str.maketrans(",.!?:;()", "，。！？：；（）")
    words = [
        w
        if "XENT" in w
        else "".join(chr(0x4E00 + ord(c) % 0x2000) if c.isalpha() else c for c in w).translate(full)
        for w in text.split()
    ]
    return "".join(words)


def random_signs(text: str) -> str:
    rng = random.Random(text)
    out = []
    for word in text.split(" "):
        before = rng.choice(METACHARACTERS) if rng.random() < 0.3 else ""
        after = rng.choice(METACHARACTERS) if rng.random() < 0.2 else ""
        out.append(before + word + after)
    return " ".join(out)


HOSTILE: dict[str, Callable[[str], str]] = {
    "upper": str.upper,
    "accents": accents,
    "chinese": chinese,
    "right-to-left": lambda t: " ".join(
        "".join(chr(0x5D0 + ord(c) % 27) if c.isalpha() else c for c in w) if "XENT" not in w else w
        for w in t.split()
    ),
    "brackets": lambda t: f"[{t} one two]",
    "reversed": lambda t: " ".join(reversed(t.split())),
    "random signs": random_signs,
    "dropped": lambda t: " ".join(
        w for w in t.upper().split() if not any(s in w for s in ("XENT", "ITEM", "ZZCIT"))
    ),
    "doubled": lambda t: f"{t} {t}".upper(),
    "empty": lambda _: "",
    "control": lambda t: "\u202e\x07".join(t.upper()) + "\r\n\u2028x\0",
    "ten times": lambda t: " ".join([t.lower().replace("xent", "")] * 10) + t,
}


def identity(name: str, files: Sequence[tuple[str, bytes]]) -> int:
    wrong = refused = 0
    size = sum(len(c) for _, c in files)
    began = time.perf_counter()
    reasons: Counter[str] = Counter()
    for path, content in files:
        try:
            result = localize(content, list, path=path)
        except PostError as error:
            refused += 1
            reasons[error.code] += 1
            continue
        except Exception as error:  # noqa: BLE001  a crash is a result here
            print(f"  CRASH {path}: {type(error).__name__}: {error}")
            wrong += 1
            continue
        if result.content != content or result.findings:
            print(f"  CHANGED {path} {result.findings[:2]}")
            wrong += 1
    seconds = time.perf_counter() - began
    speed = size / 1e6 / seconds
    print(
        f"{name:<14} {len(files)} files, {wrong} wrong, {refused} refused {dict(reasons)}, {speed:.2f} MB/s"
    )
    return wrong


def hostile(
    name: str, change: Callable[[str], str], files: Sequence[tuple[str, bytes]], verbose: bool
) -> int:
    wrong = segments = kept = count = 0
    findings: Counter[str] = Counter()
    size = sum(len(c) for _, c in files)
    began = time.perf_counter()
    for path, content in files:
        try:
            segments += len(parse(content, path=path).segments)
            result = localize(content, lambda texts: [change(t) for t in texts], path=path)
        except PostError:
            continue
        except Exception as error:  # noqa: BLE001  a crash is a result here
            print(f"  CRASH {path}: {type(error).__name__}: {error}")
            wrong += 1
            continue
        count += 1
        kept += len(result.kept)
        findings.update(f.code for f in result.findings)
        if verbose:
            for finding in result.findings:
                if finding.code == "kept-source":
                    print(f"  {path}:{finding.line} {finding.message}")
        if same_structure(content, result.content, path=path):
            print(f"  BROKEN {path}")
            wrong += 1
    seconds = time.perf_counter() - began
    print(
        f"{name:<14} {count} files, {100 * (1 - wrong / max(1, count)):.2f} % intact,"
        f" {100 * kept / max(1, segments):.3f} % of {segments} segments kept,"
        f" {dict(findings)}, {size / 1e6 / seconds:.2f} MB/s"
    )
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--only", default="", help="names, comma separated; `identity` among them")
    parser.add_argument(
        "--limit", type=int, default=0, help="every n-th file, so that about this many are read"
    )
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    paths = sorted(p for p in options.corpus.rglob("*") if p.suffix in (".md", ".mdx") and p.is_file())
    if options.limit:
        paths = paths[:: max(1, len(paths) // options.limit)]
    files = [(str(p.relative_to(options.corpus)), p.read_bytes()) for p in paths]
    only = set(filter(None, options.only.split(",")))
    wrong = 0
    if not only or "identity" in only:
        unix = [(p, c.replace(b"\r\n", b"\n")) for p, c in files]
        wrong += identity("identity", files)
        wrong += identity("as CRLF", [(p, c.replace(b"\n", b"\r\n")) for p, c in unix])
        wrong += identity(
            "with BOM", [(p, c if c.startswith(b"\xef\xbb\xbf") else b"\xef\xbb\xbf" + c) for p, c in files]
        )
    for name, change in HOSTILE.items():
        if not only or name in only:
            wrong += hostile(name, change, files, options.verbose)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
