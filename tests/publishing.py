"""What one run publishes, over the stand-in GitHub and the real git edge, as the wiring joins them."""

from dataclasses import replace

from polypost.git import Branch, Git, GitRepository
from polypost.github.authors import co_authors
from polypost.github.pages import Request
from polypost.github.parts import Seen
from polypost.github.publish import PullRequests
from polypost.gitnames import part_of
from polypost.records.file import dump
from polypost.records.record import Localization, Record, brief, content_id, record_path
from polypost.sites import Layouts
from polypost.values import Outcome, Report, Status
from standins.github import TOKEN

OURS = "polypost/main"
REPORT = Report(posts=("posts/a.md",))


def told(report, page):
    return (
        f"posts: {', '.join(report.posts)}{f'; part {page.part} beside {page.others}' if page.others else ''}"
    )


REQUEST = Request("Localize posts", "Localize posts\n\nes, ja", told)


def text(pull):
    """A pull request's body without the mark at its end."""
    return pull.body.partition("\n\n<!-- polypost ")[0]


class Runs:
    """Runs of one repository; each reads the branches as they are when it is made."""

    def __init__(self, hub, api, folder):
        self.hub, self.api, self.folder = hub, api, folder
        self.warnings = []
        self.opened = []

    def __call__(self, request=REQUEST, **more):
        folder = self.hub.checkout(self.folder / f"work{len(self.opened)}")
        self.opened.append(git := Git(folder, token=TOKEN, server=self.hub.url))
        base = self.api.head("main")
        heads = {part_of(OURS, name): head for name, head in sorted(self.api.heads(OURS).items())}
        heads.pop(0, None)
        histories = {head: self.api.history(base, head) for head in heads.values()}
        branches = tuple(Branch(head, history.fork) for head, history in histories.items() if history)
        together = more.get("together", str)
        self.repository = GitRepository(git, base, branches, together=together)

        def see(head):
            history = histories.get(head) or self.api.history(base, head)
            carried, stale = self.repository.adds(Branch(head, history.fork))
            names = co_authors(history.commits, request.message) if carried else ()
            return Seen(head, carried, names, stale)

        return PullRequests(
            self.api,
            request,
            base="main",
            base_commit=base,
            files=self.repository.sources(),
            branch=OURS,
            seen={part: see(head) for part, head in sorted(heads.items())},
            see=see,
            read=self.repository.read,
            merged=self.repository.merged,
            base_files=self.repository.files_of,
            warn=self.warnings.append,
            **more,
        )

    def close(self):
        for each in self.opened:
            each.close()


RECORD = record_path("posts/a.md")
ENTRIES = ()
"""Of each localization."""


def in_one(path):
    return Layouts("{dir}/{name}.{lang}{ext}").together(path)


def record(**languages):
    """The record of `posts/a.md`: language -> the text that was written."""
    made = {tag: _localization(tag, text.encode()) for tag, text in languages.items()}
    return dump(Record("posts/a.md", made))


def _localization(tag, data):
    return Localization(f"posts/a.{tag}.md", "source", brief(content_id(data)), "frame", "model", ENTRIES)


def made(*languages):
    """The report of a run that made `posts/a.md` in these languages."""
    return replace(
        REPORT,
        outcomes=tuple(
            Outcome("posts/a.md", f"posts/a.{tag}.md", tag, Status.NEW, 1, 0) for tag in languages
        ),
        changed=tuple(f"posts/a.{tag}.md" for tag in languages),
    )
