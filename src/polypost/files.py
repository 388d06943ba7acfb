"""The working tree: reading through no symlink, writing only below the root, whole files or none."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path, PurePosixPath

from polypost.errors import PostError, ServiceError, UsageError
from polypost.options import FILE
from polypost.overlay import parents
from polypost.records.record import content_id as identity
from polypost.sites import FOLDERS, RECORDS, SUFFIXES, tells
from polypost.values import MAX_BYTES, Finding, Publication, Report

_PASSED_OVER = frozenset({"node_modules", "__pycache__", "venv", "vendor", "polypost-demo"})
_UNREADABLE = "unreadable:"
"""In front of a path, in place of a content id: a link, or a huge file."""


class FolderRepository:
    """A folder as it stands; satisfies ports.Repository.

    Of its files only Markdown, records, and what tells how a site is built; dot folders are left out, and
    repositories in it.
    """

    def __init__(
        self,
        root: Path,
        output: str = "",
        before: Callable[[], Mapping[str, str] | None] = lambda: None,
        ignored: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        """`root`: the repository's root; every path is relative to it.

        `output`: the output pattern; the folders that it names are looked into, dot folders or not.
        `before`: what `changed` compares with, path -> content id; None: everything is looked at.
        `ignored`: what git ignores, folders with a slash behind them; no posts, but maybe localizations.
        """
        self._root, self._before, self._ignored = root, before, ignored
        self._entered = frozenset({RECORDS, *(part for part in output.split("/") if "{" not in part)})
        self._paths: dict[str, str] = {}
        self._ids: dict[str, str] = {}

    def sources(self) -> Mapping[str, str]:
        """Path -> content id, without what git ignores."""
        return self._sources

    @cached_property
    def _sources(self) -> dict[str, str]:
        ignored = self._ignored()

        def passed(path: str) -> bool:
            return path in ignored or any(f"{folder}/" in ignored for folder in parents(path))

        return {path: oid for path, oid in self.overlay().items() if not (ignored and passed(path))}

    def overlay(self) -> Mapping[str, str]:
        """The same with what git ignores: a folder has no branch laid over it."""
        if not self._ids:
            for path, oid in _walk(self._root, self._entered):
                self._ids[path] = oid
                self._paths.setdefault(oid, path)
        return self._ids

    def superseded(self) -> tuple[Finding, ...]:
        """Nothing: a folder has no branch laid over it."""
        return ()

    def blocked(self, path: str) -> str:
        """The link, folder or file in the way of a file at `path`; empty when there is none."""
        if not self._ids.get(path, _UNREADABLE).startswith(_UNREADABLE):
            return ""  # it was read, and through no link
        for part in (*parents(path), path):
            mode = _mode(self._root / part)
            if mode and not (stat.S_ISREG(mode) if part == path else stat.S_ISDIR(mode)):
                return part
        return ""

    def changed(self) -> frozenset[str] | None:
        """The paths that differ from `before`, removed ones too, as far as they matter; None: all of them."""
        before = self._before()
        if before is None:
            return None
        here = dict(self.sources())
        if (data := configuration(self._root, FILE)) is not None:
            here[FILE] = identity(data)
        gone = {path for path in before if path == FILE or path.endswith(SUFFIXES)} - here.keys()
        return frozenset(gone | {path for path, oid in here.items() if before.get(path) != oid})

    def read(self, content_id: str) -> bytes:
        """The bytes behind a content id. Raises PostError when they can't be read safely, or are gone."""
        path = self._paths[content_id]
        content = read(self._root, path)
        # Records are written by the run itself; a post that is edited meanwhile is not what was planned.
        if identity(content) != content_id and not path.startswith(f"{RECORDS}/"):
            raise PostError(f"{path} was changed while the run went on: run it again.", code="changed")
        return content


class FolderPublisher:
    """Writes finished files into a folder; satisfies ports.Publisher."""

    def __init__(self, root: Path) -> None:
        """`root`: below it, and never through a symlink, everything is written."""
        self._root = root
        self.pause = 0.0
        """Writing costs next to nothing: whatever is finished is written at once."""

    def publish(
        self, changes: Mapping[str, bytes | None], report: Report, *, final: bool = True
    ) -> Publication:
        """Write `changes`; None removes. Raises ServiceError when the disk or a link refuses."""
        del report, final
        for path, content in changes.items():
            try:
                if content is None:
                    _remove(self._root, path)
                else:
                    write(self._root, path, content)
            except OSError as error:
                raise ServiceError(
                    f"{path} can't be written ({error.strerror}): check that no link or folder is in its way "
                    "and that there is room on the disk."
                ) from None
        return Publication("none")


