"""Reports to print: a small one with something of everything, and large ones."""

from __future__ import annotations

from polypost.report.parts import Place
from polypost.values import Finding, Outcome, Publication, Report, Status, TranslatorInfo, Usage

PLACE = Place("https://github.com/owner/blog", "main", "polypost/main")
HOW = "posts/how-it-works.md"
TWICE = Finding("kept-source", "Every answer lost `npm ci`: the sentence stays as it was.", HOW, 41)
DOUBTFUL = Finding(
    "numbers",
    "A number of the source is missing.",
    HOW,
    12,
    ("It costs 30 dollars | a month, see #12.", "Cuesta *dólares* al mes."),
)
STEPS = {"whole": 9, "located": 3}

SMALL = Report(
    posts=(HOW, "posts/old.md", "posts/talk.mdx"),
    outcomes=(
        Outcome(HOW, "posts/how-it-works.es.md", "es", Status.NEW, 12, 0, 900, (DOUBTFUL, TWICE)),
        Outcome(HOW, "posts/how-it-works.ja.md", "ja", Status.UPDATED, 12, 11, 80, (TWICE,), 12, STEPS),
        Outcome("posts/old.md", "posts/old.es.md", "es", Status.UNCHANGED, 4, 4),
        Outcome("posts/old.md", "posts/old.ja.md", "ja", Status.KEPT, 4, 4),
        Outcome(
            "posts/talk.mdx",
            "posts/talk.es.mdx",
            "es",
            Status.FAILED,
            findings=(Finding("untranslated", "The endpoint gave no answer.", "posts/talk.mdx", 3),),
        ),
        Outcome(
            "posts/talk.mdx",
            "",
            "ja",
            Status.SKIPPED,
            findings=(Finding("skipped", "The post asks for es only.", "posts/talk.mdx"),),
        ),
    ),
    notes=(Finding("source-gone", "The post is gone.", "posts/gone.md"),),
    usage=Usage(980, 4, 391.2, 0.153, "ml.g5.xlarge at $1.41 an hour", characters_probing=87),
    translator=TranslatorInfo("facebook/m2m", "CC-BY-NC-4.0", "No commercial use."),
    changed=(".polypost/posts/gone.md.json", "posts/gone.es.md", "posts/how-it-works.es.md"),
    removed=(".polypost/posts/gone.md.json", "posts/gone.es.md"),
    publication=Publication("created", 7, "https://github.com/owner/blog/pull/7", "polypost/main"),
)


def large(posts: int, languages: int, *, findings: int = 0, status: Status = Status.NEW) -> Report:
    """`posts` x `languages` localizations, each with `findings` findings of its own."""
    outcomes = [
        Outcome(
            path := f"content/posts/2024/a-post-with-a-name-{post:04}.md",
            f"{path[:-3]}.l{language}.md",
            f"l{language}",
            status,
            40,
            3,
            900,
            tuple(
                Finding("kept-source", f"Sentence {n} in l{language} stays.", path, n + 1)
                for n in range(findings)
            ),
        )
        for post in range(posts)
        for language in range(languages)
    ]
    return Report(posts=tuple({outcome.source: 0 for outcome in outcomes}), outcomes=tuple(outcomes))
