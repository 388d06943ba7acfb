"""Repositories that somebody prepared: nothing of theirs is written over, removed, or followed."""

import pytest

from polypost.markdown.document import parse
from polypost.memory.frames import frame
from polypost.records.file import dump
from polypost.records.record import Entry as Segment
from polypost.records.record import Localization, Record, content_id, source_key, written_key

BLOG = {
    "posts/a.md": "---\ntitle: A\n---\n\nHello there, friend.\n",
    "posts/other.md": "Another post here.\n",
    "src/main.py": "print(1)\n",
    ".github/workflows/x.yml": "on\n",
}
OURS = "polypost/main"


def forged(source, target, content):
    """A record that says, with all hashes right, that `target` is the Spanish of `source`."""
    document = parse(content.encode(), path="x.md")
    entries = [
        Segment((), source_key(document, at), written_key(document, at))
        for at in range(len(document.segments))
    ]
    written = Localization(
        target, "0" * 40, content_id(content.encode()), frame(document), "m", tuple(entries)
    )
    return dump(Record(source, {"es": written}))


def unharmed(hub, files):
    """Everything that was pushed is on our branch as it was; records apart, which are ours."""
    there = hub.files(OURS) if hub.head(OURS) else hub.files()
    return {path: there.get(path) for path in files if not path.startswith(".polypost/")} == {
        path: text for path, text in files.items() if not path.startswith(".polypost/")
    }


@pytest.mark.parametrize("source", ["posts/a.md", "posts/gone.md"])
@pytest.mark.parametrize(
    "target", ["src/main.py", "posts/other.md", ".github/workflows/x.yml", "../../x.md", "posts/a.md"]
)
def test_a_forged_record_costs_no_file(runner, hub, pseudo, source, target):
    record = forged(source, target, BLOG.get(target, "x\n"))
    hub.push(BLOG | {f".polypost/{source}.json": record})
    step = runner.dispatch(**pseudo | {"languages": "es"})
    assert step.code == 0, step.log
    assert "record-foreign" in step.log
    assert unharmed(hub, BLOG)
    assert "posts/a.es.md" in hub.files(OURS)


def test_a_record_at_another_posts_place_counts_for_nothing(runner, hub, pseudo):
    hub.push(BLOG | {".polypost/zzz.json": forged("posts/gone.md", "posts/gone.es.md", "Hello.\n")})
    step = runner.dispatch(**pseudo)
    assert (step.code, "record-foreign" in step.log) == (0, True)


@pytest.mark.parametrize("damage", ["[" * 100_000, '{"version":1,"languages":[1]}', "\0"])
def test_a_damaged_record_is_told_and_made_anew(runner, hub, pseudo, damage):
    hub.push(BLOG | {".polypost/posts/a.md.json": damage})
    step = runner.dispatch(**pseudo)
    assert (step.code, "record-damaged" in step.log) == (0, True)
    assert '"at":"8 {lang}. 2"' in hub.read(".polypost/posts/a.md.json", OURS)


@pytest.mark.parametrize(
    ("there", "mode", "inputs", "code"),
    [
        ({"posts/a.es.md": "a.md"}, "120000", {}, 0),
        ({"posts/a.es.md/keep.txt": "Keep.\n"}, "100644", {}, 0),
        ({"i18n": "A file.\n"}, "100644", {"output": "i18n/{lang}/{path}"}, 1),
        ({"i18n": "posts"}, "120000", {"output": "i18n/{lang}/{path}"}, 1),
        ({".polypost": "posts"}, "120000", {}, 1),
        ({".polypost/posts/a.md.json/keep.txt": "Keep.\n"}, "100644", {}, 1),
    ],
)
def test_what_stands_where_we_would_write_stays(runner, hub, pseudo, there, mode, inputs, code):
    hub.push(BLOG | there, modes=dict.fromkeys(there, mode))
    step = runner.dispatch(**pseudo | {"languages": "es"} | inputs)
    assert step.code == code, step.log
    branch = OURS if hub.head(OURS) else "main"
    assert {path: hub.files(branch).get(path) for path in there} == there
    assert ("is a link or a folder" if code == 0 else "in the way") in step.log


def test_a_new_output_pattern_writes_over_nobodys_file(runner, hub, pseudo):
    hub.push(BLOG)
    runner.dispatch(**pseudo | {"languages": "es"})
    hub.close(1, merged=True)
    hub.push({"es/posts/a.md": "Texto de una persona.\n"})
    step = runner.dispatch(**pseudo | {"languages": "es", "output": "{lang}/{path}"})
    assert step.code == 0, step.log
    assert hub.read("es/posts/a.md", OURS) == "Texto de una persona.\n"
    assert {"posts/a.es.md", "es/posts/other.md"} <= set(hub.files(OURS))
    assert "posts/other.es.md" not in hub.files(OURS)


def test_a_post_that_may_not_be_written_costs_only_itself(runner, hub, pseudo):
    long = f"posts/{'n' * 249}.md"
    hub.push(BLOG | {".gitlab/templates/Bug.md": "Tell us about it.\n", long: "A long name.\n"})
    step = runner.dispatch(**pseudo | {"languages": "es"})
    assert step.code == 1
    assert step.log.count("output-refused") == 2
    assert "posts/a.es.md" in hub.files(OURS)


@pytest.mark.parametrize("mode", ["120000", "100644"])
def test_a_configuration_that_is_no_plain_file_is_refused(runner, hub, pseudo, mode):
    text = "posts/a.md" if mode == "120000" else "#" * 5_000_001
    hub.push(BLOG | {".polypost.toml": text}, modes={".polypost.toml": mode})
    step = runner.dispatch(**pseudo)
    assert (step.code, ".polypost.toml" in step.log, hub.writes) == (2, True, [])


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\xff", None])
def test_an_event_that_cannot_be_read_is_told(runner, hub, pseudo, text):
    hub.push(BLOG)
    path = runner.folder / "broken.json"
    if text is not None:
        path.write_text(text, encoding="latin-1")
    runner.env["GITHUB_EVENT_PATH"] = str(path)
    step = runner.dispatch(**pseudo)
    assert (step.code, "event file" in step.log, hub.writes) == (2, True, [])
