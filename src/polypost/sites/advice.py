"""What a site's configuration needs for its new languages: it is told, and never written."""

from __future__ import annotations

from collections.abc import Collection

from polypost import languages as tags
from polypost.errors import UsageError
from polypost.sites.layouts import Stand


def advice(stand: Stand, languages: Collection[str]) -> str:
    """What to add for those of `languages` that the site's configuration doesn't name, in words."""
    missing = [tag for tag in languages if not stand.knows(tag)]
    if not missing or not stand.row.add:
        return ""
    needed = (
        stand.row.each.format(lang=tag.lower() if stand.row.lower else tag, tag=tag, autonym=_autonym(tag))
        for tag in missing
    )
    config = stand.site.config or "the site's configuration"
    add = stand.row.add.format(each=", ".join(needed), source=stand.source, config=config)
    return (
        f"The site doesn't know {', '.join(missing)} yet. Add {add}; polypost doesn't change a site's "
        "configuration."
    )


def _autonym(tag: str) -> str:
    try:
        return tags.resolve(tag).autonym
    except UsageError:
        return tag
