"""What a site's configuration needs for its new languages: it is told, and never written."""

from __future__ import annotations

import re
from collections.abc import Collection

from polypost import languages as tags
from polypost.errors import UsageError
from polypost.sites.layouts import Stand


def advice(stand: Stand, languages: Collection[str]) -> str:
    """What to add for those of `languages` that the site's configuration doesn't name, in words."""
    missing = [tag for tag in languages if not _named(stand, tag)]
    if not missing or not stand.row.add:
        return ""
    written = {tag: tag.lower() if stand.row.lower else tag for tag in missing}
    every = ", ".join(f"'{each}'" for each in written.values())
    add = dict.fromkeys(
        stand.row.add.format(
            lang=lang,
            tag=tag,
            autonym=_autonym(tag),
            all=every,
            source=stand.source,
            config=stand.site.config or "the site's configuration",
        )
        for tag, lang in written.items()
    )
    one = f"The site doesn't know {', '.join(missing)} yet. Add {' and '.join(add)}"
    return f"{one}; polypost doesn't change a site's configuration."


def _named(stand: Stand, tag: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(tag)}(?![\w-])", stand.told, re.IGNORECASE) is not None


def _autonym(tag: str) -> str:
    try:
        return tags.resolve(tag).autonym
    except UsageError:
        return tag
