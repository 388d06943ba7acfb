"""The bench of real histories, over a small one that is made up."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAD = "---\ntitle: {}\ndate: {}\n---\n\n"
SWIM = "Fish swim in the cold river all day."
FISH = f"{SWIM} They never sleep there, or so people say. Nobody has ever asked one."
YET = FISH.replace("has ever", "has yet")
TREES = "Trees stand around the house for many years. In autumn they drop their leaves on the old roof."
CODE = "Call it so:\n\n```py\n{}\n```\n"

SO = CODE.format("swim()")


def post(title, *blocks, date="2024-01-01"):
    return HEAD.format(title, date) + "\n\n".join(blocks) + "\n"


PAST = [
    (
        "The back catalogue",
        {
            "posts/fish.md": post("About fish", FISH, TREES, SO),
            "posts/trees.md": post(
                "About trees", "# Old trees", "They are very tall. They are also very green."
            ),
            "README.md": "# Not a post\n",
        },
    ),
    ("A sentence changes", {"posts/fish.md": post("About fish", YET, TREES, SO)}),
    ("A date", {"posts/fish.md": post("About fish", YET, TREES, SO, date="2024-02-02")}),
    ("Code", {"posts/fish.md": post("About fish", YET, TREES, CODE.format("swim(1)"))}),
    ("Emphasis", {"posts/fish.md": post("About fish", YET.replace("cold", "*cold*"), TREES, SO)}),
    ("Lines", {"posts/fish.md": post("About fish", YET.replace(". ", ".\n"), TREES, SO)}),
    (
        "A sentence moves to another post",
        {
            "posts/fish.md": post("About fish", YET.partition(". ")[2], TREES, SO),
            "posts/trees.md": post(
                "About trees",
                "# Old trees",
                "They are very tall. They are also very green.",
                FISH.split(". ", maxsplit=1)[0] + ".",
            ),
        },
    ),
    ("Not a post", {"README.md": "# Still none\n"}),
    ("The post under a new name, as well", {"posts/woods.md": post("About trees", "# Old trees", TREES)}),
    ("The old name goes", {"posts/trees.md": None}),
    (
        "A new post",
        {"posts/birds.md": post("About birds", "Birds fly over the house. It looks easy from below.")},
    ),
]


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    folder = tmp_path_factory.mktemp("past") / "someone+blog"
    folder.mkdir()

    def git(*arguments):
        who = ["-c", "user.name=Someone", "-c", "user.email=someone@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)

    git("init", "--initial-branch", "main")
    for title, files in PAST:
        for path, content in files.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).unlink(missing_ok=True)
            if content is not None:
                (folder / path).write_text(content)
        git("add", "--all")
        git("commit", "--message", title)
    return folder


def history(past, *arguments):
    command = [sys.executable, str(ROOT / "bench/history.py"), str(past), "--paths", "/posts/", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def figures(done):
    """Name of a row -> characters."""
    rows = re.findall(r"^ *(\w[\w, ]*?) +([\d,]+) +[\d.]+$", done.stdout, re.MULTILINE)
    return {name: int(sent.replace(",", "")) for name, sent in rows}


def test_a_past_is_lived_again(past):
    done = history(past)
    sent = figures(done)
    new = [
        "Nobody has yet asked one.",
        "About birds",
        "Birds fly over the house.",
        "It looks easy from below.",
    ]
    assert sent["ideal"] == sum(map(len, new)), done.stdout + done.stderr
    assert sent["polypost"] == sent["ideal"]
    assert sent["ideal"] < sent["paragraphs, in the blog"] < sent["sections, in the blog"]
    assert sent["sections, in the file"] < sent["files, in the file"]
    assert "someone+blog: 9 commits in" in done.stdout
    assert "4 change no word" in done.stdout
    assert " 0 lost; 0 overwritten; 0 crossed" in done.stdout
    assert int(re.search(r"([\d,]+) edits of people", done.stdout)[1]) >= 9
    assert done.returncode == 0, done.stdout


def test_a_worse_memory_and_edits_that_are_taken_back_are_told(past):
    done = history(past, "--paragraphs", "--overwrite")
    assert done.returncode == 1
    assert figures(done)["polypost"] > figures(done)["ideal"]
    assert "more than 1.1 times the ideal" in done.stdout
    assert re.search(r"changes no word: [1-9]\d* characters were sent", done.stdout)
    assert not re.search(r" 0 overwritten", done.stdout)
    assert "nothing is said of it" in done.stdout


def test_only_the_last_commits_are_lived(past):
    done = history(past, "--commits", "2")
    assert "someone+blog: 2 commits in" in done.stdout
    assert figures(done)["ideal"] == len("About birdsBirds fly over the house.It looks easy from below.")


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (FISH, FISH.replace("cold", "**cold**"), True),
        (FISH, FISH.replace(". ", ".\n"), True),
        (FISH, "> " + FISH, True),
        ("It is *so*.", "It is so.", True),
        ("- One.\n- Two.", "* One.\n* Two.", True),
        ("| One | Two |", "|One|Two|", True),
        ("(One.)", "One.", False),
        ("One!", "One.", False),
        ("Call `a()` now.", "Call `b()` now.", True),
        ("See [the river](/a).", "See [the river](/b/c).", True),
        ("See [the river](/a).", "See <b>the river</b>.", True),
        ("See [the river](/a).", "See [the rivers](/a).", False),
        ('See [the river](/a "Old").', 'See [the river](/a "New").', False),
        (post("Fish", "One."), post("Fish", "One.", date="2025-05-05"), True),
        (post("Fish", "One."), post("Fishes", "One."), False),
        (post("Fish", CODE.format("a()")), post("Fish", CODE.format("b()")), True),
        (post("Fish", CODE.format("a()")), post("Fish", CODE.format("a()") + "\nMore.\n"), False),
        ("One. Two.", "Two. One.", False),
        ("One.", "One?", False),
    ],
)
def test_what_changes_no_word(monkeypatch, before, after, same):
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    from replay.wording import same_wording

    assert same_wording([before.encode()], [after.encode()]) is same
