"""The layouts: where each generator wants localizations, and what changes in them. One row each.

A row's text names the source of what it says. What only a site's own configuration can tell (a folder's
name) is a field in braces that auto.py fills in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from polypost.sites.places import Place
from polypost.sites.slugs import by_path, hexo, hugo, jekyll, numbered


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the front matter that a localization has otherwise than its source."""

    name: str
    how: str = "language"
    """`language`: set to it. `address`: set to the source's own, where it has none; `apart`: to that behind
    the language, where the site would give both the same. `prefix`: its value, or each of a list, gets the
    language before it. `root`: the same where it begins with a slash. `canonical`: where it says the page's
    own address on the site's host, the localization's: a page that calls another its canonical one, in
    another language, isn't found by those who search in its own
    (https://developers.google.com/search/docs/specialty/international/localized-versions)."""
    page: bool = False
    """Whether it says the page's whole address."""


@dataclass(frozen=True, slots=True)
class Row:
    """A layout."""

    name: str
    """As the option `layout` takes it."""
    generator: str
    """A name of generators.SIGNS; of several rows of one generator auto.py chooses."""
    places: tuple[Place, ...] = ()
    """The first that fits counts; where none does, the localization stands beside its post."""
    keys: tuple[Key, ...] = ()
    head: bool = False
    """Whether a post without front matter gets some for its keys."""
    follows: bool = False
    """Whether the generator itself leads links to files to the page in the reader's language."""
    urls: bool = False
    """Whether addresses of pages (`/guide/`) have to be led to the language by us."""
    assets: str = "file"
    """What a relative path of a picture starts from: the `file`, or the page's `url`; `bundle`: the page's,
    but what lies beside the post comes along."""
    rooted: bool = False
    """Whether a relative path of a post may start from the folder of all posts too, and first does."""
    html: str = ""
    """The same for pictures and links in HTML, where that is another."""
    missing: str = "file"
    """What leads to a post that has no localization: its `file`, or the `address` of its page."""
    alias: tuple[str, str] = ("", "")
    """How a link that starts from a folder of the site begins, and the folder."""
    slug: Callable[[str, str], str | None] = by_path
    """(the path behind its place, the site's pattern of addresses) -> the page's address without slashes at
    its ends; None: not known."""
    folder: bool = True
    """Whether a page's address ends with a slash, unless the site's pattern of addresses says otherwise."""
    lower: bool = False
    """Whether languages are in lower case in paths, whatever the tag."""
    notice: str = "quote"
    """How a notice is written, a key of notice.FORMS."""
    original: str = ""
    """How a page links to its source's (`{route}`, `{alias}`), where an address would lead to itself or isn't
    known."""
    each: str = "'{lang}'"
    """What the site's configuration needs for a language, in Markdown. Fields: `{lang}` as paths have it,
    `{tag}`, `{autonym}`."""
    add: str = ""
    """Where it needs that, and what else. Fields: `{each}` of the languages, `{source}`, and `{config}`, the
    file; empty where it needs nothing."""


HERE = Place("{rest}", "{dir}/{name}.{lang}{ext}", url="")
"""Where no place fits: beside the post."""

_CANONICAL = (Key("canonicalURL", "canonical"), Key("canonicalUrl", "canonical"))
"""Hugo itself has no such key; its themes have: PaperMod
(https://github.com/adityatelange/hugo-PaperMod/wiki/Variables), and Congo and Blowfish
(https://blowfish.page/docs/front-matter/). `translationKey` needs nothing: pages of one path belong together,
and one that is there comes along."""

