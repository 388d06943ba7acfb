"""`polypost demo`: the whole job on this machine, without any account.

A sample blog in a git repository, the pseudo translator, and the commit and the pull request as they
would be. What is left in the folder is an ordinary repository with our branch checked out.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from polypost import pseudo, wiring
from polypost.errors import ServiceError, UsageError
from polypost.files import write
from polypost.git import Git, GitRepository
from polypost.options import Options
from polypost.pipeline import run
from polypost.report.body import pull_request_body
from polypost.report.consoles import TerminalConsole
from polypost.report.parts import Place
from polypost.values import Publication, Report

FOLDER = Path("polypost-demo")
OPTIONS = Options(languages=("es", "ja", "ar"), translator="pseudo")
BASE, BRANCH = "main", "polypost/main"


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
        report = run(
            wiring.job(OPTIONS, console, dry_run=False),
            GitRepository(git, base),
            pseudo.open_pseudo,
            _LocalBranch(git, base),
            console,
        )
        if report.problem:
            raise ServiceError(report.problem)
        git.check_out(BRANCH)
    body = pull_request_body(report, place=Place(base=BASE, branch=BRANCH))
    write(folder, "pull-request.md", body.encode())
    _tell(folder, body)
    return report.exit_code


class _LocalBranch:
    """Commits to a local branch, as the pull request's would be; satisfies ports.Publisher."""

    def __init__(self, git: Git, base: str) -> None:
        self._git = git
        self._base = base

    def publish(self, changes: Mapping[str, bytes | None], report: Report) -> Publication:
        del report
        self._git.commit(self._base, changes, OPTIONS.commit_message, BRANCH)
        return Publication("created", branch=BRANCH)


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
    return packed if packed.is_dir() else Path(__file__).parents[2] / "examples" / "blog"


def _files(folder: Traversable, at: str = "") -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for item in sorted(folder.iterdir(), key=lambda each: each.name):
        path = f"{at}{item.name}"
        found += _files(item, f"{path}/") if item.is_dir() else [(path, item.read_bytes())]
    return found
