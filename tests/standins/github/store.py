"""A bare repository, written as GitHub writes it."""

import os
import subprocess
import tempfile
from pathlib import Path

ZERO = "0" * 40
BOT = {"name": "github-actions[bot]", "email": "41898282+github-actions[bot]@users.noreply.github.com"}


class GitError(Exception):
    """Git said no; the message is git's."""


class Store:
    """Objects and refs of one bare repository."""

    def __init__(self, folder):
        self.folder = Path(folder)
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(self.folder)], check=True)
        for key in ("http.receivepack", "uploadpack.allowAnySHA1InWant", "uploadpack.allowFilter"):
            self.git("config", key, "true")

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
        try:
            return self.git("rev-parse", "--verify", "-q", "--end-of-options", name)
        except GitError:
            return None

    def blob(self, content):
        return self.git("hash-object", "-w", "--stdin", stdin=content)

    def tree(self, base, entries):
        """`base` (a tree or None) with entries (path, mode, id; id None removes). Raises GitError."""
        with tempfile.TemporaryDirectory() as folder:
            env = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self.git("read-tree", base or "--empty", env=env)
            for path, mode, oid in entries:
                parts = path.split("/")
                if "" in parts or ".." in parts or "." in parts or ".git" in parts:
                    raise GitError("tree.path contains a malformed path component")
                if oid is None:
                    if not self.git("ls-files", "--", f":(literal){path}", env=env):
                        raise GitError("GitRPC::BadObjectState")
                    self.git("update-index", "--index-info", stdin=f"0 {ZERO}\t{path}\n".encode(), env=env)
                elif mode != "160000" and not self.resolve(f"{oid}^{{blob}}"):
                    raise GitError("tree.sha is not a valid blob")
                else:
                    self.git(
                        "update-index", "--add", "--replace", "--cacheinfo", f"{mode},{oid},{path}", env=env
                    )
            return self.git("write-tree", env=env)

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
