"""What the stored objects say, at hand for every wave of a run without holding it in memory."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable

from polypost.values import Answer, Complaint, Doubtful, Severity, Untranslated


class Known:
    """Language and sentence -> answer; in a file that SQLite deletes by itself when the process ends."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", check_same_thread=False)
        for setting in ("journal_mode = off", "synchronous = off", "cache_size = -32768"):
            self._database.execute(f"pragma {setting}")
        self._database.execute(
            "create table answers (key blob primary key, text text, complaints text) without rowid"
        )

    def put(self, language: str, answers: Iterable[tuple[str, Answer]]) -> None:
        """Remember what sentences are answered with; the newest counts."""
        rows = ((_key(language, sentence), *_row(answer)) for sentence, answer in answers)
        with self._database:
            self._database.executemany("insert or replace into answers values (?, ?, ?)", rows)

    def get(self, language: str, sentence: str) -> Answer | None:
        """The answer; None when none is known."""
        row = self._database.execute(
            "select text, complaints from answers where key = ?", (_key(language, sentence),)
        ).fetchone()
        return None if row is None else _answer(*row)

    def close(self) -> None:
        """Forget everything."""
        self._database.close()


def _row(answer: Answer) -> tuple[str | None, str]:
    """The text, none where it was refused; and as JSON what speaks against it, or why it was refused."""
    if isinstance(answer, Untranslated):
        return None, json.dumps([answer.reason, answer.final])
    if isinstance(answer, Doubtful):
        return answer.text, json.dumps([(c.code, c.severity, c.reason) for c in answer.complaints])
    return answer, ""


def _answer(text: str | None, complaints: str) -> Answer:
    if text is None:
        reason, final = json.loads(complaints)
        return Untranslated(reason, final)
    if not complaints:
        return text
    told = json.loads(complaints)
    return Doubtful(text, tuple(Complaint(code, Severity(how), reason) for code, how, reason in told))


def _key(language: str, sentence: str) -> bytes:
    return hashlib.blake2b(
        f"{language}\0{sentence}".encode("utf-8", "surrogatepass"), digest_size=16
    ).digest()
