"""A bare repository, written as GitHub writes it."""

import hashlib
import io
import os
import subprocess
import tempfile
from pathlib import Path

ZERO = "0" * 40
SERVED = "[http]\n\treceivepack\n[uploadpack]\n\tallowAnySHA1InWant\n\tallowFilter\n"
"""Settings of a repository on GitHub."""
BOT = {"name": "github-actions[bot]", "email": "41898282+github-actions[bot]@users.noreply.github.com"}


class GitError(Exception):
    """Git said no; the message is git's."""


class Store:
    """Objects and refs of one bare repository."""

    def __init__(self, folder):
        self.folder = Path(folder)
        command = ["git", "init", "-q", "--bare", "--template=", "-b", "main", str(self.folder)]
        subprocess.run(command, check=True)
        with (self.folder / "config").open("a") as config:
            config.write(SERVED)

    def git(self, *arguments, stdin=b"", env=None):
        """Run git here and return what it printed. Raises GitError."""
        done = subprocess.run(
            ["git", "-C", str(self.folder), *arguments],
            input=stdin,
            capture_output=True,
            check=False,
            env={**os.environ, **(env or {})},
        )
        if done.returncode:
            raise GitError(done.stderr.decode())
        return done.stdout.decode("utf-8", "replace").rstrip("\n")

    def resolve(self, name):
        """The full id that a name stands for, or None."""
        loose = self.folder / name
        if name.startswith("refs/") and loose.is_file():
            return loose.read_text().strip()
        try:
            return self.git("rev-parse", "--verify", "-q", "--end-of-options", name)
        except GitError:
            return None

    def blob(self, content):
        return self.blobs([content])[0]

    def blobs(self, contents):
        """The ids of contents, written by one process."""
        stream = b"".join(b"blob\ndata %d\n%b\n" % (len(content), content) for content in contents)
        if stream:
            self.git("fast-import", "--quiet", "--done", stdin=stream + b"done\n")
        return [hashlib.sha1(b"blob %d\0" % len(each) + each).hexdigest() for each in contents]

    def contents(self, oids):
        """What blobs hold, read by one process."""
        asked = "".join(f"{oid}\n" for oid in oids).encode()
        command = ["git", "-C", str(self.folder), "cat-file", "--batch"]
        told = io.BytesIO(subprocess.run(command, input=asked, capture_output=True, check=True).stdout)
        return [told.read(int(told.readline().split()[2]) + 1)[:-1] for _ in oids]

    def tree(self, base, entries):
        """`base` (a tree or None) with entries (path, mode, id; id None removes). Raises GitError."""
        for path, _, _ in entries:
            if {"", "..", ".", ".git"} & set(path.split("/")):
                raise GitError("tree.path contains a malformed path component")
        self._check_blobs({oid for _, mode, oid in entries if oid and mode != "160000"})
        lines = [f"{mode} {oid}\t{path}" if oid else f"0 {ZERO}\t{path}" for path, mode, oid in entries]
        with tempfile.TemporaryDirectory() as folder:
            env = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self.git("read-tree", base or "--empty", env=env)
            removed = {path for path, _, oid in entries if oid is None}
            if removed and not removed <= set(self.git("ls-files", "-z", env=env).split("\0")):
                raise GitError("GitRPC::BadObjectState")
            stdin = "".join(f"{line}\0" for line in lines).encode()
            self.git("update-index", "--add", "--replace", "-z", "--index-info", stdin=stdin, env=env)
            return self.git("write-tree", env=env)

    def _check_blobs(self, oids):
        """Raise GitError unless all are blobs that are here."""
        asked = "".join(f"{oid}\n" for oid in oids).encode()
        told = self.git("cat-file", "--batch-check=%(objecttype)", stdin=asked) if asked else ""
        if any(line != "blob" for line in told.splitlines()):
            raise GitError("tree.sha is not a valid blob")

    def commit(self, tree, parents, message, author=None):
        who, signer = author or BOT, author or {"name": "GitHub", "email": "noreply@github.com"}
        env = {"GIT_AUTHOR_NAME": who["name"], "GIT_AUTHOR_EMAIL": who["email"]}
        env |= {"GIT_COMMITTER_NAME": signer["name"], "GIT_COMMITTER_EMAIL": signer["email"]}
        each = [flag for parent in parents for flag in ("-p", parent)]
        return self.git("commit-tree", tree, *each, stdin=message.encode(), env=env)

    def swap(self, ref, new, old, *, force):
        """Move a ref in one step if it still is `old` (ZERO: missing; None: whatever). Raises GitError."""
        self.git("check-ref-format", ref)
        now = self.resolve(ref)
        if now and not force and new != ZERO:
            self.git("merge-base", "--is-ancestor", now, new)
        expected = "" if old is None else f" {old}"
        line = f"delete {ref}{expected}" if new == ZERO else f"update {ref} {new}{expected}"
        self.git("update-ref", "--stdin", stdin=f"{line}\n".encode())
