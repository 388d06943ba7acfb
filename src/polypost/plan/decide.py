"""What is to be done about one post in one language: a task, or an outcome where there is nothing to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from polypost.errors import UsageError
from polypost.markdown.document import Document, raw
from polypost.memory.adoption import adopted, told
from polypost.memory.patching import Patch, patch, undone
from polypost.memory.recalled import Recall, Recalled
from polypost.plan.task import NOTHING, Blog, Material, Task, Wanted, material, short
from polypost.records.record import ABSENT, PSEUDO, Entry, Glance, brief, notice_key, record_path
from polypost.sites import notice_in
from polypost.text.first import First
from polypost.text.work import UNKNOWN
from polypost.values import Finding, Outcome, Status


class Decided(NamedTuple):
    """A task, and the texts that it asks first."""

    task: Task
    texts: tuple[str, ...]


def decide(post: Wanted, blog: Blog, first: First) -> Iterable[Decided | Outcome]:
    """Decide about each language of a post. Raises PostError when it is none, and has to be looked at."""
    if post.broken:
        raise post.broken
    for language, why in post.skipped.items():
        yield Outcome(post.path, "", language, Status.SKIPPED, findings=(why,))
    for language in post.languages:
        try:
            target = blog.layouts.target(post.path, language)
        except UsageError as error:
            yield settled((post.path, "", language), Status.FAILED, "output-refused", str(error))
            continue
        own, way = blog.known.of(post.path, language), blog.blocked(target)
        theirs = target in blog.files and (own is None or own.target != target)
        if way != target:
            way = way or blog.blocked(record_path(post.path))
        if theirs or way == target:
            yield _found(post, target, language, blog, first)
        elif way:
            message = f"{way} is in the way: polypost can't write {target} and its record. Move it away."
            yield settled((post.path, target, language), Status.FAILED, "in-the-way", message)
        else:
            yield _localization(post, target, language, blog, first)


def led(post: Wanted, outcome: Outcome, blog: Blog, files: Callable[[str], str | None]) -> Task | None:
    """The task to write a localization again that stands, if its links lead elsewhere by now.

    Or if its notice is another, and no person has changed that. `files`: path -> content id. What a person
    has built in their own way keeps its links and its notice.
    """
    item = blog.known.of(post.path, outcome.language)
    if item is None or item.theirs or outcome.target != item.target or outcome.status not in _STANDS:
        return None
    state = blog.dresser.state
    same = all(state(link, outcome.language, files) == was for link, was in item.links.items())
    if same and not _other_notice(post, item, outcome.language, blog):
        return None
    document, language = blog.document(post.path), outcome.language
    if blog.known.recall(document, language).standing != "ours":
        return None
    status, count = Status.UPDATED, len(document.segments)
    return Task(
        post.path,
        post.source_id,
        language,
        item.target,
        status,
        findings=outcome.findings,
        segments=count,
        reused=count,
    )


def _other_notice(post: Wanted, item: Glance, language: str, blog: Blog) -> bool:
    """Whether a localization's notice is not the one that it gets now, and as it was written."""
    if notice_key(blog.dresser.notice(post.path, item.target, language)) == item.notice:
        return False
    if brief(blog.files[item.target]) == item.target_id:
        return True
    file = blog.known.file(post.path, language)
    return file is not None and notice_key(notice_in(file.whole)) == item.notice


_STANDS = frozenset({Status.UNCHANGED, Status.KEPT})


def settled(place: tuple[str, str, str], status: Status, code: str, message: str) -> Outcome:
    """The outcome at a place (path, target, language), with the one finding that explains it."""
    path, target, language = place
    return Outcome(path, target, language, status, findings=(Finding(code, message, path),))


