"""git: the only subprocess. Objects are read by id, so nothing depends on the working tree's files.

What the repository's own configuration could do to us is switched off through the environment: hooks,
the file system monitor, prompts. The token travels the same way, so it stands in no argument list.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import IO, Self

from polypost.errors import PostError, ServiceError, UsageError
from polypost.gitnames import check_branch, check_path
from polypost.memory.neighbours import Lines, settled
from polypost.overlay import Entry, Tree
from polypost.values import MAX_BYTES

_OID = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_ATTEMPTS = 3
_APART = b"\x1f\n"
"""A line between all that are merged, so that neighbours (the rows of a table) are not one change to git."""
_OPEN = b"\x1e\n"
"""The end of a line that has none."""
_PLAINLY = ("-q", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance")


@dataclass
class Git:
    """One repository on disk; a context manager, since reading objects keeps a process."""

    root: Path
    """The work tree."""
    _: KW_ONLY
    token: str = field(default="", repr=False)
    """Sent to `server` only, in place of any that the checkout left."""
    server: str = "https://github.com"
    remote: str = "origin"
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    """What git may inherit; its own variables are left out."""
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        self._env = _environment(self.environ, self.token, self.server)
        self._lock = threading.Lock()
        self._reader: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process that reads objects."""
        if self._reader:
            self._reader.communicate()
            self._reader = None

    def fetch(self, sha: str) -> bool:
        """Have a commit here, fetched alone where it is missing; False when there is no such commit.

        Raises ServiceError when the server can't be reached or refuses.
        """
        if not _OID.fullmatch(sha):
            return False
        if self._has(sha):
            return True
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._fetch(sha)
            except ServiceError as error:
                if re.search(r"not our ref|unadvertised object|find remote ref", str(error)):
                    return False
                if attempt == _ATTEMPTS:
                    raise ServiceError(
                        f"{error}. Check that the token may read the repository (`permissions: contents: "
                        "write`) and that the server can be reached, and start the run again."
                    ) from None
                self.sleep(2.0**attempt)
            else:
                break
        return self._has(sha)

    def fetch_together(self, shas: Iterable[str]) -> None:
        """Have several commits here by one request; what can't be had so is left to `fetch`."""
        missing = [sha for sha in shas if _OID.fullmatch(sha) and not self._has(sha)]
        if len(missing) > 1:
            with suppress(ServiceError):
                self._fetch(*missing)

    def _fetch(self, *shas: str) -> None:
        # `--depth` would turn a whole clone into a shallow one: only a shallow one gets it.
        depth = ["--depth=1"] if self._run("rev-parse", "--is-shallow-repository") == "true" else []
        self._run("fetch", *_PLAINLY, *depth, "--", self.remote, *shas)

    def tree(self, sha: str) -> Tree:
        """Every file of a commit. Raises ServiceError when the commit isn't here."""
        listed = self._bytes("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", sha)
        found: dict[str, Entry] = {}
        for line in listed.split(b"\0"):
            about, _, path = line.partition(b"\t")
            if path:
                mode, _, oid = about.decode().split()
                found[path.decode("utf-8", "surrogateescape")] = Entry(mode, oid)
        return found

    def read(self, oid: str, limit: int = MAX_BYTES) -> bytes:
        """The bytes of a blob, as they are stored. Raises PostError over `limit` bytes, else ServiceError."""
        if not _OID.fullmatch(oid):
            raise ServiceError(f"{oid!a} is no object id; please report this.")
        with self._lock:
            pipe_in, pipe_out = self._pipes()
            pipe_in.write(f"{oid}\n".encode())
            pipe_in.flush()
            kind, *size = pipe_out.readline().decode().split()[1:] or [""]
            if kind != "blob":
                # An answer without a size has no body; anything else is drained with the process.
                self.close()
                raise ServiceError(f"The file with id {oid} is missing in {self.root}: check out again.")
            left = int(size[0])
            content = pipe_out.read(left) if left <= limit else b""
            skipped = left - len(content)
            while skipped:
                skipped -= len(pipe_out.read(min(skipped, 1 << 20)))
            pipe_out.read(1)
        if left > limit:
            raise PostError(
                f"It is over {limit:,} bytes ({left:,}): split it, or exclude it.", code="too-large"
            )
        return content

    def merge(self, ours: Lines, before: Lines, theirs: Lines, *, favour: str) -> bytes:
        """What two changes of a file make together, line by line; a line may be a piece of one.

        `favour`: whose are taken of lines that both have changed, `ours` or `theirs`. Raises ServiceError for
        what git won't merge, such as binary files.
        """
        with tempfile.TemporaryDirectory() as folder:
            names = [str(Path(folder) / name) for name in ("ours", "before", "theirs")]
            for name, lines in zip(names, settled(ours, before, theirs, favour=favour), strict=True):
                whole = (line if line.endswith(b"\n") else line + _OPEN for line in lines)
                Path(name).write_bytes(_APART.join(whole))
            merged = self._bytes("merge-file", "--stdout", "--quiet", f"--{favour}", *names)
        return merged.replace(_APART, b"").replace(_OPEN, b"")

    def ignored(self) -> frozenset[str]:
        """What git doesn't track and is told to ignore, folders with a slash at their ends.

        Nothing where there is no repository, or no git. `check-ignore` would look through the whole index for
        each path: forty seconds for 70,000.
        """
        listed = ("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")
        try:
            return frozenset(self._bytes(*listed).decode("utf-8", "surrogateescape").split("\0")) - {""}
        except (ServiceError, UsageError):
            return frozenset()

    def init(self, branch: str) -> None:
        """Make the folder a repository without commits. Raises ServiceError when git refuses."""
        self._run("init", "--quiet", "--initial-branch", check_branch(branch))

    def check_out(self, branch: str) -> None:
        """Make the work tree what the branch holds. Raises ServiceError when git refuses."""
        self._run("checkout", "--quiet", "--force", check_branch(branch))

    def commit(self, base: str | None, changes: Mapping[str, bytes | None], message: str, branch: str) -> str:
        """Put one commit on `base` and point a local branch to it; the work tree stays as it is.

        `base`: a commit's id, or None for the first one. `changes`: path -> bytes, or None to remove.
        Returns the commit's id. Raises UsageError for an unsafe path or branch name, ServiceError when
        git refuses.
        """
        ref = f"refs/heads/{check_branch(branch)}"
        lines = []
        for path, content in changes.items():
            oid = "0" * 40 if content is None else self._run("hash-object", "-w", "--stdin", stdin=content)
            lines.append(f"{'0' if content is None else '100644'} {oid}\t{check_path(path)}\0")
        who = {"GIT_AUTHOR_NAME": "polypost", "GIT_AUTHOR_EMAIL": "polypost@localhost"}
        who |= {"GIT_COMMITTER_NAME": "polypost", "GIT_COMMITTER_EMAIL": "polypost@localhost"}
        with tempfile.TemporaryDirectory() as folder:
            env = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            if base:
                self._run("read-tree", "--end-of-options", f"{base}^{{tree}}", env=env)
            self._run("update-index", "-z", "--index-info", stdin="".join(lines).encode(), env=env)
            tree = self._run("write-tree", env=env)
        parent = ["-p", base] if base else []
        sha = self._run("commit-tree", tree, *parent, "-F", "-", stdin=message.encode(), env=who)
        self._run("update-ref", "-m", "polypost", ref, sha)
        return sha

    def _has(self, sha: str) -> bool:
        try:
            self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{sha}^{{tree}}")
        except ServiceError:
            return False
        return True

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if not self._reader:
            self._reader = subprocess.Popen(
                ["git", "cat-file", "--batch"],
                cwd=self.root,
                env=self._env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        pipes = self._reader.stdin, self._reader.stdout
        if not pipes[0] or not pipes[1]:
            raise ServiceError("git could not be started for reading.")
        return pipes[0], pipes[1]

    def _run(self, *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> str:
        return self._bytes(*arguments, stdin=stdin, env=env).decode("utf-8", "replace").strip()

    def _bytes(self, *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> bytes:
        try:
            done = subprocess.run(
                ["git", *arguments],
                cwd=self.root,
                env={**self._env, **(env or {})},
                input=stdin,
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise ServiceError(
                f"git can't be run in {self.root} ({error.strerror}): install git, and check the folder."
            ) from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip() or f"exit code {done.returncode}"
            if self.token:
                said = said.replace(self.token, "***").replace(_basic(self.token), "***")
            if "not a git repository" in said:
                raise UsageError(
                    f"{self.root} is no git repository: in a workflow, run actions/checkout (without `path`) "
                    "before polypost."
                )
            raise ServiceError(f"git {arguments[0]} failed: {said}")
        return done.stdout


def _basic(token: str) -> str:
    return base64.b64encode(f"x-access-token:{token}".encode()).decode()


def _environment(environ: Mapping[str, str], token: str, server: str) -> dict[str, str]:
    """What git inherits, and its configuration; this overrides all files, the repository's own included."""
    settings = [
        # In a container the work tree belongs to another user.
        ("safe.directory", "*"),
        ("core.hooksPath", os.devnull),
        ("core.fsmonitor", "false"),
        ("credential.helper", ""),
        ("http.lowSpeedLimit", "1000"),
        ("http.lowSpeedTime", "60"),
    ]
    if token:
        # A checkout leaves its own header; GitHub refuses two. An empty value takes back those before it.
        key = f"http.{server.rstrip('/')}/.extraheader"
        settings += [(key, ""), (key, f"AUTHORIZATION: basic {_basic(token)}")]
    kept = {name: value for name, value in environ.items() if not name.startswith("GIT_") or "_SSL_" in name}
    config = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings):
        config |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return kept | config | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
