"""Each layout: where a post's localization goes and back, and what changes in it, over small samples."""

import re
from dataclasses import replace

import pytest

from plan.test_run import Blog, Shouting, statuses
from polypost.markdown.document import parse
from polypost.markdown.links import led
from polypost.markdown.rules import Rules
from polypost.options import as_flags
from polypost.records.file import dump, load
from polypost.records.record import record_path
from polypost.sites import AUTO, ROWS, Dresser, advice, dialect_of, layouts_of, sites_of
from polypost.sites.slugs import hugo
from polypost.values import Status


def layouts(files, layout=AUTO, output="", source="en"):
    return layouts_of(layout, output, source, files.keys(), lambda path: files.get(path, ""))


PLACES = [
    ("plain", {}, "blog/a.md", "blog/a.es.md"),
    ("hugo-filename", {"hugo.toml": ""}, "content/posts/a/index.md", "content/posts/a/index.es.md"),
    ("hugo-filename", {"site/hugo.toml": ""}, "site/content/_index.md", "site/content/_index.es.md"),
    (
        "hugo-content",
        {"hugo.toml": "[languages.en]\ncontentDir = 'content/en'\n[languages.es]\ncontentDir = 'content/es'"},
        "content/en/a.md",
        "content/es/a.md",
    ),
    (
        "hugo-content",
        {
            "config/_default/hugo.toml": "contentDir = 'content/english'",
            "config/_default/languages.toml": "[en]\ncontentDir = 'content/en'\n[es]\ncontentDir = 'spanish'",
            "content/en/b.md": "",
        },
        "content/en/a.md",
        "spanish/a.md",
    ),
    ("hugo-content", {"hugo.toml": "", "content.fr/a.md": ""}, "content/a.md", "content.es/a.md"),
    ("jekyll", {"_config.yml": ""}, "_posts/2020-01-02-a.md", "es/_posts/2020-01-02-a.md"),
    ("jekyll", {"_config.yml": ""}, "blog/_posts/2020-01-02-a.md", "es/blog/_posts/2020-01-02-a.md"),
    ("jekyll", {"_config.yml": ""}, "_docs/a.md", "_docs/es/a.md"),
    ("jekyll", {"docs/_config.yml": ""}, "docs/about.md", "docs/es/about.md"),
    (
        "jekyll-polyglot",
        {"_config.yml": "plugins:\n  - jekyll-polyglot\n"},
        "_posts/2020-01-02-a.md",
        "_posts/es/2020-01-02-a.md",
    ),
    (
        "docusaurus",
        {"docusaurus.config.js": ""},
        "docs/x/a.mdx",
        "i18n/es/docusaurus-plugin-content-docs/current/x/a.mdx",
    ),
    (
        "docusaurus",
        {"docusaurus.config.js": ""},
        "versioned_docs/version-1.0/a.md",
        "i18n/es/docusaurus-plugin-content-docs/version-1.0/a.md",
    ),
    (
        "docusaurus",
        {"docusaurus.config.ts": ""},
        "blog/2020-01-02-a.md",
        "i18n/es/docusaurus-plugin-content-blog/2020-01-02-a.md",
    ),
    (
        "docusaurus",
        {"docusaurus.config.ts": ""},
        "src/pages/a.md",
        "i18n/es/docusaurus-plugin-content-pages/a.md",
    ),
    (
        "docusaurus",
        {"w/docusaurus.config.js": "docs: { path: '../docs' },"},
        "docs/a.md",
        "w/i18n/es/docusaurus-plugin-content-docs/current/a.md",
    ),
    (
        "docusaurus",
        {"docusaurus.config.js": "['@docusaurus/plugin-content-docs', { id: 'more', path: 'more' }]"},
        "more/a.md",
        "i18n/es/docusaurus-plugin-content-docs-more/current/a.md",
    ),
    ("astro", {"astro.config.mjs": ""}, "src/content/blog/a.md", "src/content/blog/es/a.md"),
    ("astro", {"astro.config.mjs": ""}, "src/content/blog/en/a.md", "src/content/blog/es/a.md"),
    ("astro", {"astro.config.mjs": ""}, "src/pages/a.md", "src/pages/es/a.md"),
    (
        "starlight",
        {"astro.config.mjs": "import starlight from '@astrojs/starlight'"},
        "src/content/docs/guides/a.mdx",
        "src/content/docs/es/guides/a.mdx",
    ),
    ("mkdocs-suffix", {"mkdocs.yml": ""}, "docs/a.md", "docs/a.es.md"),
    ("mkdocs-folder", {"mkdocs.yml": "docs_structure: folder"}, "docs/en/a.md", "docs/es/a.md"),
    ("mkdocs-folder", {"mkdocs.yml": "docs_dir: src"}, "src/en/a.md", "src/es/a.md"),
    ("mkdocs-folder", {"docs/en/mkdocs.yml": ""}, "docs/en/docs/a.md", "docs/es/docs/a.md"),
    ("vitepress", {"docs/.vitepress/config.mts": ""}, "docs/guide/a.md", "docs/es/guide/a.md"),
    ("vitepress", {".vitepress/config.js": "srcDir: './src',"}, "src/a.md", "src/es/a.md"),
    ("nuxt-content", {"nuxt.config.ts": ""}, "content/1.guide/a.md", "content/es/1.guide/a.md"),
    ("nuxt-content", {"nuxt.config.ts": ""}, "content/en/a.md", "content/es/a.md"),
    ("eleventy", {"eleventy.config.js": "dir: { input: 'src' }"}, "src/posts/a.md", "src/es/posts/a.md"),
    ("eleventy", {".eleventy.js": ""}, "en/posts/a.md", "es/posts/a.md"),
    ("next", {"next.config.js": ""}, "content/posts/a.mdx", "content/es/posts/a.mdx"),
    ("next", {"next.config.js": ""}, "data/blog/en/a.mdx", "data/blog/es/a.mdx"),
    ("hexo", {"_config.yml": "new_post_name: a"}, "source/_posts/a.md", "source/_posts/es/a.md"),
    ("hexo", {"_config.yml": "skip_render:"}, "source/docs/a.md", "source/es/docs/a.md"),
    ("zola", {"zola.toml": ""}, "content/blog/a.md", "content/blog/a.es.md"),
    ("gatsby", {"gatsby-config.js": ""}, "content/blog/a/index.md", "content/blog/a/index.es.md"),
]


@pytest.mark.parametrize(("name", "files", "source", "target"), PLACES)
def test_there_and_back(name, files, source, target):
    found = layouts({**files, source: ""})
    assert found.of(source).row.name == name
    assert found.target(source, "es") == target
    assert found.origin(target) == (source, "es")
    assert found.language_of(target, set(), ["es"]) == "es"
    assert found.language_of(source, set(), ["es"]) is None, "the post itself is no localization"
    assert found.together(target) == found.together(f".polypost/{source}.json") != found.together(source)