_ROWS = (
    # https://gohugo.io/content-management/multilingual/#translate-your-content, by file name. Its own render
    # hooks lead links to files and bundled pictures to the page's language ("auto", with several languages:
    # https://gohugo.io/render-hooks/links/); a page that has no localization they don't find.
    Row(
        "hugo-filename",
        "hugo",
        (
            Place("{content}/{dir}/{name}.{source}{ext}", "{content}/{dir}/{name}.{lang}{ext}"),
            Place("{content}/{rest}", "{content}/{dir}/{name}.{lang}{ext}"),
        ),
        keys=(Key("url", "root", page=True), *_CANONICAL),
        follows=True,
        urls=True,
        assets="bundle",
        html="url",
        missing="address",
        slug=hugo,
        lower=True,
        each="`languages.{lang}`",
        add="{each} in `{config}`",
    ),
    # The same page, by content directory: `contentDir` of each language. letsencrypt/website has
    # `content/en` and `content/es`; a site whose posts stand in `content` itself can't nest another in it.
    Row(
        "hugo-content",
        "hugo",
        (
            Place("{content}/{source}/{rest}", "{content}/{lang}/{rest}"),
            Place("{content}.{source}/{rest}", "{content}.{lang}/{rest}"),
            Place("{content}/{rest}", "{content}.{lang}/{rest}"),
        ),
        keys=(Key("url", "root", page=True), *_CANONICAL),
        follows=True,
        urls=True,
        assets="bundle",
        html="url",
        missing="address",
        slug=hugo,
        lower=True,
        each="`languages.{lang}`",
        add="{each} with `contentDir` in `{config}`",
    ),
    # https://jekyllrb.com/docs/posts/ and /docs/permalinks/: the folder above `_posts` is a category, and so
    # part of the address. Two pages of one `redirect_from` would take it from each other
    # (https://github.com/jekyll/jekyll-redirect-from). `lang` is what jekyll-seo-tag and most themes read;
    # `canonical_url`, it alone
    # (https://github.com/jekyll/jekyll-seo-tag/blob/master/docs/advanced-usage.md).
    Row(
        "jekyll",
        "jekyll",
        (
            Place("{source}/{rest}", "{lang}/{rest}"),
            Place("_posts/{rest}", "{lang}/_posts/{rest}"),
            Place("_drafts/{rest}", "{lang}/_drafts/{rest}"),
            Place("_pages/{rest}", "_pages/{lang}/{rest}"),
            Place("_{collection}/{rest}", "_{collection}/{lang}/{rest}", url="/{collection}/{slug}"),
            Place("{rest}", "{lang}/{rest}"),
        ),
        keys=(
            Key("lang"),
            Key("permalink", "prefix", page=True),
            Key("permalink", "apart"),
            Key("redirect_from", "prefix"),
            Key("canonical_url", "canonical"),
        ),
        urls=True,
        assets="url",
        alias=("link ", ""),
        original="{{% {alias} %}}",
        slug=jekyll,
    ),
    # https://github.com/untra/polyglot#how-to-use-it: pages of one address belong together, `lang` tells them
    # apart, and it leads absolute links to the language by itself.
    Row(
        "jekyll-polyglot",
        "jekyll",
        (
            Place("_posts/{source}/{rest}", "_posts/{lang}/{rest}"),
            Place("_posts/{rest}", "_posts/{lang}/{rest}"),
            Place("_{collection}/{rest}", "_{collection}/{lang}/{rest}", url="/{collection}/{slug}"),
            Place("{source}/{rest}", "{lang}/{rest}"),
            Place("{rest}", "{lang}/{rest}"),
        ),
        keys=(Key("lang"), Key("permalink", "address"), Key("canonical_url", "canonical")),
        head=True,
        follows=True,
        assets="url",
        alias=("link ", ""),
        slug=jekyll,
        add='"{source}", {each} in the list `languages:` of `{config}`',
    ),
    # https://docusaurus.io/docs/i18n/introduction#translation-files-location and
    # https://docusaurus.io/docs/api/plugins/@docusaurus/plugin-content-docs#i18n. A page without localization
    # is built from its source, and absolute addresses get the locale by themselves; a relative path of a file
    # (https://docusaurus.io/docs/markdown-features/links) has to be right from where the file stands; behind
    # `@site/`, it is the file's own, and one that has a localization isn't found by its source's.
    Row(
        "docusaurus",
        "docusaurus",
        (),  # by the plugins of the configuration: auto.docusaurus
        alias=("@site/", ""),
        slug=numbered,
        notice="docusaurus",
        original="pathname:///{route}",
        add="'{source}', {each} among the `locales` of `i18n` in `{config}`, with "
        "`defaultLocale: '{source}'`",
    ),
    # https://docs.astro.build/en/recipes/i18n/: a folder per language below each collection; its own
    # documentation (withastro/docs) is built so. Links are addresses, pictures are files.
    Row(
        "astro",
        "astro",
        (
            Place(
                "src/content/{collection}/{source}/{rest}",
                "src/content/{collection}/{lang}/{rest}",
                url="/{collection}/{slug}",
            ),
            Place(
                "src/content/{collection}/{rest}",
                "src/content/{collection}/{lang}/{rest}",
                url="/{collection}/{slug}",
            ),
            Place("src/pages/{source}/{rest}", "src/pages/{lang}/{rest}"),
            Place("src/pages/{rest}", "src/pages/{lang}/{rest}"),
        ),
        urls=True,
        lower=True,
        add="'{source}', {each} among the `locales` of `i18n` in `{config}`, with "
        "`defaultLocale: '{source}'`",
    ),
    # https://starlight.astro.build/guides/i18n/: a folder per locale, named like its key, in lower case as in
    # withastro/starlight; `slug` is the whole address.
    Row(
        "starlight",
        "astro",
        (
            Place("src/content/docs/{source}/{rest}", "src/content/docs/{lang}/{rest}"),
            Place("src/content/docs/{rest}", "src/content/docs/{lang}/{rest}"),
            Place("src/pages/{rest}", "src/pages/{lang}/{rest}"),
        ),
        keys=(Key("slug", "prefix"),),
        urls=True,
        lower=True,
        notice="docusaurus",
        each="`'{lang}': {{label: '{autonym}', lang: '{tag}'}}`",
        add="{each} under `locales` of starlight in `{config}`",
    ),
    # https://ultrabug.github.io/mkdocs-static-i18n/getting-started/quick-start/: `docs_structure: suffix`.
    # The plugin resolves links to files, pictures included, in the page's language, and falls back.
    Row(
        "mkdocs-suffix",
        "mkdocs",
        (Place("{docs}/{rest}", "{docs}/{dir}/{name}.{lang}{ext}"),),
        follows=True,
        html="url",
        notice="mkdocs",
        each="`- locale: {lang}`",
        add="{each} under `languages:` of the `i18n` plugin in `{config}`",
    ),
    # The same, `docs_structure: folder`; and, as in fastapi/fastapi, a whole site per language beside each
    # other (`docs/en/mkdocs.yml`).
    Row(
        "mkdocs-folder",
        "mkdocs",
        (
            Place("{docs}/{source}/{rest}", "{docs}/{lang}/{rest}"),
            Place("../{source}/{docs}/{rest}", "../{lang}/{docs}/{rest}"),
        ),
        follows=True,
        html="url",
        notice="mkdocs",
        each="`- locale: {lang}`",
        add="{each} under `languages:` of the `i18n` plugin in `{config}`",
    ),
    # https://vitepress.dev/guide/i18n: a folder per locale beside the root locale's pages.
    Row(
        "vitepress",
        "vitepress",
        (
            Place("{docs}/{source}/{rest}", "{docs}/{lang}/{rest}"),
            Place("{docs}/{rest}", "{docs}/{lang}/{rest}"),
        ),
        urls=True,
        folder=False,
        notice="vitepress",
        each="`'{lang}': {{label: '{autonym}', lang: '{tag}'}}`",
        add="{each} under `locales` in `{config}`",
    ),
    # https://content.nuxt.com/docs/integrations/i18n: a folder and a collection per language.
    Row(
        "nuxt-content",
        "nuxt",
        (
            Place("content/{source}/{rest}", "content/{lang}/{rest}"),
            Place("content/{rest}", "content/{lang}/{rest}"),
        ),
        urls=True,
        assets="url",
        folder=False,
        slug=numbered,
        each="`{{code: '{lang}'}}`",
        add="{each} under `i18n.locales` in `{config}`, and a collection of each language's folder in "
        "`content.config.ts`",
    ),
    # https://www.11ty.dev/docs/i18n/ and /docs/plugins/i18n/: a folder per language, `lang` from its data.
    # Two pages of one `permalink` are an error.
    Row(
        "eleventy",
        "eleventy",
        (
            Place("{input}/{source}/{rest}", "{input}/{lang}/{rest}"),
            Place("{input}/{rest}", "{input}/{lang}/{rest}"),
        ),
        keys=(Key("lang"), Key("permalink", "prefix", page=True)),
        urls=True,
        rooted=True,
        assets="url",
        each="`{lang}/`",
        add="the data files of your folders (`posts/posts.json`) below {each} too",
    ),
    # https://nextjs.org/docs/app/guides/internationalization: the locale leads the address. Contentlayer
    # reads folders, https://contentlayer.dev/docs; the field is what its documents are told apart by.
    Row(
        "next",
        "next",
        (
            Place("{head}/{source}/{rest}", "{head}/{lang}/{rest}", url=""),
            Place("{source}/{rest}", "{lang}/{rest}"),
            Place("content/{rest}", "content/{lang}/{rest}"),
            Place("posts/{rest}", "posts/{lang}/{rest}", url="/posts/{slug}"),
            Place("_posts/{rest}", "_posts/{lang}/{rest}", url="/posts/{slug}"),
        ),
        keys=(Key("locale"),),
        urls=True,
        folder=False,
        assets="url",
        add="{each} among your locales, and `locale` among the fields of your documents",
    ),
    # https://hexo.io/docs/internationalization and /docs/permalinks#Multi-language-Support: posts in a folder
    # per language below `_posts`; pages as in hexojs/site (`source/es/docs`). `post_link` names a post by its
    # path below `_posts` (https://hexo.io/docs/tag-plugins#Include-Posts).
    Row(
        "hexo",
        "hexo",
        (
            Place("{docs}/_posts/{source}/{rest}", "{docs}/_posts/{lang}/{rest}", url=""),
            Place("{docs}/_posts/{rest}", "{docs}/_posts/{lang}/{rest}", url=""),
            Place("{docs}/{source}/{rest}", "{docs}/{lang}/{rest}"),
            Place("{docs}/{rest}", "{docs}/{lang}/{rest}"),
        ),
        keys=(Key("lang"), Key("permalink", "prefix", page=True)),
        urls=True,
        assets="bundle",
        alias=("post_link ", "source/_posts"),
        slug=hexo,
        add="{source}, {each} in the list `language:` of `{config}`",
    ),
    # https://www.getzola.org/documentation/content/multilingual/: by file name. `path` and `aliases` count
    # for the whole site (getzola/zola, components/content/src/page.rs), and the same twice is an error.
    Row(
        "zola",
        "zola",
        (Place("content/{rest}", "content/{dir}/{name}.{lang}{ext}"),),
        keys=(Key("path", "prefix", page=True), Key("aliases", "prefix")),
        urls=True,
        assets="bundle",
        alias=("@/", "content"),
        original="{alias}",
        each="`[languages.{lang}]`",
        add="{each} in `{config}`",
    ),
    # gaearon/overreacted.io as it was built with Gatsby: `index.es.md` beside `index.md`, as in
    # https://github.com/gatsbyjs/themes/tree/master/packages/gatsby-theme-i18n (MDX: `index.es.mdx`).
    Row("gatsby", "gatsby", urls=False, add="{each} among the locales of your i18n plugin in `{config}`"),
    Row("plain", ""),
)
ROWS: Mapping[str, Row] = {row.name: row for row in _ROWS}
PLAIN = ROWS["plain"]
