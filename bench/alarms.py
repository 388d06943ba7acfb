"""False alarms of the checks, and faults found: python bench/alarms.py [DJANGO] [--sentences N] [--seed N].

The pairs are the messages of Django's catalogs with the translations that people made (`catalogs.py` says how
they are prepared). DJANGO is the folder of an unpacked Django; without it, the one that is installed is taken
(`uv sync --group catalogs`). By the hash of its text a message is in one half or in the other, in all
languages. `--fit` fits the usual lengths on the first half, and writes src/polypost/data/length_ratios.csv.
Everything else is measured on the second.

- flagged: of N translations, all languages alike, those that any check complains about. They are taken for
  good, though some are not. Also of those with four words and more, and by check and language.
- found: of the same translations with a fault put in (`seeds.py`), those that any check complains about. Both
  of all, and of those that aren't exempt by design: a lone word or a name may be the same in two languages,
  and of short text neither language nor length can be told. Where few can have a fault, all are taken.

Exits 1 when more than 2 % are flagged, or a fault's bar is missed where it isn't exempt.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from catalogs import Message, folder, messages
from seeds import SEEDS, Seed

from polypost.checks import Complaint, Pair, look
from polypost.checks.ratios import MIDDLE, SLOPE

BAR = 0.02
FEW = 1000
"""A fault that fewer of the translations can have is put into all of the half."""
RATIOS = Path(__file__).parents[1] / "src/polypost/data/length_ratios.csv"
LEAST = 16
"""Characters; shorter messages say little of a language's length."""
ENOUGH = 20
"""Messages; of a language with fewer no ratio is written."""
SHOWN = 12


def complaints(message: Message, target: str) -> tuple[Complaint, ...]:
    return look(Pair(message.source, target, message.language))


def fit(all_messages: Sequence[Message]) -> None:
    """The median ratio of each language, for a source of MIDDLE characters."""
    logs: dict[str, list[float]] = defaultdict(list)
    for message in all_messages:
        source = len(message.source)
        if message.fitted and source >= LEAST and "XENT" not in message.source:
            logs[message.language].append(math.log(len(message.target) / source / (MIDDLE / source) ** SLOPE))
    rows = [
        f"{tag},{math.exp(statistics.median(found)):.2f},{len(found)}\n"
        for tag, found in sorted(logs.items())
        if len(found) >= ENOUGH
    ]
    RATIOS.write_text("language,ratio,messages\n" + "".join(rows), encoding="utf-8")
    print(f"{RATIOS.name}: {len(rows)} languages")


def alarms(sample: Sequence[Message], show: bool) -> bool:
    """Says how many good translations are flagged; whether they are few enough."""
    codes: Counter[str] = Counter()
    flagged: list[Message] = []
    for message in sample:
        found = complaints(message, message.target)
        if found:
            flagged.append(message)
            codes.update(one.code for one in found)
            if show:
                print(f"  {message.language}: {message.source} > {message.target} {[o.code for o in found]}")
    long = [message for message in sample if message.words >= 4]
    share = len(flagged) / len(sample)
    print(f"{len(sample)} translations, {len({m.language for m in sample})} languages: {share:.2%} flagged")
    print(
        f"of four words and more, {len(long)}: {sum(m.words >= 4 for m in flagged) / len(long):.2%} flagged"
    )
    print("by check: " + ", ".join(f"{code} {n / len(sample):.2%}" for code, n in codes.most_common()))
    total = Counter(m.language for m in sample)
    worst = sorted(
        ((n / total[tag], tag, n) for tag, n in Counter(m.language for m in flagged).items()), reverse=True
    )
    print("worst languages: " + ", ".join(f"{tag} {part:.1%} ({n})" for part, tag, n in worst[:SHOWN]))
    return share <= BAR


def found(
    seed: Seed, sample: Sequence[Message], half: Sequence[Message], chance: random.Random, show: bool
) -> bool:
    """Says how many of a fault's seeds are found; whether they are enough."""
    others: Mapping[str, list[Message]] = _by_source(half)
    spoilt = [(m, t) for m in sample if (t := seed.spoil(m, chance, others)) and t != m.target]
    if len(spoilt) < FEW:
        spoilt = [(m, t) for m in half if (t := seed.spoil(m, chance, others)) and t != m.target]
    seen = [(m, bool(complaints(m, text))) for m, text in spoilt]
    told = [hit for m, hit in seen if not seed.exempt(m)]
    why = Counter(reason for m, _ in seen if (reason := seed.exempt(m)))
    every, some = sum(hit for _, hit in seen) / len(seen), sum(told) / len(told)
    exempt = ", ".join(f"{n} {reason}" for reason, n in why.items())
    mark = "" if some >= seed.bar else f"  under {seed.bar:.0%}"
    share = f"{some:6.1%} of {len(told):5}   {every:6.1%} of all {len(seen):5}"
    print(f"{seed.name:17} {share}  exempt: {exempt or '-'}{mark}")
    if show:
        for (message, text), (_, hit) in zip(spoilt, seen, strict=True):
            if not hit and not seed.exempt(message):
                print(f"  {message.language}: {message.source} > {text}")
    return some >= seed.bar


def _by_source(half: Sequence[Message]) -> Mapping[str, list[Message]]:
    found: dict[str, list[Message]] = defaultdict(list)
    for message in half:
        found[message.source].append(message)
    return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("django", nargs="?")
    parser.add_argument("--sentences", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--show", action="store_true", help="list what is flagged, and what isn't found")
    options = parser.parse_args()
    everything = messages(folder(options.django))
    if options.fit:
        fit(everything)
        return 0
    half = [message for message in everything if not message.fitted]
    chance = random.Random(options.seed)
    sample = chance.sample(half, min(options.sentences, len(half)))
    good = alarms(sample, options.show)
    print()
    for seed in SEEDS:
        good = found(seed, sample, half, chance, options.show) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
