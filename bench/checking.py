"""What the checks cost beside the text side: python bench/checking.py CORPUS [--limit N] [--rounds N].

Each English post is localized by a translator that answers like a good one: other words, a letter longer
here and there and with an accent, and all else as it was. What it was asked for, and its answers, are then
looked at by the checks. Measured is CPU time, round by round, since other work on the machine slows
both; a ratio is the median of the rounds'. Language identification is reported apart, its loading too.

Exits 1 when the checks beside it take more than 5 % of the text side's time, or complain about more than 2 %.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from corpus import Post, posts

from polypost import localize
from polypost.checks import Pair, look, tongues

BAR = 0.05
ALARMS = 0.02
_OTHER = str.maketrans("aeioubcdfglmnprstv", "eaáieptgvbnrlmdzsc")
"""Letters for letters: no word stays, and no language comes out, which is why py3langid isn't asked here."""
_KEPT = ("XENT", "_", "@")
_FOREIGN = 0.05
_LONGER = 4


def translated(sentence: str) -> str:
    return " ".join(map(_word, sentence.split()))


def _word(word: str) -> str:
    """A letter more in a longer one: about what Spanish takes."""
    if any(map(word.__contains__, _KEPT)) or not word[:1].isalpha():
        return word
    other = word.translate(_OTHER)
    return f"{other[0]}e{other[1:]}" if len(word) > _LONGER else other


def is_english(post: Post) -> bool:
    """Hardly anything in it that isn't ASCII."""
    text = post.text() or ""
    return len(text.encode()) - len(text) < _FOREIGN * len(text)


def seconds(pairs: Sequence[Pair]) -> tuple[float, int]:
    """CPU seconds of the checks but language identification, and how many pairs they complain about."""
    start = time.process_time()
    bad = sum(bool(look(pair, identify=False)) for pair in pairs)
    return time.process_time() - start, bad


def altogether(pairs: Sequence[Pair]) -> float:
    start = time.process_time()
    for pair in pairs:
        look(pair)
    return time.process_time() - start


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    found = [post for post in posts(options.corpus, options.limit) if is_english(post)]
    pairs: list[Pair] = []

    own = 0.0

    def translate(texts: Sequence[str]) -> list[str]:
        nonlocal own
        start = time.process_time()
        answers = [translated(text) for text in texts]
        pairs.extend(Pair(text, answer, "es") for text, answer in zip(texts, answers, strict=True))
        own += time.process_time() - start
        return answers

    ratios, speeds = [], []
    everything: list[Pair] = []
    for _ in range(options.rounds):
        core, spent, bad = 0.0, 0.0, 0
        everything.clear()
        for post in found:
            pairs.clear()
            own = 0.0
            start = time.process_time()
            localize(post.content, translate, path=post.path, dialect=post.spoken, check=False)
            core += time.process_time() - start - own
            took, flagged = seconds(pairs)
            spent, bad = spent + took, bad + flagged
            everything += pairs
        ratios.append(spent / core)
        speeds.append((core, spent))
    pairs = everything
    start = time.process_time()
    tongues.loaded()
    loading = time.process_time() - start
    both = altogether(pairs)
    ratio = statistics.median(ratios)
    core, spent = (statistics.median(column) for column in zip(*speeds, strict=True))
    each = 1e6 / len(pairs)
    print(f"{len(found)} posts, {len(pairs)} sentences, {sum(len(p.source) for p in pairs)} characters")
    print(f"text side {core * each:.1f} us for each, checks {spent * each:.2f} us: {ratio:.1%}")
    print(f"language identification {(both - spent) * each:.1f} us for each, once {loading:.2f} s to load")
    print(f"{bad} flagged ({bad / len(pairs):.2%})")
    return 0 if ratio <= BAR and bad <= ALARMS * len(pairs) else 1


if __name__ == "__main__":
    sys.exit(main())