def test_every_layout_has_a_place_here():
    assert {name for name, *_ in PLACES} == set(ROWS)


@pytest.mark.parametrize(("name", "files", "source", "_"), PLACES)
def test_named_it_is_the_same_as_told_by_the_files(name, files, source, _):
    files = {**files, source: ""}
    assert layouts(files, name).target(source, "es") == layouts(files).target(source, "es")


def test_a_layout_that_is_named_needs_no_configuration():
    assert layouts({}, "jekyll").target("_posts/2020-01-02-a.md", "es") == "es/_posts/2020-01-02-a.md"


def test_output_wins_over_the_path_alone():
    found = layouts({"_config.yml": ""}, output="i18n/{lang}/{path}")
    assert found.target("_posts/a.md", "es") == "i18n/es/_posts/a.md"
    assert found.of("_posts/a.md").row.name == "jekyll"


def test_a_folder_is_no_language():
    found = layouts({"_config.yml": "", "index.md": "", "api/index.md": ""})
    assert found.language_of("api/index.md", {"index.md"}, ["es"]) is None
    assert found.language_of("es/index.md", {"index.md"}, []) == "es"


def test_a_language_of_two_parts_stands_as_its_generator_has_it():
    star = {"astro.config.mjs": "@astrojs/starlight"}
    assert layouts(star).target("src/content/docs/a.md", "pt-BR") == "src/content/docs/pt-br/a.md"
    assert layouts({"docusaurus.config.js": ""}).target("blog/a.md", "pt-BR").startswith("i18n/pt-BR/")


def test_a_folder_with_braces_in_its_name_stops_nothing():
    found = layouts({"{x}/_config.yml": ""})
    assert found.target("{x}/_posts/a.md", "es") == "{x}/es/_posts/a.md"


@pytest.fixture
def blog(tmp_path):
    return Blog(tmp_path)


def localized(blog, files, languages=("es",), **wishes):
    for path, text in files.items():
        blog.write(path, text)
    translator = Shouting()
    report = blog.run(translator, languages, output="", paths=("*.md", "*.mdx"), **wishes)
    return report, [text for _, text in translator.asked]


OTHER = "---\ntitle: Other\n---\n\n## Part two\n\nText is here.\n"
APART = "---\ntranslate: false\n---\n\nNot for you.\n"

