"""`polypost demo`: the whole job on this machine, without any account.

A sample blog in a git repository, the pseudo translator, and the commits and the pull request as they
would be. Two runs, because the second one shows what stays: in between, people edit both branches. What
is left in the folder is an ordinary repository with our branch checked out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from polypost import pseudo
from polypost.clock import SystemClock
from polypost.errors import ServiceError, UsageError
from polypost.files import write
from polypost.fronts import wiring
from polypost.git import Branch, Git, GitRepository
from polypost.options import Options
from polypost.ports import Console
from polypost.report.body import pull_request_body
from polypost.report.consoles import TerminalConsole
from polypost.report.looks import consumption, tally
from polypost.report.parts import Place
from polypost.run.carried import with_carried
from polypost.run.pipeline import run
from polypost.values import Publication, Report

FOLDER = Path("polypost-demo")
OPTIONS = Options(languages=("es", "ja", "ar"), translator="pseudo")
BASE, BRANCH = "main", "polypost/main"

CHANGED = "posts/2024-05-12-sqlite-is-enough"
SENTENCE = "A database server is a fine thing to have, and most of my clients don't need one."
REWORDED = "A database server is a fine thing to have, and hardly any of my clients need one."
EDITS = (
    ("about.es.md", "I work alone, or in teams of two or three.", "Trabajo solo, o con una o dos personas."),
    (f"{CHANGED}.es.md", SENTENCE, "Un servidor de bases de datos está bien, pero casi nadie lo necesita."),
)
"""Localization, sentence of its source, and what a person makes of its translation."""
RENAMED = ("posts/2025-05-18-release-checklist.md", "posts/2025-05-18-releasing-with-a-pencil.md")


def demo(folder: Path | None) -> int:
    """Do it and show it; give the exit code. Raises UsageError when the folder is in use."""
    folder = folder or FOLDER
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty: delete it, or name another with --folder.")
    blog = folder / "blog"
    blog.mkdir(parents=True, exist_ok=True)
    with Git(blog) as git, TerminalConsole() as console:
        git.init(BASE)
        base = git.commit(None, dict(_files(_sample())), "The sample blog", BASE)
        console.step("A first run, over the whole blog")
        _, ours = _run(GitRepository(git, base), console)
        console.step("Meanwhile")
        edited, later = _by_people(git, base, ours, console)
        console.step("A second run, into the same pull request")
        repository = GitRepository(git, later, (Branch(edited, base),))
        report, _ = _run(repository, console)
        git.check_out(BRANCH)
        whole = with_carried(report, repository, repository.carried())
    body = pull_request_body(whole, place=Place(base=BASE, branch=BRANCH))
    write(folder, "pull-request.md", body.encode())
    _tell(folder, body)
    return report.exit_code


class _LocalBranch:
    """Commits to a local branch, as the pull request's would be; satisfies ports.Publisher."""

    def __init__(self, repository: GitRepository) -> None:
        self._there = repository
        self.head = ""
        self.pause = 300.0
        self._made: dict[str, bytes | None] = {}

    def publish(
        self, changes: Mapping[str, bytes | None], report: Report, *, final: bool = True
    ) -> Publication:
        del report, final
        there = self._there
        self._made |= changes
        held = {path: there.read(entry.oid) if entry else None for path, entry in there.carried().items()}
        self.head = there.git.commit(there.base, {**held, **self._made}, OPTIONS.commit_message, BRANCH)
        return Publication("updated" if there.branches else "created", branch=BRANCH)


def _run(repository: GitRepository, console: Console) -> tuple[Report, str]:
    """What became of the blog, and our branch's new commit."""
    branch = _LocalBranch(repository)
    job = wiring.job(OPTIONS, None, Path(), dry_run=False)
    clock = SystemClock()
    report = run(job, repository, pseudo.PseudoTranslators(clock), branch, console, clock)
    if report.problem:
        raise ServiceError(report.problem)
    console.say(f"{tally(report.outcomes)}; sent: {consumption(report.usage)}")
    return report, branch.head


def _by_people(git: Git, base: str, head: str, console: Console) -> tuple[str, str]:
    """What a reader of Spanish does on our branch, and the blog's owner on the base: the two commits."""
    ours, theirs = _content(GitRepository(git, head)), _content(GitRepository(git, base))
    by_hand = {path: _reworded(ours(path), pseudo.pseudo(old), new) for path, old, new in EDITS}
    post, (before, after) = f"{CHANGED}.md", RENAMED
    by_owner = {post: _reworded(theirs(post), SENTENCE, REWORDED), before: None, after: theirs(before)}
    console.say(f"on {BRANCH}, somebody corrects {' and '.join(by_hand)}")
    console.say(f"on {BASE}, a sentence of {post} changes, and {before} gets another name")
    return (
        git.commit(head, by_hand, "Say it in Spanish", BRANCH),
        git.commit(base, by_owner, "Change a sentence, rename a post", BASE),
    )


def _content(there: GitRepository) -> Callable[[str], bytes]:
    return lambda path: there.read(there.sources()[path])


def _reworded(content: bytes, old: str, new: str) -> bytes:
    return content.replace(old.encode(), new.encode())


def _tell(folder: Path, body: str) -> None:
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.panel import Panel

    out = Console()
    out.print(Panel(Markdown(body), title="The pull request"))
    out.print(f"The blog, with the branch {BRANCH} checked out: {folder / 'blog'}", highlight=False)
    out.print(f"The pull request's body:  {folder / 'pull-request.md'}", highlight=False)
    out.print(f"What the commit changes:  git -C {folder / 'blog'} show --stat", highlight=False)


def _sample() -> Traversable:
    """The sample blog: in an installed package beside the code, in a checkout under `examples`."""
    packed = resources.files("polypost") / "sample"
    return packed if packed.is_dir() else Path(__file__).parents[3] / "examples" / "blog"


def _files(folder: Traversable, at: str = "") -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for item in sorted(folder.iterdir(), key=lambda each: each.name):
        path = f"{at}{item.name}"
        found += _files(item, f"{path}/") if item.is_dir() else [(path, item.read_bytes())]
    return found