def _found(post: Wanted, target: str, language: str, blog: Blog, first: First) -> Decided | Outcome:
    """Decide about a file that is there although there is no record of it."""
    place = (post.path, target, language)
    lost = blog.lost(post.path, language)
    known = blog.known.of(post.path, language) or lost
    if known or blog.blocked(target) or blog.blocked(record_path(post.path)):
        return _not_ours(place, lost, blog.blocked(target))
    if (other := blog.known.written.get(target)) is not None:
        message = f"{target} is already written for {other}: change `output`."
        return settled(place, Status.FAILED, "output-collides", message)
    if (origin := _along(post, target, language, blog)) is not None:
        blog.known.moved(origin, language, target, post.path)
        return _localization(post, target, language, blog, first, origin)
    document = blog.document(post.path)
    made = adopted(document, blog.known.read(target, post.path))
    if made is None:
        why = blog.damage(target, post.path)
        return _unreadable(place, why) if why else _not_ours(place)
    found, status = tuple(told(made, document, target)), Status.UPDATED if made.places else Status.KEPT
    task = Task(post.path, post.source_id, language, target, status, findings=found, theirs=True)
    return _measured(task, document, Recall(), blog, first)


def _along(post: Wanted, target: str, language: str, blog: Blog) -> str | None:
    """The post that this one was when its localization was recorded, if somebody has moved both.

    Either of the two is as it was then, or half of the post is.
    """
    known = blog.known

    def left(origin: str) -> Glance | None:
        item = known.of(origin, language)
        return item if item and item.target not in blog.files else None

    for origin in known.gone:
        item = left(origin)
        if item and (item.source_id == post.source_id or item.target_id == brief(blog.files[target])):
            return origin
    origin = known.alike(blog.document(post.path), language)
    return origin if left(origin) else None


def _not_ours(place: tuple[str, str, str], lost: str = "", way: str = "") -> Outcome:
    """`lost`: the record that is too new, `way`: what stands in the file's place, if that is why."""
    target = place[1]
    if lost:
        message = (
            f"{target} is left alone: {lost}, which tells a person's text from polypost's, was written by a "
            "newer version. Use that."
        )
        return settled(place, Status.FAILED, "record-lost", message)
    if way:
        message = (
            f"{target} is a link or a folder, and left alone. Move it away to have this language translated."
        )
        return settled(place, Status.KEPT, "not-ours", message)
    message = (
        f"{target} is there already, was not written by polypost, and is either a copy of its post or not "
        "built like it: it is left alone. Delete it to have this language translated."
    )
    return settled(place, Status.KEPT, "not-ours", message)


def _localization(  # noqa: PLR0913, PLR0917  where it is, what is there, and who counts
    post: Wanted, target: str, language: str, blog: Blog, first: First, along: str = ""
) -> Decided | Outcome:
    """`along`: the post that this one was when its localization was recorded, if that has moved with it."""
    place = (post.path, target, language)
    item = blog.known.of(post.path, language)
    present = item is not None and item.target in blog.files
    in_place = item is not None and present and item.target == target
    if item and in_place and (outcome := _current(post, item, language, blog)):
        return outcome
    if blog.known.in_vain(post.path, post.source_id, language):
        message = f"No part of it could be translated before. {_IN_VAIN}; or write {target} by hand."
        return settled(place, Status.FAILED, "not-translated", message)
    document = blog.document(post.path)
    recall = blog.known.recall(document, language)
    moved = _moved(post, document, language, blog, along) if item is None else None
    if moved:
        recall = blog.known.recall(document, language, moved[0])
    theirs = (present or moved) and recall.standing != "ours"
    made = patch(blog.known, document, language, moved[0] if moved else "") if theirs else None
    if theirs and (made is None or recall.standing == "lost"):
        why = blog.damage(item.target, post.path) if item and present else ""
        if why:
            return _unreadable(place, why)
        return settled(place, Status.BEHIND, "behind", _why_behind(document, language, blog))
    findings = (*_histories((post.path, language), item, moved, blog), *_untold(post.path, made))
    gone = (post.path, item.target) if item and present and item.target != target else moved
    status = Status.UPDATED if present else Status.NEW
    if made and in_place and not made.places:
        behind = tuple(_behind(document, {}, made))
        status = Status.BEHIND if behind else Status.KEPT
        if item and behind and item.source_id == post.source_id:
            return Outcome(*place, status, item.segments, findings=behind)
    origin = moved[0] if moved else ""
    task = Task(
        post.path,
        post.source_id,
        language,
        target,
        status,
        origin,
        findings,
        replaces=gone,
        retry=blog.retry,
        theirs=made is not None,
    )
    return _measured(task, document, recall, blog, first)


