"""`make test-sites`: polypost localizes each sample, its generator builds it, and readers find all of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from polypost.pseudo import pseudo
from sites.browser import opened
from sites.built import Built
from sites.checker import of_page, problems
from sites.samples import LANGUAGES, MADE, SAMPLES, Sample, commit, git

pytestmark = [pytest.mark.sites, pytest.mark.timeout(600)]
_NAMED = {sample.name: sample for sample in SAMPLES}
POSTS = ("The first hive", "A tour: bees & coffee", "Through the winter")
"""Titles of those that each sample has."""
EXCLUDED = "Colophon"
"""Title of the page that `.polypost.toml` leaves as it is."""
_POLYPOST = Path(sys.executable).parent / "polypost"


@dataclass(frozen=True, slots=True)
class Done:
    """A sample, localized and built."""

    sample: Sample
    folder: Path
    site: Built


def localize(folder: Path) -> None:
    wanted = ["--to", ",".join(LANGUAGES), "--translator", "pseudo", "--layout", "auto"]
    command = [_POLYPOST, "translate", *wanted]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def make():
    """By name, each once: pytest may ask for a sample from several tests."""
    shutil.rmtree(MADE, ignore_errors=True)

    @cache
    def made(name: str) -> Done:
        sample, folder = _NAMED[name], MADE / name / "site"
        sample.copy(folder)
        localize(folder)
        return Done(sample, folder, sample.made(folder))

    return made


@pytest.fixture(params=_NAMED)
def done(request, make):
    return make(request.param)


def test_every_post_is_there_in_every_language(done):
    site = done.site
    titles = {url: page.heading for url, page in site.pages.items() if site.language(url) == site.default}
    for language in LANGUAGES:
        beside = {url: site.pages.get(site.beside(url, language)) for url in titles}
        found = {titles[url] for url, page in beside.items() if page is not None and site.localized(page)}
        missing = {title for title in POSTS if not any(title in each for each in found)}
        assert not missing, f"{language} has {found}"
        assert EXCLUDED not in found


def test_links_pictures_anchors_languages_and_code_are_right(done):
    assert problems(done.site) == []


def test_a_second_run_changes_nothing(done):
    commit(done.folder)
    localize(done.folder)
    assert git(done.folder, "status", "--porcelain") == ""


def test_a_browser_shows_it(done, request):
    language = LANGUAGES[SAMPLES.index(done.sample) % len(LANGUAGES)]
    url = done.site.beside(done.site.base + done.sample.opened, language)
    picture = request.config.cache.mkdir("sites") / f"{done.sample.name}.png"
    page, missed = opened(done.site, url, picture)
    assert page.language == language
    assert pseudo(POSTS[0]) in page.heading
    assert pseudo("Bees need little, and a beginner needs less.") in page.text
    assert len(page.code) == len(done.site.pages[done.site.beside(url, "en")].code) >= 4
    assert list(of_page(done.site, page)) == []
    assert missed == []
    assert picture.read_bytes().startswith(b"\x89PNG")
