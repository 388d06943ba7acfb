"""What the stored objects say, at hand for every wave of a run without holding it in memory."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable

from polypost.values import Answer, Untranslated


class Known:
    """Language and sentence -> answer; in a file that SQLite deletes by itself when the process ends."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", check_same_thread=False)
        for setting in ("journal_mode = off", "synchronous = off", "cache_size = -32768"):
            self._database.execute(f"pragma {setting}")
        self._database.execute(
            "create table answers (key blob primary key, text text, refused int) without rowid"
        )

    def put(self, language: str, answers: Iterable[tuple[str, Answer]]) -> None:
        """Remember what sentences are answered with; the newest counts."""
        rows = (
            (_key(language, sentence), answer.reason, True)
            if isinstance(answer, Untranslated)
            else (_key(language, sentence), answer, False)
            for sentence, answer in answers
        )
        with self._database:
            self._database.executemany("insert or replace into answers values (?, ?, ?)", rows)

    def get(self, language: str, sentence: str) -> Answer | None:
        """The answer; None when none is known."""
        row = self._database.execute(
            "select text, refused from answers where key = ?", (_key(language, sentence),)
        ).fetchone()
        if row is None:
            return None
        return Untranslated(row[0]) if row[1] else str(row[0])

    def close(self) -> None:
        """Forget everything."""
        self._database.close()


def _key(language: str, sentence: str) -> bytes:
    return hashlib.blake2b(
        f"{language}\0{sentence}".encode("utf-8", "surrogatepass"), digest_size=16
    ).digest()