def _current(post: Wanted, item: Glance, language: str, blog: Blog) -> Outcome | None:
    """The outcome of a localization in its place with which nothing is to be done; None where it may be."""
    place, files = (post.path, item.target, language), blog.files
    stands = item.source_id == post.source_id and _holds(item, language, blog)
    again = blog.known.again(item, post.source_id, language)
    if not stands or (item.theirs and item.behind) or (blog.retry and again):
        return None
    if item.behind and (behind := tuple(_left_behind(post, language, blog))):
        return Outcome(*place, Status.BEHIND, item.segments, findings=behind)
    edited = brief(files[item.target]) != item.target_id
    if edited and blog.conflicted(item.target) and (why := blog.damage(item.target, post.path)):
        return _unreadable(place, why)
    if item.theirs:
        return settled(place, Status.KEPT, "theirs", "A person has built it in their own way.")
    if not edited:
        stayed = _left(post, language, blog, again=again) if item.failed else ()
        return Outcome(*place, Status.UNCHANGED, item.segments, item.segments, findings=tuple(stayed))
    return settled(place, Status.KEPT, "edited", "A person edited it, and its source has not changed.")


def _holds(item: Glance, language: str, blog: Blog) -> bool:
    """Whether nothing in a localization has to be made anew although its source stands."""
    valid = all(blog.known.holds(made, language) for made in (item.made_with, *item.others))
    return valid and (blog.known.terms.keep or not item.behind)


def _left_behind(post: Wanted, language: str, blog: Blog) -> Iterable[Finding]:
    """What a person hasn't brought up to date yet."""
    document = blog.document(post.path)
    return _behind(document, blog.known.recall(document, language).known)


def _measured(task: Task, document: Document, recall: Recall, blog: Blog, first: First) -> Decided:
    """The task with what it needs of texts."""
    own = task.origin or task.path
    blog.dresser.expect(blog.dresser.links(document, task.language, blog.files.get))
    recall, used, made = material(task, document, recall, blog)
    reuse = Material(recall, used, made).reuse(document)
    sentences = blog.known.sentences(document, task.language, reuse, task.origin)
    terms = blog.terms(task.language)
    pending = blog.known.pending(document, task.language, terms)
    asks = first.of(document, reuse, sentences.known, pending, terms)
    lines = [(document.segments[at].line, item.entry) for at, item in used.items() if item.failed]
    now = blog.known.terms.tried_with(task.language)
    stayed = _stayed(document, lines, again=any(entry.tried != now for _, entry in lines))
    measured = replace(
        task,
        findings=(*_behind(document, used, made), *stayed, *task.findings),
        superseded=recall.superseded,
        segments=len(document.segments),
        reused=len(reuse),
        texts=len(asks.texts),
        characters=asks.characters,
        placing=asks.placing,
        probing=asks.probing,
        borrowed={at: item for at, item in used.items() if item.origin != own} or NOTHING,
        lent=sentences.borrowed or UNKNOWN,
    )
    return Decided(measured, asks.texts)


def _behind(
    document: Document, known: Mapping[int, Recalled], made: Patch | None = None
) -> Iterable[Finding]:
    texts = {at: f": {short(item.text.decode())}" for at, item in known.items() if item.behind}
    late = {at: entry for at, entry in (made.entries.items() if made else ()) if entry.behind}
    texts |= {at: "." for at, entry in late.items() if entry.target != ABSENT}
    if made:
        here = {at: made.stands[at] for at in late.keys() & texts.keys() if at in made.stands}
        texts |= {at: f": {short(raw(made.file, to).decode())}" for at, to in here.items()}
    for at, text in texts.items():
        message = (
            f"The source changed; a person's text was kept (`human-edits: keep`). Bring it up to date{text}"
        )
        yield Finding("human-text-behind", message, document.path, document.segments[at].line)
    waiting = late.keys() - texts.keys()
    for at in sorted(waiting):
        message = (
            "The post changed here, and a person has built this place in their own way (split, joined, put "
            "something else there): what says it, or where it goes, can't be told, so theirs stays. Bring it "
            "up to date; once a text here is edited, it counts as such."
        )
        if at - 1 not in waiting:
            yield Finding("behind", message, document.path, document.segments[at].line)


