"""The stand-in itself: one repository with its pull requests, served on loopback.

    with Hub(tmp_path) as hub:
        sha = hub.push({"posts/a.md": "Hi.\n"})
        ...                     # run polypost with hub.env()
        assert hub.violations == []

Requests and answers are judged by GitHub's official descriptions; what doesn't fit lands in `violations`.
"""

import base64
import itertools
import re
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from standins.github import graph
from standins.github.description import official
from standins.github.rest import ApiError, Pull, Rest
from standins.github.server import Handler, Request, Server
from standins.github.store import ZERO, Store

SOMEONE = {"name": "Someone", "email": "someone@example.com"}
TOKEN = "ghs_standinSentinelToken0123456789abcdef"


@dataclass
class Fault:
    """What happens to the next `times` matching requests: an answer, or an act before it."""

    method: str
    pattern: str
    times: int
    answer: ApiError | None
    action: Any = None


@dataclass
class Hub:
    """A GitHub with one repository; use as a context manager. The switches may be set at any time."""

    folder: Path
    repository: str = "octo/blog"
    token: str = TOKEN
    private: bool = False
    contents_write: bool = True
    pulls_write: bool = True
    may_open_pulls: bool = True
    administers: bool = False
    drafts: bool = True
    collaborators: set = field(default_factory=lambda: {"alice", "bob"})
    teams: set = field(default_factory=lambda: {"docs"})
    pulls: dict[int, Pull] = field(default_factory=dict)
    log: list[Request] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    token_ends: int | None = None
    """From the request with this index on (the first is 0) the token is refused."""
    intercept: Any = lambda method, path, index: None
    """What happens to a request: method, path, its index -> a trouble (see `troubles`) or None."""

    node_id = "R_standin"

    def __post_init__(self):
        self.owner, self.name = self.repository.split("/")
        self.root = Path(self.folder) / "served"
        self.root.joinpath(self.owner).mkdir(parents=True)
        self.store = Store(self.root / f"{self.repository}.git")
        self.rest = Rest(self)
        self.lock = threading.RLock()
        self.closing = threading.Event()
        self._numbers = itertools.count()

    def __enter__(self):
        self.server = Server(("127.0.0.1", 0), type("Served", (Handler,), {"hub": self}))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.api, self.graphql = f"{self.url}/api/v3", f"{self.url}/api/graphql"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def env(self):
        """The variables by which a runner tells an action where GitHub is."""
        urls = {"GITHUB_API_URL": self.api, "GITHUB_SERVER_URL": self.url, "GITHUB_GRAPHQL_URL": self.graphql}
        return urls | {"GITHUB_REPOSITORY": self.repository}

    def push(self, files, *, branch="main", message="Write", onto=None, modes=None, author=SOMEONE):
        """Commit `files` (path -> text or bytes, None removes) onto a branch and return the commit's id.

        `onto` replaces the branch's head as the parent (a forced push; ZERO: a commit without parent).
        """
        parent = onto or self.head(branch) or ZERO
        start = None if parent == ZERO else f"{parent}^{{tree}}"
        written = {path: text for path, text in files.items() if text is not None}
        contents = [text.encode() if isinstance(text, str) else text for text in written.values()]
        oids = dict(zip(written, self.store.blobs(contents), strict=True))
        entries = [(path, (modes or {}).get(path, "100644"), oids.get(path)) for path in files]
        tree = self.store.tree(start, entries)
        sha = self.store.commit(tree, [] if parent == ZERO else [parent], message, author)
        self.store.git("update-ref", f"refs/heads/{branch}", sha)
        return sha

    def head(self, branch="main"):
        """The commit that a branch points to, or None."""
        return self.store.resolve(f"refs/heads/{branch}")

    def files(self, branch="main"):
        """Path -> text of everything in a branch."""
        listed = self.store.git("ls-tree", "-r", "-z", f"refs/heads/{branch}").split("\0")
        oids = {
            path: about.split()[2] for about, _, path in (line.partition("\t") for line in listed if line)
        }
        texts = (content.decode("utf-8", "replace") for content in self.store.contents(oids.values()))
        return dict(zip(oids, texts, strict=True))

    def read(self, path, branch="main"):
        """The text of one file of a branch."""
        done = subprocess.run(
            ["git", "-C", self.store.folder, "cat-file", "blob", f"refs/heads/{branch}:{path}"],
            capture_output=True,
            check=True,
        )
        return done.stdout.decode("utf-8", "replace")

    def checkout(self, folder, *, branch="main", depth=1):
        """Clone over HTTP as actions/checkout does: shallow, its authorization kept."""
        basic = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
        header = f"http.{self.url}/.extraheader=AUTHORIZATION: basic {basic}"
        source = f"{self.url}/{self.repository}"
        settings = [f"--config={one}" for one in (header, "user.name=x", "user.email=x@x")]
        shallow = [f"--depth={depth}"] if depth else []
        command = ["git", "clone", "-q", "--no-tags", "--branch", branch, *settings, *shallow]
        subprocess.run([*command, source, str(folder)], check=True, capture_output=True)
        return Path(folder)

    def fail(self, method, pattern, status, message="", *, times=1, headers=None):
        """Answer the next `times` matching requests with an error."""
        self.faults.append(Fault(method, pattern, times, ApiError(status, message, headers=headers)))

    def before(self, method, pattern, action):
        """Do something just before the next matching request is served: the other side of a race."""
        self.faults.append(Fault(method, pattern, 1, None, action))

    def close(self, number, *, merged=False):
        """Close a pull request, as a person does; `merged` squashes it into its base."""
        pull = self.pulls[number]
        pull.closed_at_sha, pull.state, pull.merged = self.head(pull.head), "closed", merged
        if merged:
            base = self.head(pull.base)
            tree = self.store.git("merge-tree", "--write-tree", base, pull.closed_at_sha).splitlines()[0]
            sha = self.store.commit(tree, [base], pull.title)
            self.store.git("update-ref", f"refs/heads/{pull.base}", sha)

    def number(self):
        """The next request's index; all are counted, those of git too."""
        return next(self._numbers)

    def count_from(self, index=0):
        """Let the next request have this index."""
        self._numbers = itertools.count(index)

    @property
    def writes(self):
        """The requests that would change something."""
        return [each for each in self.log if each.method not in {"GET", "HEAD"}]

    def due(self, method, path):
        """Let a request meet the first fault that fits; raises ApiError when that says so."""
        for fault in self.faults:
            if fault.times and fault.method == method and re.search(fault.pattern, path):
                fault.times -= 1
                if fault.answer:
                    raise fault.answer
                fault.action()
                return

    def serve(self, method, path, query, body):
        """Status, headers and body of one API request."""
        try:
            self.due(method, path)
            with self.lock:
                if path == "/api/graphql":
                    found, problems = graph.answer(self, body)
                    self.violations += [f"POST /graphql: {each}" for each in problems]
                    return 200, {}, found
                return self._rest(method, path.removeprefix("/api/v3"), query, body)
        except ApiError as refused:
            return refused.status, refused.headers, refused.body

    def _rest(self, method, path, query, body):
        if not (found := official().find(method, path)):
            self.violations.append(f"{method} {path}: no such operation is described")
            raise ApiError(404, "Not Found")
        operation, parameters = found
        where = f"{method} {operation.template}"
        problems = official().request_problems(operation, query, body)
        self.violations += [f"{where}: {each}" for each in problems]
        if problems:
            raise ApiError(422, f"Invalid request. {problems[0]}")
        headers = {}
        try:
            status, answer = self.rest.call(operation, parameters, query, body)
            answer = official().answer(operation, status, answer)
        except ApiError as refused:
            status, headers, answer = refused.status, refused.headers, refused.body
        problems = official().response_problems(operation, status, answer)
        self.violations += [f"answer to {where}: {each}" for each in problems]
        return status, headers, answer
