"""What a container's texts are worth, and how the answers for pieces become those for sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from polypost import batching
from polypost.languages import spaced
from polypost.values import Answer, Complaint, Doubtful, Reply, Severity, Untranslated


def checked(text: str, max_new_tokens: int) -> Answer:
    """A container's text as an answer; `max_new_tokens` as they were asked for."""
    if not text.strip():
        return Untranslated("The model gave an empty answer.", final=True)
    if batching.least_tokens(text) >= max_new_tokens - 1:
        reason = f"The model's answer was cut at the limit of {max_new_tokens} tokens."
        return Doubtful(text, (Complaint(batching.CUT, Severity.FAULT, reason),))
    return text


class Pieces:
    """The sentences asked for in one language, cut where the model takes no longer ones.

    `missing` are the pieces to be sent, each once. As their answers are told, whole sentences come out.
    """

    def __init__(self, language: str, sentences: Iterable[str], limit: int) -> None:
        """`limit`: the tokens that one piece may have, as `batching.tokens` counts them."""
        self.language = language
        self.missing: set[str] = set()
        self.settled: list[Reply] = []
        """The replies that need no model: blank text, and what is too long and can't be cut."""
        self._asked: set[str] = set()
        self._parts: dict[str, tuple[str, ...]] = {}
        self._owners: dict[str, list[str]] = {}
        self._answers: dict[str, Answer] = {}
        for sentence in sentences:
            self._ask(sentence, limit)

    def _ask(self, sentence: str, limit: int) -> None:
        if not sentence.strip():
            self.settled.append(Reply(self.language, sentence, sentence))
            return
        parts = batching.split(sentence, limit)
        if isinstance(parts, Untranslated):
            self.settled.append(Reply(self.language, sentence, parts))
            return
        self.missing.update(parts)
        if len(parts) == 1:
            self._asked.add(sentence)
            return
        self._parts[sentence] = parts
        for part in dict.fromkeys(parts):
            self._owners.setdefault(part, []).append(sentence)

    def answered(self, piece: str, answer: Answer) -> Iterator[Reply]:
        """The replies that this answer completes; none for a piece that isn't missing."""
        if piece not in self.missing:
            return
        self.missing.remove(piece)
        if piece in self._asked:
            yield Reply(self.language, piece, answer)
        if piece in self._owners:
            self._answers[piece] = answer
        for sentence in self._owners.get(piece, ()):
            parts = self._parts[sentence]
            if all(part in self._answers for part in parts):
                answers = map(self._answers.__getitem__, parts)
                whole = batching.assembled(answers, spaced=spaced(self.language))
                yield Reply(self.language, sentence, whole)