def _unreadable(place: tuple[str, str, str], why: str) -> Outcome:
    message = (
        f"{place[1]} can't be read: {why}. It is left alone; mend it, or delete it to have it made anew."
    )
    return settled(place, Status.BEHIND, "unreadable", message)


def _why_behind(document: Document, language: str, blog: Blog) -> str:
    lines = ", ".join(map(str, dict.fromkeys(islice(undone(blog.known, document, language), 10))))
    where = f" (line {lines})" if lines else ""
    return (
        f"The post changed{where}, but a person changed this localization beyond its sentences (or before "
        "the post's dialect or front matter keys became others), so it is left alone. Bring it up to date by "
        "hand, or delete it to have it translated anew."
    )


def _untold(path: str, made: Patch | None) -> Iterable[Finding]:
    if made and not made.told:
        message = (
            "More than text changed in the post (code, images, front matter, or the like), and a person has "
            "built this localization in their own way: see whether it needs that, too."
        )
        yield Finding("see-to-it", message, path)


_AGAIN = "A run that has something to translate tries it again"
_IN_VAIN = "With another model, or when the post changes, or with `refresh: true`, it is tried again"


def _left(post: Wanted, language: str, blog: Blog, *, again: bool) -> Iterable[Finding]:
    """What an earlier run left in a localization that stands. `again`: see `Memory.again`."""
    document = blog.document(post.path)
    entries: Sequence[Entry] = blog.known.record(post.path).localizations[language].entries
    if len(entries) == len(document.segments):
        pairs = zip(document.segments, entries, strict=True)
        left = [(segment.line, entry) for segment, entry in pairs if not entry.target or entry.suspicious]
        yield from _stayed(document, left, again=again)


def _stayed(document: Document, left: Sequence[tuple[int, Entry]], *, again: bool) -> Iterable[Finding]:
    """What an earlier run left in the source language, or wrote although it is no good, with its lines."""
    for code, what, lines in (
        ("stayed-source", "stayed in the source language", [n for n, e in left if not e.target]),
        ("suspicious", "came back doubtful", [n for n, e in left if e.target]),
    ):
        more = f" (and {len(lines) - 1} more of its texts)" if lines[1:] else ""
        message = (
            f"This text{more} {what} in an earlier run. {_AGAIN if again else _IN_VAIN}; or translate it "
            "by hand in the localization."
        )
        if lines:
            yield Finding(code, message, document.path, lines[0])


def _histories(
    place: tuple[str, str], own: Glance | None, moved: tuple[str, str] | None, blog: Blog
) -> Iterable[Finding]:
    """Why a localization is made that seems to need nothing. `place`: its post and language."""
    path, language = place
    if own is not None and PSEUDO in {own.made_with, *own.others} and not blog.known.holds(PSEUDO, language):
        yield Finding(
            "pseudo-text", "Pseudo text stands in the localization: a real model replaces it.", path
        )
    if moved:
        yield Finding("moved", f"The post was {moved[0]} before: its localization moves along.", path)


def _moved(post: Wanted, document: Document, language: str, blog: Blog, along: str) -> tuple[str, str] | None:
    """Tell whether this post is one that is gone, under a new name: half of its text came along.

    `along`: see `_localization`.
    """
    known = blog.known
    origin = along or known.gone_as.get((post.source_id, language)) or known.alike(document, language)
    item = known.of(origin, language)
    if item is None or known.standing(origin, language) == "lost":
        return None
    return origin, item.target
