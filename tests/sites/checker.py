"""What is wrong with a built site in several languages: lines of text that name page and link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from sites.built import Built, Link, Page, resolved

NO_ANCHOR = frozenset({"", "top"})
"""Fragments that lead to the page's top in every browser."""

_MARKUP = re.compile(r"\{\{|\{%|\{#|\{:|\]\(|\]\[|:::|```|<!--|</")
"""What no reader should see outside of code."""


def problems(site: Built) -> list[str]:
    """Everything on all pages."""
    return list(chain.from_iterable(of_page(site, page) for page in site.pages.values()))


def of_page(site: Built, page: Page) -> Iterator[str]:
    """Everything on one page; as a browser shows it, it need not be the one among `site.pages`."""
    wanted = site.language(page.url)
    if not page.forward and page.language != wanted:
        yield f"{page.url}: <html lang> is {page.language!r}, not {wanted!r}"
    for link in page.links:
        if (lead := resolved(page, link)) is not None:
            yield from _of_link(site, page, link, *lead)
    if found := _MARKUP.search(page.text):
        yield f"{page.url}: {found[0]!r} stands in its text"
    source = site.pages.get(site.beside(page.url, site.default))
    if source is None or site.language(source.url) != site.default:
        yield f"{page.url}: there is no such page in {site.default!r}"
    elif page.code != source.code:
        yield f"{page.url}: its code is {page.code}, that of {source.url} is {source.code}"


def _of_link(site: Built, page: Page, link: Link, url: str, fragment: str) -> Iterator[str]:
    told = f"{page.url}: <{link.tag}> {link.url}"
    if site.file(url) is None:
        yield f"{told}: there is no {url}"
        return
    target = page if url == page.url else site.page(url)
    if target is None:
        return
    if fragment not in NO_ANCHOR and fragment not in target.anchors and not target.forward:
        yield f"{told}: {target.url} has no anchor {fragment!r}"
    if link.language in (site.default, *site.languages) and target.language != link.language:
        yield f"{told}: says {link.language!r}, but {target.url} is in {target.language!r}"
    own = site.language(page.url)
    if link.content and site.localized(page) and site.language(target.url) != own:
        beside = site.page(site.beside(target.url, own))
        if beside is not None and site.localized(beside):
            yield f"{told}: leads to {site.language(target.url)!r}, although there is {beside.url}"
