"""Which generator a post is written for, by the files around it."""

import shutil
import subprocess
import time

import pytest

from polypost.files import FolderRepository
from polypost.git import Git
from polypost.markdown.dialects import DIALECTS
from polypost.sites import ROWS, dialect_of, sites_of, tells
from polypost.sites.generators import SIGNS

HUGO, ZOLA = "baseURL = 'https://example.org/'\ntitle = 'A'\n", 'base_url = "https://example.org"\n'
DECK = "---\ntheme: seriph\ntitle: A talk\n---\n\n# Hello\n"


def dialects(files, *posts):
    """The dialects of `posts` in a repository of `files` (path -> text)."""
    sites = sites_of([*files, *posts], lambda path: files.get(path, ""))
    return [dialect_of(sites, post) for post in posts]


@pytest.mark.parametrize(
    ("files", "post", "dialect"),
    [
        ({"docusaurus.config.ts": ""}, "docs/intro.md", "docusaurus"),
        ({"website/docusaurus.config.js": ""}, "website/docs/a.mdx", "docusaurus"),
        ({"docusaurus.config.js": "markdown: {\n  format: 'detect',\n}"}, "docs/a.md", "docusaurus-detect"),
        ({"docusaurus.config.js": "markdown: { format: 'md' }"}, "docs/a.mdx", "docusaurus-detect"),
        ({"docusaurus.config.js": "  // format: 'detect',\n"}, "docs/a.md", "docusaurus"),
        ({"docusaurus.config.js": "markdown: { format: 'mdx' }"}, "docs/a.md", "docusaurus"),
        ({"website/docusaurus.config.js": ""}, "docs/a.md", ""),
        ({"website/docusaurus.config.js": "docs: {\n  path: '../docs',\n}"}, "docs/a.md", "docusaurus"),
        ({"website/docusaurus.config.js": "docs: {\n  path: '../../docs',\n}"}, "docs/a.md", ""),
        ({"docs/mkdocs.yml": "docs_dir: ..\n"}, "a.md", "mkdocs"),
        ({"docs/.vitepress/config.mts": ""}, "docs/guide/a.md", "vitepress"),
        ({"docs/.vitepress/config.mts": ""}, "blog/a.md", ""),
        ({".vitepress/config/index.ts": ""}, "a.md", "vitepress"),
        ({"docs/.vuepress/config.js": ""}, "docs/a.md", "vitepress"),
        ({"nuxt.config.ts": ""}, "content/a.md", "nuxt"),
        ({"astro.config.mjs": ""}, "src/content/blog/a.md", "astro"),
        ({"next.config.js": ""}, "posts/a.mdx", "next"),
        ({"hugo.toml": ""}, "content/posts/a/index.md", "hugo"),
        ({"config/_default/config.yaml": ""}, "content/a.md", "hugo"),
        ({"config.toml": HUGO}, "content/a.md", "hugo"),
        ({"config.toml": 'baseurl = "/"'}, "content/a.md", "hugo"),
        ({"config.yaml": "baseURL: https://example.org/\n"}, "content/a.md", "hugo"),
        ({"config.json": '{\n  "baseURL": "/"\n}'}, "content/a.md", "hugo"),
        ({"config.toml": ZOLA}, "content/a.md", "zola"),
        ({"zola.toml": ""}, "content/a.md", "zola"),
        ({"config.toml": "[server]\nport = 1\n"}, "content/a.md", ""),
        ({"config.yaml": "port: 1\n"}, "content/a.md", ""),
        ({"_config.yml": "title: A blog\n"}, "_posts/2026-01-02-a.md", "jekyll"),
        ({"docs/_config.yml": ""}, "docs/a.md", "jekyll"),
        ({"_config.yml": "title: A\nsource_dir: source\n"}, "source/_posts/a.md", "hexo"),
        ({"_config.yml": "title: A\n"}, "source/_posts/a.md", "hexo"),
        ({"mkdocs.yml": ""}, "docs/a.md", "mkdocs"),
        ({"package.json": '{"dependencies": {"@slidev/cli": "^52"}}'}, "slides.md", "slidev"),
        ({"package.json": '{"dependencies": {"vue": "^3"}}'}, "slides.md", ""),
        ({"talks/one/slides.md": DECK}, "talks/one/pages/two.md", "slidev"),
        ({"talks/one/slides.md": "---\ntitle: A talk\n---\n\ntheme: none\n"}, "talks/one/slides.md", ""),
        ({"notes/.obsidian/app.json": ""}, "notes/a.md", "obsidian"),
        ({"quartz.config.ts": ""}, "content/a.md", "obsidian"),
        ({"package.json": "{}", "src/config.toml": ""}, "a.md", ""),
        ({"my-hugo.toml": "", "xmkdocs.yml": "", "hugo.toml.bak": ""}, "a.md", ""),
    ],
)
def test_the_files_around_a_post_tell_its_dialect(files, post, dialect):
    assert dialects(files, post) == [dialect]


