"""Which localizations need what: data, nothing done yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from polypost.errors import PostError
from polypost.plan.decide import Decided, decide, led, settled
from polypost.plan.task import Blog, Task, Wanted
from polypost.records.record import Localization, brief
from polypost.sites import Stand, advice
from polypost.text.first import Count, First
from polypost.values import Finding, Load, Outcome, Status

_NAMED = 20
"""So many of the localizations that another model made are named."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The run, before anything is done."""

    tasks: tuple[Task, ...] = ()
    """Post by post."""
    settled: tuple[Outcome, ...] = ()
    """Localizations for which there is nothing to do: unchanged, kept, behind, skipped, refused."""
    notes: tuple[Finding, ...] = ()
    load: Load = field(default_factory=lambda: Load((), 0, 0))
    """What is asked first, and `placing`."""
    prunes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Posts that are gone -> language -> localization to remove."""

    @property
    def placing(self) -> int:
        """About how many of the load's characters only serve to find where links and emphasis belong."""
        return sum(task.placing + task.probing for task in self.tasks)


def make_plan(posts: Sequence[Wanted], blog: Blog) -> Plan:
    """Decide for each post and language what is to be done.

    What failed in an earlier run is tried again only when it may go better now, and a translator is
    started for something else: it never starts one by itself.
    """
    draft = _Draft(blog)
    for post in posts:
        draft.add(post)
    draft.lead(posts)
    if draft.sends:
        draft = draft.again([post for post in posts if _failed(post, blog)])
    return draft.plan()


def _failed(post: Wanted, blog: Blog) -> bool:
    """Whether something of the post failed in an earlier run that may go better now."""
    items = blog.known.glances.get(post.path, {})
    return any(blog.known.again(item, post.source_id, language) for language, item in items.items())


class _Draft:
    """A plan in the making."""

    def __init__(self, blog: Blog) -> None:
        self._blog = blog
        self._first = First()
        self._count = Count()
        self._taken: dict[str, tuple[str, str]] = {}
        """Target, folded -> the post and the language that it is written for."""
        self._posts: dict[str, list[Task | Outcome]] = {}
        self._notes: list[Finding] = []

    @property
    def sends(self) -> bool:
        return not self._count.empty

    def again(self, posts: Iterable[Wanted]) -> _Draft:
        """Decide about `posts` again, and try what failed; what they ask now comes to what they asked."""
        self._blog = replace(self._blog, retry=True)
        for post in posts:
            self.add(post)
        return self

    def add(self, post: Wanted) -> None:
        asking: dict[tuple[str, ...], list[str]] = {}
        made: list[Task | Outcome] = []
        try:
            for item in decide(post, self._blog, self._first):
                if isinstance(item, Outcome):
                    made.append(item)
                elif clash := self._clash(item):
                    made.append(clash)
                else:
                    made.append(item.task)
                    asking.setdefault(item.texts, []).append(item.task.language)
        except PostError as error:
            self._notes.append(Finding(error.code, str(error), post.path, error.line))
            made = [Outcome(post.path, "", language, Status.FAILED) for language in post.languages]
            asking = {}
        self._posts[post.path] = made
        for texts, languages in asking.items():
            if texts:
                self._count.add(texts, languages)

    def lead(self, posts: Iterable[Wanted]) -> None:
        """Have those localizations written again whose links lead elsewhere now: nothing is sent for them."""
        tasks = [item for made in self._posts.values() for item in made if isinstance(item, Task)]
        planned = {task.target for task in tasks}
        files = self._blog.files

        def there(path: str) -> str | None:
            return "?" if path in planned else files.get(path)

        for post in posts:
            made = self._posts.get(post.path, [])
            for at, item in enumerate(made):
                if isinstance(item, Outcome) and (task := led(post, item, self._blog, there)):
                    made[at] = task

    def _clash(self, item: Decided) -> Outcome | None:
        task = item.task
        own = (task.path, task.language)
        first = self._taken.setdefault(task.target.casefold(), own)
        if first == own:
            return None
        message = f"{task.target} is already written for {first[0]}: change `output`."
        place = (task.path, task.target, task.language)
        return settled(place, Status.FAILED, "output-collides", message)

    def plan(self) -> Plan:
        made = [item for items in self._posts.values() for item in items]
        tasks = tuple(item for item in made if isinstance(item, Task))
        done = tuple(item for item in made if isinstance(item, Outcome))
        moved = {(task.replaces[0], task.language) for task in tasks if task.replaces}
        orphans = dict(_orphans(self._blog, moved))
        prunes = orphans if self._blog.prune else dict(_unmerged(orphans, self._blog))
        notes = (
            *self._notes,
            *_advice(self._blog, tasks),
            *_told(orphans, prunes, self._blog),
            *_outdated(self._blog, done),
        )
        placing = Counter[str]()
        for task in tasks:
            placing[task.language] += task.placing
        load = self._count.load(placing)
        return Plan(tasks, done, notes, load, prunes)


