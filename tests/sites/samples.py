"""The sample sites: a folder each beside this file, and how its generator builds it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sites.built import Built

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
MADE = ROOT / ".cache/sample-sites"
"""Where they are built: below the root like node_modules, since Astro compiles no theme that shares no folder
with the site."""
BASE = "/bees/"
"""Where all of them stand on their host."""
LANGUAGES = ("es", "ja")
_PYTHON = ROOT / ".cache/sites/bin"
_NODE = HERE / "node_modules/.bin"
_MADE = (".docusaurus", ".astro", ".jekyll-cache", "docs/.vitepress/cache", ".hugo_build.lock")
"""What generators leave beside the site itself."""
_ENVIRONMENT = {"CI": "true", "LC_ALL": "C.UTF-8", "DO_NOT_TRACK": "1", "ASTRO_TELEMETRY_DISABLED": "1"}


@dataclass(frozen=True, slots=True)
class Sample:
    """A row: one sample site."""

    name: str
    """Of its folder."""
    build: tuple[str, ...]
    """Program and arguments."""
    output: str
    """Folder that the built site is in."""
    opened: str = "guide/first-hive/"
    """Path of the post that a browser opens, in the default language."""
    general: tuple[str, ...] = ()
    """Pages that the generator makes by itself, once for all languages."""

    def copy(self, folder: Path) -> None:
        """Make `folder` a git repository with the sample in it."""
        shutil.copytree(HERE / self.name, folder)
        (folder / ".gitignore").write_text("\n".join(("node_modules", self.output, *_MADE)))
        git(folder, "init", "-q", "-b", "main")
        commit(folder)
        # Beside the site, and not in it: there each generator has a cache of its own.
        modules = folder.parent / "node_modules"
        if not modules.exists():
            modules.symlink_to(HERE / "node_modules")

    def made(self, folder: Path) -> Built:
        """Build the site in `folder`. Raises AssertionError with what the generator said when it fails."""
        done = subprocess.run(
            self.build,
            cwd=folder,
            env=os.environ | _ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"{self.name}: {self.build} failed:\n{done.stdout}"
        return Built(folder / self.output, BASE, LANGUAGES, self.general)


def commit(folder: Path) -> None:
    """Commit all that is there."""
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Posts")


def git(folder: Path, *arguments: str) -> str:
    """What git says; as a person whom no configuration has to name."""
    person = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "core.quotePath=false"]
    command = ["git", "-C", str(folder), *person, *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout


_VITE = "docs/.vitepress/dist"
_PAGES = ("404.html", "search.html")
SAMPLES = (
    Sample("hugo", (f"{_PYTHON}/hugo", "--panicOnWarning"), "public", "posts/first-hive/"),
    Sample("mkdocs-suffix", (f"{_PYTHON}/mkdocs", "build"), "site", general=_PAGES),
    Sample("mkdocs-folder", (f"{_PYTHON}/mkdocs", "build"), "site", general=_PAGES),
    Sample("docusaurus", (f"{_NODE}/docusaurus", "build", "--no-minify"), "build", ""),
    Sample("astro", (f"{_NODE}/astro", "build"), "dist", "posts/first-hive/"),
    Sample("starlight", (f"{_NODE}/astro", "build"), "dist", general=_PAGES),
    Sample("vitepress", (f"{_NODE}/vitepress", "build", "docs"), _VITE, "guide/first-hive.html", _PAGES),
    Sample("eleventy", (f"{_NODE}/eleventy",), "_site", "posts/first-hive/"),
    Sample("jekyll", ("jekyll", "build"), "_site", "2024/03/01/first-hive/"),
    Sample("jekyll-polyglot", ("jekyll", "build"), "_site", "2024/03/01/first-hive/"),
)
