"""A file that was there before polypost is adopted text by text, as far as that is beyond doubt."""

from __future__ import annotations

import pytest

from plan.test_adoption import go, messages, put, settled
from plan.test_run import Blog, codes, statuses
from polypost.records.file import dump, load
from polypost.records.record import ABSENT, record_path

POST = """---
title: How we moved to Postgres 16
---

# How we moved

We had run MySQL 5.7 since 2014, and nobody liked the nightly `mysqldump` any more.

## The plan

Read [the guide](https://www.postgresql.org/docs/16/upgrading.html) before you begin. It is long.

```sh
pg_dump --format=custom blog > blog.dump
```

Then restore it on the new machine, which takes about 40 minutes for our 120 GB.

- Stop all writers first.
- Tell everybody, as Anna did in 2019 when we moved the mail server to another building.

## What went wrong

Only one thing did: `sequences` were not copied.

We fixed them by hand.
"""
THEIRS = """---
title: Cómo nos pasamos a Postgres 16
---

# Cómo nos pasamos

Llevábamos con MySQL 5.7 desde 2014, y a nadie le gustaba ya el `mysqldump` de cada noche.

## El plan

Lee [la guía](https://www.postgresql.org/docs/16/upgrading.html) antes de empezar. Es larga.

```sh
pg_dump --format=custom blog > blog.dump
```

Después restáuralo en la máquina nueva, lo que tarda unos 40 minutos con nuestros 120 GB.

- Primero para todo lo que escribe.
- Díselo a todos, como hizo Anna en 2019 cuando llevamos el servidor de correo a otro edificio.

## Qué salió mal

Solo una cosa: no se copiaron las `sequences`.

Las arreglamos a mano.
"""
GUIDE = "Lee [la guía](https://www.postgresql.org/docs/16/upgrading.html) antes de empezar. Es larga.\n\n"
SINCE = "Llevábamos con MySQL 5.7 desde 2014, y a nadie le gustaba ya el `mysqldump` de cada noche.\n\n"
ERRORS = "Solo una cosa: no se copiaron las `sequences`.\n\n"
NOTE = "Nota: en España usamos máquinas de OVH, que tardan algo más.\n\n"
RESTORE = "Después restáuralo en la máquina nueva, lo que tarda unos 40 minutos con nuestros 120 GB.\n\n"


@pytest.fixture
def blog(tmp_path):
    made = Blog(tmp_path)
    made.write("a.md", POST)
    return made


def theirs(blog, *pairs):
    blog.write("a.es.md", THEIRS)
    put(blog, "a.es.md", *pairs)
    return blog.read("a.es.md")


def entries(blog):
    path = record_path("a.md")
    return load(blog.read(path).encode(), path).localizations["es"].entries


def test_what_the_file_lacks_is_put_in_where_its_place_is_beyond_doubt(blog):
    before = theirs(blog, (SINCE, ""))
    asked, report = go(blog, dry_run=True)
    assert (asked, statuses(report)) == ([], {("a.md", "es"): "updated"})
    asked, report = go(blog)
    assert len(asked) == 1
    assert asked[0].startswith("We had run MySQL 5.7")
    assert codes(report) == {"adopted", "filled-in"}
    assert "10 of the post's 11" in messages(report)
    assert "(line 7)" in messages(report)
    new = "WE HAD RUN MYSQL 5.7 SINCE 2014, AND NOBODY LIKED THE NIGHTLY `mysqldump` ANY MORE.\n\n"
    assert blog.read("a.es.md") == before.replace("## El plan", f"{new}## El plan")
    settled(blog)
    put(blog, "a.md", ("We had run", "We have run"), ("We fixed them by hand.", "We fixed them all by hand."))
    asked, report = go(blog)
    assert len(asked) == 2
    assert {f.code for o in report.outcomes for f in o.findings} == {"human-text-superseded"}
    assert "Las arreglamos a mano." in messages(report)
    assert "WE HAVE RUN" in blog.read("a.es.md")
    assert "WE FIXED THEM ALL BY HAND." in blog.read("a.es.md")
    settled(blog)