def test_the_nearest_site_counts_and_the_others_keep_theirs():
    files = {
        "hugo.toml": "",
        "docs/.vitepress/config.ts": "",
        "docs/talks/package.json": '{"devDependencies": {"@slidev/cli": "1"}}',
    }
    posts = ("content/a.md", "docs/a.md", "docs/talks/slides.md")
    assert dialects(files, *posts) == ["hugo", "vitepress", "slidev"]


def test_in_one_folder_a_generator_goes_before_what_only_comes_along():
    files = {"nuxt.config.ts": "", "package.json": '{"dependencies": {"@slidev/cli": "1"}}'}
    assert dialects(files, "content/a.md") == ["nuxt"]
    assert dialects({"_config.yml": "", ".obsidian/app.json": ""}, "a.md") == ["jekyll"]


def test_mdx_stays_mdx_where_the_generator_knows_none():
    assert dialects({"_config.yml": ""}, "a.mdx", "a.md") == ["", "jekyll"]
    assert dialects({"astro.config.mjs": ""}, "a.mdx") == ["astro"]


def test_every_sign_names_a_dialect_or_a_layouts_generator():
    assert {sign.generator for sign in SIGNS} <= DIALECTS.keys() | {row.generator for row in ROWS.values()}


def test_every_layouts_generator_has_a_sign():
    assert {row.generator for row in ROWS.values() if row.generator} <= {sign.generator for sign in SIGNS}


def test_no_file_is_read_that_tells_nothing():
    files = ["content/a.md", "hugo.toml", "theme/package.json.txt", "src/app.config.ts"]
    read = []
    sites_of(files, lambda path: read.append(path) or "")
    assert read == ["hugo.toml"]
    assert [tells(path) for path in files] == [False, True, False, False]


def test_a_folder_shows_the_signs_in_it_and_no_other_file(tmp_path):
    kept = ["docs/.vitepress/config.ts", "docs/.vitepress/config/index.ts", "package.json", "docs/a.md"]
    others = [
        "docs/.vitepress/theme/readme.md", "docs/.vitepress/dist/hugo.toml", ".git/config.toml",
        "node_modules/x/package.json", "src/main.ts", ".github/mkdocs.yml",
    ]  # fmt: skip
    for path in (*kept, *others):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    assert set(FolderRepository(tmp_path).sources()) == set(kept)


def test_a_repository_inside_of_the_repository_is_not_looked_into(tmp_path):
    for folder in (".git", "posts", "demo/blog/.git", "demo/blog/posts", "theme/docs", "polypost-demo"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "theme/.git").write_text("gitdir: ../.git/modules/theme")
    posts = [
        "a.md",
        "posts/b.md",
        "demo/body.md",
        "demo/blog/c.md",
        "demo/blog/posts/d.md",
        "theme/docs/e.md",
    ]
    for path in (*posts, "polypost-demo/pull-request.md"):
        (tmp_path / path).write_text("Hi.")
    assert set(FolderRepository(tmp_path).sources()) == {"a.md", "posts/b.md", "demo/body.md"}


@pytest.mark.parametrize(
    "text", ["\n" * 2_000_000, " " * 2_000_000, "path\n" * 400_000, "path: ../a/" * 200_000]
)
@pytest.mark.parametrize("name", ["config.toml", "_config.yml", "package.json", "slides.md", "mkdocs.yml"])
def test_a_hostile_configuration_costs_no_time(name, text):
    start = time.monotonic()
    dialects({name: text, "a.md": ""}, "a.md")
    dialects({name: f"---\n{text}", "a.md": ""}, "a.md")
    assert time.monotonic() - start < 3


def test_what_git_ignores_is_no_post_but_may_be_a_localization(tmp_path):
    def git(*arguments):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)

    git("init", "--quiet")
    (tmp_path / "site/env").mkdir(parents=True)
    posts = ["site/a.md", "site/a.es.md", "site/env/LICENSE.md", "site/env/kept.md", "site/ünï cödé.md"]
    for path in posts:
        (tmp_path / path).write_text("Hi.")
    site = tmp_path / "site"
    there = {path.removeprefix("site/") for path in posts}
    assert set(FolderRepository(site, ignored=Git(site).ignored).sources()) == there, "nothing is ignored yet"
    (tmp_path / ".gitignore").write_text("env/\n*.es.md\nü*\n")
    git("add", "--force", "site/env/kept.md")
    repository = FolderRepository(site, ignored=Git(site).ignored)
    assert set(repository.sources()) == {"a.md", "env/kept.md"}, "what is tracked is not ignored"
    assert set(repository.overlay()) == there
    shutil.rmtree(tmp_path / ".git")
    assert set(FolderRepository(site, ignored=Git(site).ignored).sources()) == there, "no git is there"