SAMPLES = {
    "docusaurus": (
        {"docusaurus.config.js": "", "docs/b.md": OTHER, "docs/c.md": APART},
        "docs/x/a.mdx",
        (
            "---\ntitle: One\n---\n\nimport Tip from '../tip';\n\nSee [a](other#x), [b](../b.md#part-two), "
            "[c](../c.md), "
            "[d](/docs/b), [e](@site/docs/b.md#part-two), [f](@site/docs/c.md) and ![it](./i.png).\n\n"
            "<img src='./j.png' />\n"
        ),
        (
            "---\ntitle: ONE\n---\n\nimport Tip from '../../../../../docs/tip';\n\nSEE "
            "[A](other#x), [B](../b.md#part-two), "
            "[C](../../../../../docs/c.md), [D](/docs/b), "
            "[E](@site/i18n/es/docusaurus-plugin-content-docs/current/b.md#part-two), [F](@site/docs/c.md) "
            "AND ![IT](../../../../../docs/x/i.png).\n\n"
            "<img src='../../../../../docs/x/j.png' />\n"
        ),
    ),
    "hugo-filename": (
        {"hugo.toml": "", "content/posts/b.md": OTHER, "content/posts/c.md": APART},
        "content/posts/a.md",
        "---\ntitle: One\nurl: /one/\n---\n\nSee [b](b.md), [c](c.md), ![i](i.png), ![j](../j.png).\n",
        (
            "---\ntitle: ONE\nurl: /es/one/\n---\n\nSEE [B](b.md), [C](../../posts/c/), ![I](i.png), "
            "![J](../../j.png).\n"
        ),
    ),
    "hugo-content": (
        {"hugo.toml": "", "content/en/b.md": OTHER},
        "content/en/a.md",
        "+++\ntitle = 'One'\n[params]\nx = 1\n+++\n\nSee [b](b.md).\n",
        "+++\ntitle = 'ONE'\n[params]\nx = 1\n+++\n\nSEE [B](b.md).\n",
    ),
    "jekyll": (
        {"_config.yml": "baseurl: /x\npermalink: pretty\n", "_posts/2020-01-03-b.md": OTHER, "c.md": APART},
        "_posts/2020-01-02-a.md",
        (
            "---\ntitle: One\npermalink: /one/\n---\n\nSee [b](/x/2020/01/03/b/#part-two), [c](/x/c/), "
            "[d]({% link _posts/2020-01-03-b.md %}), [e]({% post_url 2020-01-03-b %}) and "
            "[f]({{ '/2020/01/03/b/' | relative_url }}).\n"
        ),
        (
            "---\ntitle: ONE\npermalink: /es/one/\nlang: es\n---\n\nSEE "
            "[B](/x/es/2020/01/03/b/#part-two), [C](/x/c/), "
            "[D]({% link es/_posts/2020-01-03-b.md %}), [E]({% link es/_posts/2020-01-03-b.md %}) AND "
            "[F]({{ '/es/2020/01/03/b/' | relative_url }}).\n"
        ),
    ),
    "jekyll-polyglot": (
        {"_config.yml": "plugins: [jekyll-polyglot]\n", "_posts/2020-01-03-b.md": OTHER},
        "about.md",
        "---\ntitle: One\nlang: en # ours\n---\n\nSee [b](/2020/01/03/b.html).\n",
        "---\ntitle: ONE\nlang: es # ours\npermalink: /about.html\n---\n\nSEE [B](/2020/01/03/b.html).\n",
    ),
    "astro": (
        {"astro.config.mjs": "base: '/x'", "src/content/blog/b.md": OTHER, "src/content/blog/c.md": APART},
        "src/content/blog/a.md",
        (
            "---\ntitle: One\nheroImage: ../../assets/h.png\n---\n\nSee [b](/x/blog/b/), [c](../c/), "
            "![i](./i.png).\n"
        ),
        (
            "---\ntitle: ONE\nheroImage: ../../../assets/h.png\n---\n\nSEE [B](/x/es/blog/b/), "
            "[C](../../../blog/c/), "
            "![I](../i.png).\n"
        ),
    ),
    "starlight": (
        {"astro.config.mjs": "@astrojs/starlight", "src/content/docs/b.md": OTHER},
        "src/content/docs/index.mdx",
        (
            "---\ntitle: One\nslug: one\nhero:\n  actions:\n    - text: Go on\n      link: /b/\n---\n\n"
            '<Card href="/b/" />\n\nSee `[b](/b/)` and [x](/nowhere/).\n\n```md\n[b](/b/)\n```\n'
        ),
        (
            "---\ntitle: ONE\nslug: es/one\nhero:\n  actions:\n    - text: GO ON\n      link: /es/b/\n---\n\n"
            '<Card href="/es/b/" />\n\nSEE `[b](/b/)` AND [X](/nowhere/).\n\n```md\n[b](/b/)\n```\n'
        ),
    ),
    "mkdocs-suffix": (
        {"mkdocs.yml": "", "docs/b.md": OTHER},
        "docs/x/a.md",
        'See [b](../b.md), ![i](i.png).\n\n<img src="../i.png">\n',
        'SEE [B](../b.md), ![I](i.png).\n\n<img src="../../../x/i.png">\n',
    ),
    "mkdocs-folder": (
        {"mkdocs.yml": "", "docs/en/b.md": OTHER},
        "docs/en/a.md",
        "See [b](b.md), ![i](i.png).\n",
        "SEE [B](b.md), ![I](i.png).\n",
    ),
    "vitepress": (
        {".vitepress/config.ts": "", "guide/b.md": OTHER, "guide/c.md": APART},
        "guide/a.md",
        (
            "See [b](./b), [c](/guide/c), [d](/guide/b#part-two), ![i](../i.png).\n\n<!--@include: "
            "./p.md-->\n\n"
            "<<< ../s.js{1}\n"
        ),
        (
            "SEE [B](./b), [C](/guide/c), [D](/es/guide/b#part-two), "
            "![I](../../i.png).\n\n<!--@include: ./p.md-->\n\n"
            "<<< ../../s.js{1}\n"
        ),
    ),
    "nuxt-content": (
        {"nuxt.config.ts": "", "content/1.guide/2.b.md": OTHER},
        "content/1.guide/1.a.md",
        "See [b](/guide/b).\n",
        "SEE [B](/es/guide/b).\n",
    ),
    "eleventy": (
        {"eleventy.config.js": "", "posts/b.md": OTHER, "posts/c.md": APART},
        "posts/a.md",
        "---\ntitle: One\npermalink: /one/\n---\n\nSee [b](b.md), [c](c.md), [d](/posts/b/).\n",
        (
            "---\ntitle: ONE\npermalink: /es/one/\nlang: es\n---\n\nSEE [B](b.md), [C](../../posts/c.md), "
            "[D](/es/posts/b/).\n"
        ),
    ),
    "next": (
        {"next.config.js": "", "posts/b.mdx": OTHER},
        "posts/a.mdx",
        "---\ntitle: One\n---\n\nSee [b](/posts/b).\n",
        "---\ntitle: ONE\nlocale: es\n---\n\nSEE [B](/es/posts/b).\n",
    ),
    "hexo": (
        {"_config.yml": "new_post_name: x", "source/docs/b.md": OTHER},
        "source/docs/a.md",
        "---\ntitle: One\nlang: en\n---\n\nSee [b](/docs/b.html).\n",
        "---\ntitle: ONE\nlang: es\n---\n\nSEE [B](/es/docs/b.html).\n",
    ),
    "zola": (
        {"zola.toml": "", "content/blog/b.md": OTHER, "content/blog/c.md": APART},
        "content/blog/a.md",
        (
            '+++\ntitle = "One"\npath = "one"\naliases = ["old", "/older"]\n+++\n\n'
            "See [b](@/blog/b.md#part-two) and [c](@/blog/c.md).\n"
        ),
        (
            '+++\ntitle = "ONE"\npath = "es/one"\naliases = ["es/old", "/es/older"]\n+++\n\n'
            "SEE [B](@/blog/b.es.md#part-two) AND [C](@/blog/c.md).\n"
        ),
    ),
    "gatsby": (
        {"gatsby-config.js": "", "content/b/index.md": OTHER},
        "content/a/index.md",
        "---\ntitle: One\n---\n\nSee [b](../b/index.md), ![i](./i.png).\n",
        "---\ntitle: ONE\n---\n\nSEE [B](../b/index.es.md), ![I](./i.png).\n",
    ),
    "plain": (
        {"b.md": OTHER, "c.md": APART},
        "x/a.md",
        "See [b](../b.md#part-two), [c](../c.md), [d](https://e.org/b.md), [e](/b.md), ![i](i.png).\n",
        "SEE [B](../b.es.md#part-two), [C](../c.md), [D](https://e.org/b.md), [E](/b.md), ![I](i.png).\n",
    ),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_what_changes_in_a_localization(blog, name):
    files, path, source, expected = SAMPLES[name]
    report, _ = localized(blog, {**files, path: source})
    target = layouts({**files, path: source}).target(path, "es")
    assert blog.read(target) == expected
    assert not [each for each in report.outcomes if each.status is Status.FAILED]
    before = blog.files()
    again, asked = localized(blog, {})
    assert (asked, blog.files()) == ([], before)
    assert {each.status for each in again.outcomes} <= {Status.UNCHANGED, Status.SKIPPED}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_changed_sentence_is_all_that_a_change_sends_and_no_person_is_seen(blog, name):
    files, path, source, expected = SAMPLES[name]
    localized(blog, {**files, path: source})
    report, asked = localized(blog, {path: f"{source}\nOne more sentence.\n"})
    assert asked == ["One more sentence."]
    target = layouts({**files, path: source}).target(path, "es")
    assert blog.read(target) == f"{expected}\nONE MORE SENTENCE.\n"
    assert not [each.findings for each in report.outcomes if each.source == path and each.findings]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_persons_paragraph_stays_with_the_links_of_the_site(blog, name):
    files, path, source, _ = SAMPLES[name]
    source += "\nAnother paragraph.\n"
    localized(blog, {**files, path: source})
    target = layouts({**files, path: source}).target(path, "es")
    theirs = blog.read(target).replace("ANOTHER PARAGRAPH.", "Un párrafo, con ![foto](./foto.png).")
    blog.write(target, theirs)
    localized(blog, {path: f"{source}\nOne more sentence.\n"})
    assert blog.read(target) == f"{theirs}\nONE MORE SENTENCE.\n"


def checked(blog, files, path, content):
    sites = sites_of(files, lambda name: files.get(name, ""))
    dresser = Dresser(layouts(files), lambda name: Rules(dialect_of(sites, name)))
    target = layouts(files).target(path, "es")
    return dresser.differences(files[path].encode(), content.encode(), path, target, "es")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_check_sees_what_a_person_loses_and_nothing_that_the_site_needs(blog, name):
    more, path, source, expected = SAMPLES[name]
    files = {**more, path: f"{source}\nAnd `code`, and [out](https://example.org/).\n"}
    content = f"{expected}\nY `code`, y [fuera](https://example.org/).\n"
    assert checked(blog, files, path, content) == ()
    (lost,) = checked(blog, files, path, content.replace("`code`", "code"))
    assert lost.line == len(content.splitlines())
    assert checked(blog, files, path, content.replace("example.org/", "example.net/"))


def test_a_path_that_starts_from_the_folder_of_all_posts(blog):
    files = {"eleventy.config.js": "", "posts/b.md": OTHER, "index.md": "See [b](posts/b.md).\n"}
    localized(blog, files)
    assert blog.read("es/index.md") == "SEE [B](es/posts/b.md).\n"
    assert checked(blog, files, "index.md", blog.read("es/index.md")) == ()


LIQUID = [
    ("[a]({{ site.baseurl }}/2020/01/03/b/)", "[A]({{ site.baseurl }}/es/2020/01/03/b/)"),
    (
        "[a]({{site.url}}{{site.baseurl}}/2020/01/03/b/#part-two)",
        "[A]({{site.url}}{{site.baseurl}}/es/2020/01/03/b/#part-two)",
    ),
    (
        '<a href="{{ site.baseurl }}/2020/01/03/b/">b</a>',
        '<a href="{{ site.baseurl }}/es/2020/01/03/b/">B</a>',
    ),
    (
        "[a]({{ '/2020/01/03/b/' | prepend: site.baseurl }})",
        "[A]({{ '/es/2020/01/03/b/' | prepend: site.baseurl }})",
    ),
    ("[a](/news/big/2020/01/03/b/#part-two)", "[A](/es/news/big/2020/01/03/b/#part-two)"),
    ("[a](/news/2020/01/04/b/)", "[A](/news/2020/01/04/b/)"),
    ("[a]({{ site.baseurl }}/c/)", "[A]({{ site.baseurl }}/c/)"),
    ("![a]({{ site.baseurl }}/i.png)", "![A]({{ site.baseurl }}/i.png)"),
    (
        "[a][b]\n\n[b]: {% post_url 2020-01-03-b %}",
        "[A][b]\n\n[b]: {% link es/_posts/2020-01-03-b.md %}",
    ),
    (
        "[a][b]\n\n[b]: {{ site.baseurl }}/2020/01/03/b/",
        "[A][b]\n\n[b]: {{ site.baseurl }}/es/2020/01/03/b/",
    ),
]


@pytest.mark.parametrize(("source", "expected"), LIQUID)
def test_jekyll_writes_an_address_in_many_ways(blog, source, expected):
    files = {"_config.yml": "permalink: pretty\n", "_posts/2020-01-03-b.md": OTHER, "c.md": APART}
    localized(blog, {**files, "a.md": f"{source}\n"})
    assert blog.read("es/a.md") == f"{expected}\n"
    assert checked(blog, {**files, "a.md": f"{source}\n"}, "a.md", blog.read("es/a.md")) == ()
    assert localized(blog, {})[1] == []
    assert blog.read("es/a.md") == f"{expected}\n"


POST_LINKS = [
    ("{% post_link b %}", "{% post_link es/b %}"),
    ("{% post_link b 'Words' %}", "{% post_link es/b 'WORDS' %}"),
    ("{% post_link deep/d %}", "{% post_link es/deep/d %}"),
    ("{% post_link c %}", "{% post_link c %}"),
    ("{% post_link nowhere %}", "{% post_link nowhere %}"),
]


@pytest.mark.parametrize(("source", "expected"), POST_LINKS)
def test_hexos_post_link_leads_to_the_language(blog, source, expected):
    posts = {"b.md": OTHER, "c.md": APART, "deep/d.md": OTHER, "a.md": f"Text {source} more.\n"}
    files = {"_config.yml": "new_post_name: x", **{f"source/_posts/{name}": posts[name] for name in posts}}
    localized(blog, files)
    there = blog.read("source/_posts/es/a.md")
    assert there == f"TEXT {expected} MORE.\n"
    assert checked(blog, files, "source/_posts/a.md", there) == ()
    assert localized(blog, {})[1] == []
    assert blog.read("source/_posts/es/a.md") == there


def test_a_redirect_stays_the_sources_own(blog):
    head = "---\nredirect_from:\n  - /old/\n  - /older.html\n---\n\nText.\n"
    localized(blog, {"_config.yml": "", "_posts/2020-01-02-a.md": head})
    assert "- /es/old/\n  - /es/older.html\n" in blog.read("es/_posts/2020-01-02-a.md")


REFERRED = [
    ('"c"', 'lang="en" path="c"'),
    ('"c.md"', 'lang="en" path="c.md"'),
    ('"/blog/c.md#part"', 'lang="en" path="/blog/c.md#part"'),
    ('"../blog/c.md"', 'lang="en" path="../blog/c.md"'),
    ('path="c"', 'lang="en"  path="c"'),
    ('path="c" lang="en"', 'path="c" lang="en"'),
    ('"b"', '"b"'),
    ('"d/"', 'lang="en" path="d/"'),
    ('"Far off.md"', 'lang="en" path="Far off.md"'),
    ('"nowhere.md"', '"nowhere.md"'),
]


@pytest.mark.parametrize(
    "around", ["See [x]({{{{< ref {} >}}}}).\n", "A [x][x].\n\n[x]: {{{{% relref {} %}}}}\n"]
)
@pytest.mark.parametrize(("written", "expected"), REFERRED)
def test_a_ref_to_a_post_without_localization_says_its_language(blog, around, written, expected):
    files = {
        "hugo.toml": "",
        "content/blog/b.md": OTHER,
        "content/blog/c.md": APART,
        "content/more/d/index.md": APART,
        "content/more/Far off.md": APART,
        "content/blog/a.md": around.format(written),
    }
    localized(blog, files)
    there = blog.read("content/blog/a.es.md")
    assert there.lower() == around.format(expected).lower()
    assert checked(blog, files, "content/blog/a.md", there) == ()
    assert localized(blog, {})[1] == []
    assert blog.read("content/blog/a.es.md") == there


def test_once_that_post_is_localized_the_ref_is_as_it_was(blog):
    files = {"hugo.toml": "", "content/c.md": APART, "content/a.md": 'See [x]({{< ref path="c" >}}).\n'}
    localized(blog, files)
    assert localized(blog, {"content/c.md": OTHER})[1] == ["Other", "Part two", "Text is here."]
    assert blog.read("content/a.es.md") == 'SEE [X]({{< ref path="c" >}}).\n'


UNSEEN = [
    ("<a href='/b/#part-two'>b</a>", "<a href='/es/b/#part-two'>B</a>"),
    ("[b](/x/b/)", "[B](/x/es/b/)"),
    ("[b](/b/)", "[B](/b/)"),
    ("[b](/en/b/)", "[B](/es/b/)"),
    ("[b](https://e.org/x/b/?q=1#part-two)", "[B](https://e.org/x/es/b/?q=1#part-two)"),
    ("[b](https://e.org/b/)", "[B](https://e.org/b/)"),
    ("[b](https://e.organic/x/b/)", "[B](https://e.organic/x/b/)"),
    ("[c](https://e.org/x/c/)", "[C](https://e.org/x/c/)"),
    ("![i](https://e.org/x/i.png)", "![I](https://e.org/x/i.png)"),
    ("<a href='/c/'>c</a>", "<a href='/c/'>C</a>"),
    ("<img src='i.png' alt=''>", "<img src='../../../p/a/i.png' alt=''>"),
    ("![i](i.png)", "![I](i.png)"),
    ("{{< figure src='i.png' link='/b/' >}}", "{{< figure src='i.png' link='/b/' >}}"),
]


@pytest.mark.parametrize(("source", "expected"), UNSEEN)
def test_what_hugo_does_not_look_at_is_led_by_us(blog, source, expected):
    files = {"hugo.toml": "baseURL = 'https://e.org/x/'\n", "content/b.md": OTHER, "content/c.md": APART}
    files["content/p/a/index.md"] = f"Text {source}.\n"
    localized(blog, files)
    there = blog.read("content/p/a/index.es.md")
    assert there == f"TEXT {expected}.\n"
    assert checked(blog, files, "content/p/a/index.md", there) == ()
    assert localized(blog, {})[1] == []
    assert blog.read("content/p/a/index.es.md") == there


@pytest.mark.parametrize("link", ["/p/My Post/", "/p/my-post/", "/p/My Post.md"])
def test_a_name_that_hugo_writes_otherwise_in_an_address(blog, link):
    files = {"hugo.toml": "baseURL = 'https://e.org/'\n", "content/p/My Post.md": OTHER}
    localized(blog, {**files, "content/a.md": f"<a href='{link}'>b</a>\n"}, notice=True)
    assert f"<a href='/es{link}'>B</a>" in blog.read("content/a.es.md")
    assert "(../../../p/my-post/)" in blog.read("content/p/My Post.es.md"), "the link to the original"


NAMES = [
    ("Über uns (neu)", "über-uns-neu"),
    ("a - b  c", "a---b--c"),
    ("C++ & C#", "c++--c#"),
    ("50% off, it's_me", "50-off-its_me"),
    ("x~y@z [v1.2]", "x~y@z-v1.2"),
    ("हिन्दी", "हिन्दी"),
]
"""What Hugo 0.168 makes of names of files."""


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_an_address_as_hugo_makes_it(name, expected):
    assert hugo(f"p/{name}.md") == f"p/{expected}"


HUGOS = [
    ("", "en", "en"),
    ("", "de", "en"),
    ("defaultContentLanguage = 'de'\n", "de", "de"),
    ("defaultContentLanguage: en-us\nlanguageCode: en\nlanguages:\n  en-us:\n    weight: 1\n", "en", "en-us"),
    ("defaultContentLanguage = 'de'\n[languages.en]\nweight = 1\n", "en", "en"),
    ("languages:\n  de:\n    weight: 1\n", "de", "de"),
]


@pytest.mark.parametrize(("config", "source", "expected"), HUGOS)
def test_a_ref_says_the_language_as_hugo_calls_it(config, source, expected):
    files = {"hugo.toml": config, "content/a.md": ""}
    assert layouts(files, source=source).of("content/a.md").default == expected


ADDRESSED = [
    # a page whose front matter says its address, and links that start from there
    (
        "zola.toml",
        "content/blog/post/index.md",
        '+++\npath = "news/24/10/post"\n+++\n\nSee ![x](../../05/a.svg), ![y](b.svg).\n',
        '+++\npath = "es/news/24/10/post"\n+++\n\nSEE ![X](../../../../../news/24/05/a.svg), ![Y](b.svg).\n',
    ),
    (
        "hugo.toml",
        "content/blog/post.md",
        "---\nurl: /news/24/10/post/\n---\n\nSee ![x](../../05/a.svg).\n",
        "---\nurl: /es/news/24/10/post/\n---\n\nSEE ![X](../../../../../news/24/05/a.svg).\n",
    ),
    (
        "_config.yml",
        "docs/about.md",
        "---\npermalink: /x/y.html\n---\n\nSee ![x](../a.svg).\n",
        "---\npermalink: /es/x/y.html\nlang: es\n---\n\nSEE ![X](../../a.svg).\n",
    ),
    # a pattern says no address
    (
        "_config.yml",
        "docs/about.md",
        "---\npermalink: /x/:title.html\n---\n\nSee ![x](../a.svg).\n",
        "---\npermalink: /es/x/:title.html\nlang: es\n---\n\nSEE ![X](../../a.svg).\n",
    ),
    # an address that leaves the site, by one folder and by two
    (
        "_config.yml",
        "index.md",
        "---\ntitle: A\n---\n\nSee ![x](../img/x.png), ![y](../../y.png), ![z](img/x.png), [p](../p/).\n",
        (
            "---\ntitle: A\nlang: es\n---\n\nSEE ![X](../../img/x.png), ![Y](../../../y.png), "
            "![Z](../img/x.png), [P](../../p/).\n"
        ),
    ),
    (
        ".vitepress/config.ts",
        "index.md",
        "See ![x](../img/x.png), ![y](img/x.png) and [b](../b.md).\n",
        "SEE ![X](../../img/x.png), ![Y](../img/x.png) AND [B](../b.md).\n",
    ),
    (
        "eleventy.config.js",
        "index.md",
        "See ![x](../img/x.png).\n",
        "SEE ![X](../../img/x.png).\n",
    ),
]


@pytest.mark.parametrize(("config", "path", "source", "expected"), ADDRESSED)
def test_what_starts_from_the_page_starts_from_where_that_is(blog, config, path, source, expected):
    files = {config: "", path: source}
    localized(blog, files)
    target = layouts(files).target(path, "es")
    assert blog.read(target) == expected
    assert checked(blog, files, path, expected) == ()
    _, asked = localized(blog, {path: f"{source}\nOne more.\n"})
    assert asked == ["One more."]
    assert blog.read(target) == f"{expected}\nONE MORE.\n"


def test_every_layout_has_a_sample():
    assert set(SAMPLES) == set(ROWS)


A = "See [b](b.md#part-two) and [c](c.md).\n"


def test_a_sibling_that_comes_or_goes_takes_links_along_and_nothing_is_sent(blog):
    localized(blog, {"a.md": A, "c.md": "Third one.\n"})
    assert blog.read("a.es.md") == "SEE [B](b.md#part-two) AND [C](c.es.md).\n"
    _, asked = localized(blog, {"b.md": "# B\n\n## Part two\n\nText.\n"})
    assert not [text for text in asked if "See" in text]
    assert blog.read("a.es.md") == "SEE [B](b.es.md#part-two) AND [C](c.es.md).\n"
    (blog.root / "c.es.md").unlink()
    (blog.root / ".polypost/c.md.json").unlink()
    _, asked = localized(blog, {"c.md": APART})
    assert (asked, blog.read("a.es.md")) == ([], "SEE [B](b.es.md#part-two) AND [C](c.md).\n")
    before = blog.files()
    assert localized(blog, {})[1] == []
    assert blog.files() == before


def test_links_of_an_edited_localization_follow_and_the_edit_stays(blog):
    localized(blog, {"a.md": f"{A}\nMore text.\n"})
    blog.write("a.es.md", blog.read("a.es.md").replace("MORE TEXT.", "Más texto."))
    localized(blog, {"b.md": "# B\n\n## Part two\n\nText.\n"})
    assert blog.read("a.es.md") == "SEE [B](b.es.md#part-two) AND [C](c.md).\n\nMás texto.\n"


class Other(Shouting):
    """With other anchors than the source."""

    def answer(self, sentence, language):
        return f"Ñu {sentence}"


def test_a_heading_is_found_across_posts_where_links_have_to_follow(blog):
    files = {
        "astro.config.mjs": "",
        "src/content/blog/a.md": "See [b](../b/#part-two).\n",
        "src/content/blog/b.md": "## Part two\n\nText of b.\n",
    }
    for path, text in files.items():
        blog.write(path, text)
    blog.run(Other(), ("es",), output="")
    assert blog.read("src/content/blog/es/a.md") == "Ñu See [b](../b/#ñu-part-two).\n"
    there = "src/content/blog/es/b.md"
    blog.write(there, blog.read(there).replace("Ñu Part two", "Parte dos"))
    again = Other()
    blog.run(again, ("es",), output="")
    assert again.asked == []
    assert blog.read("src/content/blog/es/a.md") == "Ñu See [b](../b/#parte-dos).\n"


def test_posts_that_name_each_others_headings_are_done_in_one_run(blog):
    names = "abcd"
    blog.write("astro.config.mjs", "")
    for at, name in enumerate(names):
        others = " ".join(f"[{other}](../{other}/#part-{other})" for other in names if other != name)
        blog.write(f"src/content/blog/{name}.md", f"## Part {name}\n\nText {at} of {others}.\n")
    blog.run(Other(), ("es", "ja"), output="")
    for name in names:
        text = blog.read(f"src/content/blog/es/{name}.md")
        assert text.count("/#ñu-part-") == len(names) - 1
    before = blog.files()
    again = Other()
    report = blog.run(again, ("es", "ja"), output="")
    assert (again.asked, blog.files()) == ([], before)
    assert {each.status for each in report.outcomes} == {Status.UNCHANGED}


def test_a_heading_that_another_post_links_to_keeps_its_anchor_where_nothing_is_known_of_ids(blog):
    for path, text in {"a.md": "See [b](b.md#part-two).\n", "b.md": "## Part two\n\n## Part three\n"}.items():
        blog.write(path, text)
    blog.run(Other(), ("es",), output="")
    assert blog.read("b.es.md") == '## <a id="part-two"></a>Ñu Part two\n\n## Ñu Part three\n'


class Asking(Shouting):
    """As French asks: a dash at the end of what a slug is made of, which Astro 5 cuts off and 6 doesn't."""

    def answer(self, sentence, language):
        return f"{sentence} ?"


def test_a_heading_keeps_its_anchor_where_versions_of_the_site_differ_in_the_new_one(blog):
    files = {
        "astro.config.mjs": "",
        "src/content/blog/a.md": "See [b](../b/#part-two).\n",
        "src/content/blog/b.md": "See [below](#part-three).\n\n## Part two\n\n## Part three\n",
    }
    for path, text in files.items():
        blog.write(path, text)
    blog.run(Asking(), ("fr",), output="")
    assert "(../b/#part-two)" in blog.read("src/content/blog/fr/a.md")
    made = blog.read("src/content/blog/fr/b.md")
    assert "(#part-three)" in made
    assert '## <a id="part-two"></a>Part two ?\n' in made
    assert '## <a id="part-three"></a>Part three ?\n' in made
    before = blog.files()
    blog.run(Asking(), ("fr",), output="")
    assert blog.files() == before


NOTICES = [
    ("plain", {}, "a.md", r"> Esta página se tradujo automáticamente\. \[Leer el original\]\(a\.md\)\."),
    ("docusaurus", {"docusaurus.config.js": ""}, "docs/a.md", r":::note\n\nEsta .*\(pathname:///docs/a\)"),
    ("mkdocs", {"mkdocs.yml": ""}, "docs/a.md", r"!!! note\n\n    Esta .*\(../../a/\)"),
    ("vitepress", {".vitepress/config.js": ""}, "a.md", r"::: info\nEsta .*\(\.\./a\)"),
    ("vitepress index", {".vitepress/config.js": ""}, "x/index.md", r"::: info\nEsta .*\(\.\./\.\./x/\)"),
    ("zola", {"zola.toml": ""}, "content/a.md", r"> Esta .*\(@/a\.md\)"),
    (
        "jekyll",
        {"_config.yml": ""},
        "_posts/2020-01-02-a.md",
        r"> .*\(\{% link _posts/2020-01-02-a\.md %\}\)",
    ),
    ("polyglot", {"_config.yml": "plugins: [jekyll-polyglot]"}, "b.md", r"> Esta .*\(\.\./b\.html\)"),
    ("nuxt", {"nuxt.config.ts": ""}, "content/x/a.md", r"> Esta .*\(\.\./\.\./x/a\)"),
    ("astro", {"astro.config.mjs": ""}, "src/content/blog/a.md", r"> Esta .*\(\.\./\.\./\.\./blog/a/\)"),
    ("hexo", {"_config.yml": "skip_render:"}, "source/docs/a.md", r"> Esta .*\(\.\./\.\./\.\./docs/a/\)"),
]


@pytest.mark.parametrize(
    ("config", "comment"),
    [("", "{/* polypost: notice */}"), ("markdown: { format: 'detect' }", "<!-- polypost: notice -->")],
)
def test_docusaurus_reads_comments_as_its_configuration_says(blog, config, comment):
    """Where `.md` isn't MDX, a brace is text, and `<` begins no component that has to end."""
    source = "# One title\n\nSome {text} with a < b, and <br> in it.\n"
    localized(blog, {"docusaurus.config.js": config, "docs/a.md": source}, notice=True)
    text = blog.read("i18n/es/docusaurus-plugin-content-docs/current/a.md")
    assert comment in text
    assert ("SOME {TEXT} WITH A < B" in text) == bool(config)


@pytest.mark.parametrize(("name", "files", "path", "pattern"), NOTICES)
def test_a_notice_stands_behind_the_title_when_it_is_asked_for(blog, name, files, path, pattern):
    source = "# One title\n\nSome text.\n"
    localized(blog, {**files, path: source}, notice=True)
    target = layouts({**files, path: ""}).target(path, "es")
    assert re.search(rf"ONE TITLE.*\n\n.*\n{pattern}", blog.read(target))
    before = blog.files()
    assert localized(blog, {}, notice=True)[1] == []
    assert blog.files() == before
    _, asked = localized(blog, {path: source + "\nMore.\n"}, notice=True)
    assert asked == ["More."]
    assert blog.read(target).count("Leer el original") == 1


EDITS = {
    "of nobody": (None, None),
    "of the text": ("SOME TEXT.", "Una persona."),
    "of the notice": ("se tradujo automáticamente", "fue traducida por una máquina"),
}


@pytest.mark.parametrize(("before", "after"), EDITS.values(), ids=EDITS)
@pytest.mark.parametrize("path", ["a.md", "a.mdx"])
def test_a_notice_comes_and_goes_with_the_option_and_nothing_is_sent(blog, path, before, after):
    target = path.replace("a.", "a.es.")
    localized(blog, {path: "# One title\r\n\r\nSome text.\r\n"})
    plain = blog.read(target)
    for wanted in (True, False, True):
        report, asked = localized(blog, {}, notice=wanted)
        assert (asked, statuses(report)[path, "es"]) == ([], "updated")
        assert (blog.read(target) == plain) is not wanted
        assert localized(blog, {}, notice=wanted)[0].changed == ()
    noticed = blog.files()[target]
    if before is None:
        return
    assert before.encode() in noticed
    blog.write(target, noticed.replace(before.encode(), after.encode()))
    report, asked = localized(blog, {}, notice=False)
    assert asked == []
    stays = "máquina" in after
    assert after in blog.read(target)
    assert ("Leer el original" in blog.read(target)) is stays
    files = blog.files()
    assert localized(blog, {}, notice=False)[0].changed == ()
    assert blog.files() == files


@pytest.mark.parametrize("path", ["a.md", "a.mdx"])
def test_a_notice_that_a_person_takes_out_stays_out(blog, path):
    target = path.replace("a.", "a.es.")
    plain = "# ONE TITLE\n\nSOME TEXT.\n"
    localized(blog, {path: "# One title\n\nSome text.\n"}, notice=True)
    assert blog.read(target) != plain
    blog.write(target, plain)
    for number in range(3):
        more = "\nMore.\n" * number
        localized(blog, {path: f"# One title\n\nSome text.\n{more}"}, notice=True)
        assert blog.read(target) == plain + more.upper()
        assert localized(blog, {}, notice=True)[0].changed == ()
    localized(blog, {}, notice=False)
    localized(blog, {}, notice=True)  # asked for anew
    assert "Leer el original" in blog.read(target)


@pytest.mark.parametrize("wanted", [True, False])
def test_a_notice_that_a_person_writes_anew_stays_theirs(blog, wanted):
    localized(blog, {"a.md": "# One title\n\nSome text.\n"}, notice=True)
    ours, theirs = "se tradujo automáticamente", "fue traducida por una máquina"
    before = blog.read("a.es.md")
    assert ours in before
    blog.write("a.es.md", before.replace(ours, theirs))
    for number in range(3):
        more = "\nMore.\n" * number
        localized(blog, {"a.md": f"# One title\n\nSome text.\n{more}"}, notice=wanted)
        assert blog.read("a.es.md") == before.replace(ours, theirs) + more.upper()
        assert localized(blog, {}, notice=wanted)[0].changed == ()


def test_a_notice_that_an_older_version_wrote_goes_too(blog):
    localized(blog, {"a.md": "Some text.\n"}, notice=True)
    path = record_path("a.md")
    record = load(blog.files()[path], path)
    made = {tag: replace(item, notice="") for tag, item in record.localizations.items()}
    blog.write(path, dump(replace(record, localizations=made)))
    assert localized(blog, {}, notice=True)[0].changed == (path,)
    blog.write(path, dump(replace(record, localizations=made)))
    localized(blog, {}, notice=False)
    assert "Leer el original" in blog.read("a.es.md"), (
        "nothing told of it, and so it stays until the post changes"
    )
    localized(blog, {"a.md": "Another text.\n"}, notice=False)
    assert blog.read("a.es.md") == "ANOTHER TEXT.\n"


def test_without_it_there_is_none_and_english_stands_where_no_text_is(blog):
    localized(blog, {"a.md": "Some text.\n"})
    assert blog.read("a.es.md") == "SOME TEXT.\n"
    localized(blog, {"b.md": "Some text.\n"}, languages=("ast",), notice=True)
    assert "translated by machine" in blog.read("b.ast.md")


def test_only_what_is_a_link_is_led():
    code = "Run `x](b.md)`.\n\n    [b](b.md)\n\n```\n[b](b.md)\n```\n\n"
    text = f"{code}[b](b.md) <a href='b.md'>b</a>\n\n[r]: b.md\n"
    document = parse(text.encode(), path="a.md", rules=Rules())
    found = led(document, document.content, lambda there, *_: f"../{there}").decode()
    expected = text.replace("\n[b](b.md) <a href='b.md'", "\n[b](../b.md) <a href='../b.md'")
    assert found == expected.replace("[r]: b.md", "[r]: ../b.md")


ADVICE = [
    ({"hugo.toml": "[languages.ja]\n"}, "content/a.md", "`languages.es` in `hugo.toml`"),
    ({"hugo.yaml": "title: A\n"}, "content/a.md", "`languages.es` in `hugo.yaml`"),
    ({"zola.toml": "title = 'A'\n"}, "content/a.md", "`[languages.es]` in `zola.toml`"),
    ({"mkdocs.yml": "site_name: A\n"}, "docs/a.md", "`- locale: es` under"),
    (
        {"astro.config.mjs": "@astrojs/starlight"},
        "src/content/docs/a.md",
        "lang: 'es'}` under `locales` of s",
    ),
    ({"docusaurus.config.js": ""}, "docs/a.md", "'en', 'es' among the `locales` of `i18n` in `docusaurus"),
    ({"docusaurus.config.js": "locales: ['en', 'fr']"}, "docs/a.md", "'en', 'es' among the `locales` of"),
    ({"hugo.toml": "[languages.es]\n"}, "content/a.md", ""),
    ({"config/_default/hugo.toml": "", "config/_default/languages.es.toml": ""}, "content/a.md", ""),
    ({"docusaurus.config.js": "locales: ['en', 'es']"}, "docs/a.md", ""),
    ({"_config.yml": ""}, "_posts/2020-01-02-a.md", ""),
    ({}, "a.md", ""),
]


@pytest.mark.parametrize(("files", "path", "expected"), ADVICE)
def test_what_the_site_needs_is_told_once_and_never_written(blog, files, path, expected):
    more = path.replace("a.md", "b.md")
    report, _ = localized(blog, {**files, path: "Some text.\n", more: "More text.\n"})
    told = [note.message for note in report.notes if note.code == "site-configuration"]
    assert len(told) == bool(expected)
    assert expected in "".join(told)
    assert as_flags("".join(told)) == "".join(told)  # no name in it is taken for an option's
    assert all(blog.read(name) == text for name, text in files.items())
    again, _ = localized(blog, {})
    assert not [note for note in again.notes if note.code == "site-configuration"]


def test_for_many_languages_it_is_one_sentence(blog):
    report, _ = localized(blog, {"hugo.toml": "", "content/a.md": "Some text.\n"}, ("es", "ja", "zh-Hant"))
    (note,) = (note.message for note in report.notes if note.code == "site-configuration")
    assert "Add `languages.es`, `languages.ja`, `languages.zh-hant` in `hugo.toml`; " in note


KNOWN = [
    ("// it is often '/project/'; edit it.\nconst id = 1, as = 2;\nlocales: ['en'],", False),
    ("locales: ['en', 'it'],", True),
    ('"locales": {\n  "it": {}\n}', True),
    ("locales: { it: { label: 'Italiano' } },", True),
    ("locales: {\n  en: {},\n  it: {}\n}", True),
    ("languages:\n  - en\n  - it # soon\n", True),
    ("languages:\r\n  - it\r\n", True),
    ("languages: [en, it]", True),
    ("[languages.it]\nweight = 2", True),
    ("[languages]\n  [languages.it]", True),
    ("- locale: it\n  name: Italiano", True),
]


@pytest.mark.parametrize(("config", "known"), KNOWN)
def test_a_language_is_known_by_its_tag_and_not_by_a_word_like_it(config, known):
    stand = layouts({"docusaurus.config.js": config}).of("docs/a.md")
    assert (advice(stand, ["it"]) == "") is known


def test_with_another_layout_localizations_move_and_nothing_is_sent(blog):
    more, path, source, expected = SAMPLES["docusaurus"]
    files = {**more, path: source}
    localized(blog, files, layout="plain")
    there = layouts(files, "plain").target(path, "es")
    assert "[B](../b.es.md#part-two)" in blog.read(there)
    assert localized(blog, {})[1] == []
    assert blog.read(layouts(files).target(path, "es")) == expected
    assert not (blog.root / there).exists()


def test_with_another_pattern_too(blog):
    localized(blog, {"a.md": "See [b](b.md).\n\nMore.\n", "b.md": OTHER})
    translator = Shouting()
    report = blog.run(translator, ("es",), output="{lang}/{path}")
    assert blog.read("es/a.md") == "SEE [B](b.md).\n\nMORE.\n"
    assert [text for _, text in translator.asked if "More" in text] == []
    assert not [each for each in report.outcomes if each.status is Status.KEPT]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("/:title/", "permalink: /es/a/\n"),
        ("/:year/:title.html", "permalink: /es/2020/a.html\n"),
        ("pretty", ""),
    ],
)
def test_a_post_of_jekyll_whose_address_would_be_the_same_gets_its_own(blog, pattern, expected):
    files = {"_config.yml": f"permalink: {pattern}\n"}
    source = "---\ntitle: One\n---\n\nSome text.\n"
    localized(blog, {**files, "_posts/2020-01-02-a.md": source})
    there = blog.read("es/_posts/2020-01-02-a.md")
    assert there == f"---\ntitle: ONE\nlang: es\n{expected}---\n\nSOME TEXT.\n"
    assert checked(blog, {**files, "_posts/2020-01-02-a.md": source}, "_posts/2020-01-02-a.md", there) == ()
    before = blog.files()
    assert localized(blog, {})[1] == []
    assert blog.files() == before