def test_what_the_file_has_more_stays_when_its_neighbours_change(blog):
    before = theirs(blog, ("## Qué salió", f"{NOTE}## Qué salió"))
    asked, report = go(blog)
    assert (asked, blog.read("a.es.md")) == ([], before)
    assert codes(report) == {"adopted", "more"}
    assert "line 22" in messages(report)
    settled(blog)
    # A person rewrites their own paragraph and the one beside it: both are still known for what they are.
    put(blog, "a.es.md", ("algo más.", "bastante más."), ("Qué salió mal", "Lo que salió mal"))
    settled(blog)
    put(blog, "a.md", ("What went wrong", "What then went wrong"))
    asked, report = go(blog)
    assert asked == ["What then went wrong"]
    assert "bastante más.\n\n## WHAT THEN WENT WRONG\n" in blog.read("a.es.md")
    assert "Lo que salió mal" in messages(report)
    settled(blog)


def test_lacking_one_and_having_another_elsewhere_shifts_nothing(blog):
    """As many texts as the post has, but not the same: by number each would be taken for its neighbour."""
    theirs(blog, (GUIDE, ""), ("## Qué salió", f"{NOTE}## Qué salió"))
    go(blog)
    put(blog, "a.md", ("Then restore it", "Now restore it"))
    go(blog)
    text = blog.read("a.es.md")
    assert "NOW RESTORE IT ON THE NEW MACHINE" in text
    assert "Después restáuralo" not in text
    assert NOTE in text
    assert "Primero para todo" in text
    settled(blog)


def test_what_was_moved_is_not_put_in_a_second_time(blog):
    before = theirs(blog, (RESTORE, ""), ("Las arreglamos a mano.\n", f"Las arreglamos a mano.\n\n{RESTORE}"))
    asked, report = go(blog)
    assert (asked, blog.read("a.es.md")) == ([], before)
    assert {"not-told", "more"} <= codes(report)
    settled(blog)


def test_two_paragraphs_in_one_are_neither_paired_nor_put_in(blog):
    joined = ERRORS.rstrip() + " Las arreglamos a mano.\n"
    before = theirs(blog, (f"{ERRORS}Las arreglamos a mano.\n", joined))
    asked, report = go(blog)
    assert (asked, blog.read("a.es.md")) == ([], before)
    assert [entry.target for entry in entries(blog)[-2:]] == [ABSENT, ABSENT]
    assert {"not-told", "more"} <= codes(report)
    settled(blog)
    # What can't be told is never replaced.
    put(blog, "a.md", ("We fixed them by hand.", "We fixed them all by hand."))
    go(blog)
    assert joined in blog.read("a.es.md")
    settled(blog)


def test_beside_code_that_is_another_nothing_is_put_in(blog):
    code = "```sh\npg_dump --format=custom blog > blog.dump\n```\n\n"
    before = theirs(blog, (GUIDE, ""), (code, "```php\nmysqli_report(MYSQLI_REPORT_ALL);\n```\n\n"))
    asked, report = go(blog)
    assert (asked, blog.read("a.es.md")) == ([], before)
    assert "not-told" in codes(report)
    settled(blog)


@pytest.mark.parametrize("frozen", [THEIRS, THEIRS.replace(SINCE, "")], ids=["whole", "less"])
def test_check_is_content_after_one_run_and_not_before_if_something_is_put_in(blog, frozen):
    blog.write("a.es.md", frozen)
    _, report = go(blog, dry_run=True)
    assert ("updated" in statuses(report).values()) == (frozen != THEIRS)
    go(blog)
    _, report = go(blog, dry_run=True)
    assert set(statuses(report).values()) == {"kept"}


def test_another_post_in_its_place_is_left_alone(blog):
    blog.write("a.es.md", "# Recetas\n\n| Pan | Agua |\n| --- | --- |\n| 3 | 4 litros |\n\nMezclar todo.\n")
    asked, report = go(blog)
    assert (asked, codes(report), report.changed) == ([], {"not-ours"}, ())


def test_a_record_tells_what_the_file_lacks_and_has_more(blog):
    theirs(blog, (RESTORE, ""), ("Las arreglamos a mano.\n", f"Las arreglamos a mano.\n\n{RESTORE}"))
    go(blog)
    path = record_path("a.md")
    record = load(blog.read(path).encode(), path)
    item = record.localizations["es"]
    lacking = [at for at, entry in enumerate(item.entries) if entry.target == ABSENT]
    assert (lacking, [at for at, _ in item.more], item.theirs) == ([5, 10], [11, 11], True)
    assert len(item.rows) == 11
    assert dump(record) == blog.read(path).encode()