def _advice(blog: Blog, tasks: Iterable[Task]) -> Iterable[Finding]:
    """What the configuration of a site needs, once for each site that gets new localizations."""
    fresh: dict[str, tuple[Stand, dict[str, None]]] = {}
    for task in tasks:
        if task.status is Status.NEW:
            stand = blog.layouts.of(task.path)
            fresh.setdefault(stand.site.config, (stand, {}))[1][task.language] = None
    for stand, languages in fresh.values():
        if message := advice(stand, languages):
            yield Finding("site-configuration", message, stand.site.config)


def _orphans(blog: Blog, moved: Container[tuple[str, str]]) -> Iterable[tuple[str, Mapping[str, str]]]:
    """The posts that are gone, with their localizations that are not: language -> path.

    `moved`: post and language of those that go on under another name.
    """
    for source in blog.known.gone:
        left = {
            language: item.target
            for language, item in blog.known.glances[source].items()
            if item.target in blog.files and (source, language) not in moved
        }
        if left:
            yield source, left


def _unmerged(
    orphans: Mapping[str, Mapping[str, str]], blog: Blog
) -> Iterable[tuple[str, Mapping[str, str]]]:
    """Those that only our open branch has, and that hold no person's word: nobody would miss them."""
    for source, left in orphans.items():
        known = blog.known.record(source).localizations
        found = {
            language: target
            for language, target in left.items()
            if target not in blog.sources and not _theirs(known.get(language), blog.files[target])
        }
        if found:
            yield source, found


def _theirs(known: Localization | None, content_id: str) -> bool:
    """Whether a person's word stands in a localization, or may."""
    if known is None or known.theirs or known.target_id != brief(content_id):
        return True
    return any(entry.person for entry in known.entries)


def _told(
    orphans: Mapping[str, Mapping[str, str]], prunes: Mapping[str, Mapping[str, str]], blog: Blog
) -> Iterable[Finding]:
    for source, there in orphans.items():
        gone = prunes.get(source, {})
        left = [target for language, target in there.items() if language not in gone]
        if gone:
            known = blog.known.record(source).localizations
            theirs = [gone[tag] for tag in gone if _theirs(known.get(tag), blog.files[gone[tag]])]
            message = f"The post is gone, and its localizations go too: {', '.join(gone.values())}."
            if theirs:
                message += f" People's words go with {', '.join(theirs)}; git keeps what was committed."
            yield Finding("pruned", message, source)
        if left:
            message = (
                f"The post is gone, its localizations are not: {', '.join(left)}. Remove them by hand, or "
                "with `prune: true`."
            )
            yield Finding("source-gone", message, source)


def _outdated(blog: Blog, done: Iterable[Outcome]) -> Iterable[Finding]:
    """What stands as it is although this run's model and glossary would have made it otherwise."""
    made, targets = dict[str, None](), list[str]()
    for outcome in done:
        if item := blog.known.of(outcome.source, outcome.language):
            found = [
                each for each in (item.made_with, *item.others) if blog.known.outdated(each, outcome.language)
            ]
            made.update(dict.fromkeys(found))
            targets += [item.target] if found else []
    if targets:
        more = f" and {len(targets) - _NAMED:,} more" if len(targets) > _NAMED else ""
        message = (
            f"Another model or glossary ({', '.join(made)}) made text of "
            f"{', '.join(targets[:_NAMED])}{more}. It stays; `refresh: true` has it translated again."
        )
        yield Finding("outdated", message)