SITE = 'url: "https://example.org"\nbaseurl: /x\npermalink: pretty\n'


@pytest.mark.parametrize(
    ("files", "path", "given", "expected"),
    [
        (
            {"_config.yml": SITE},
            "_posts/2020-01-02-a.md",
            "canonical_url: https://example.org/x/2020/01/02/a/",
            "canonical_url: https://example.org/x/es/2020/01/02/a/",
        ),
        (
            {"_config.yml": SITE},
            "_posts/2020-01-02-a.md",
            "permalink: /one/\ncanonical_url: https://example.org/x/one",
            "permalink: /es/one/\ncanonical_url: https://example.org/x/es/one",
        ),
        (
            {"hugo.toml": "baseURL = 'https://example.org/'\n"},
            "content/posts/a.md",
            "canonicalURL: https://example.org/posts/a/",
            "canonicalURL: https://example.org/es/posts/a/",
        ),
        # Of another site, another page, or of a site that doesn't say its address, nothing is known.
        *(
            ({"_config.yml": config}, "_posts/2020-01-02-a.md", f"canonical_url: {there}", there)
            for config, there in (
                (SITE, "https://elsewhere.org/x/2020/01/02/a/"),
                (SITE, "https://example.org/x/2020/01/02/other/"),
                ("permalink: pretty\n", "https://example.org/2020/01/02/a/"),
            )
        ),
    ],
)
def test_a_page_that_calls_itself_canonical_does_so_in_each_language(blog, files, path, given, expected):
    source = f"---\ntitle: One\n{given}\n---\n\nSome text.\n"
    localized(blog, {**files, path: source})
    target = layouts({**files, path: ""}).target(path, "es")
    text = blog.read(target)
    assert expected in text
    before = blog.files()
    assert localized(blog, {})[1] == []
    assert blog.files() == before
    blog.write(path, source.replace("Some text.", "Some text. And more."))
    assert localized(blog, {})[1] == ["And more."], "no person is seen in it"
    assert blog.read(target) == text.replace("SOME TEXT.", "SOME TEXT. AND MORE.")