def read(root: Path, path: str, limit: int = MAX_BYTES) -> bytes:
    """Read a regular file below `root` through no symlink, at most `limit` bytes.

    Raises PostError. The file is opened component by component with O_NOFOLLOW, so that no link
    made between a check and the reading can lead elsewhere.
    """
    try:
        with _parent(root, path, make=False) as (folder, name):
            data = _content(folder, name, path, limit)
    except OSError as error:
        raise PostError(
            f"{path} can't be read ({error.strerror}): symbolic links are not followed.", code="unreadable"
        ) from None
    return data


def _content(folder: int, name: str, path: str, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file in an open folder; `path`: for messages. Raises PostError, OSError for a link."""
    file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, dir_fd=folder)
    with os.fdopen(file, "rb") as stream:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise PostError(f"{path} is no regular file: it is left alone.", code="not-a-file")
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise PostError(f"{path} is over {limit:,} bytes: split it, or exclude it.", code="too-large")
    return data


def configuration(root: Path, name: str) -> bytes | None:
    """Read the configuration file; None when there is none. Raises UsageError when it is unusable."""
    if not os.path.lexists(root / name):
        return None
    try:
        return read(root, name)
    except PostError as error:
        raise UsageError(
            f"The configuration can't be used: {error} Make {name} a plain file of a few lines, or remove it."
        ) from None


def write(root: Path, path: str, content: bytes) -> None:
    """Write a whole file below `root`, replacing it in one step. Raises OSError."""
    with _parent(root, path, make=True) as (folder, name):
        temporary = ".polypost-new"  # short: the name itself may be as long as names can be
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(temporary, flags, 0o644, dir_fd=folder), "wb") as file:
            file.write(content)
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)


def _mode(path: Path) -> int:
    try:
        return path.lstat().st_mode
    except OSError:
        return 0


def _remove(root: Path, path: str) -> None:
    with suppress(FileNotFoundError), _parent(root, path, make=False) as (folder, name):
        os.unlink(name, dir_fd=folder)


@contextmanager
def _parent(root: Path, path: str, *, make: bool) -> Iterator[tuple[int, str]]:
    """Open the folder that holds `path`, through no symlink; `make` creates what is missing."""
    *folders, name = PurePosixPath(path).parts
    if path.startswith("/") or ".." in folders or name == ".." or ".git" in (*folders, name):
        raise PostError(f"{path} is no path inside the repository.", code="unsafe-path")
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in folders:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=at)
            following = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at)
            os.close(at)
            at = following
        yield at, name
    finally:
        os.close(at)


def _walk(root: Path, entered: Collection[str]) -> Iterator[tuple[str, str]]:
    """Path and content id of each file that counts. Each folder is opened once, through no link."""
    for folder, folders, names, opened in os.fwalk(root):
        inside = PurePosixPath(os.path.relpath(folder, root).replace(os.sep, "/"))
        if inside.parts and ".git" in (*folders, *names):
            folders.clear()  # As in a commit: what is in another repository is none of this one's.
            continue
        # A dot folder of a generator is looked into for its configuration alone.
        signs_only = any(part in FOLDERS and part not in entered for part in inside.parts)
        folders[:] = sorted(name for name in folders if _entered(name, entered, signs_only=signs_only))
        record = inside.parts[:1] == (RECORDS,)
        before = "" if inside == PurePosixPath() else f"{inside}/"
        for name in sorted(names):
            path = before + name
            post = name.casefold().endswith(SUFFIXES) and not signs_only
            if not (record or post or tells(path)):
                continue
            try:
                yield path, identity(_content(opened, name, path))
            except (PostError, OSError) as error:
                # As in a commit: a symlink is no post. CLAUDE.md -> README.md is common, and no error.
                # What else can't be read is told when it is read as a post.
                if record or not (isinstance(error, OSError) and error.errno == errno.ELOOP):
                    yield path, _UNREADABLE + path


def _entered(name: str, entered: Collection[str], *, signs_only: bool) -> bool:
    if signs_only:
        return name == "config"
    return name in entered or name in FOLDERS or (name[0] != "." and name not in _PASSED_OVER)
