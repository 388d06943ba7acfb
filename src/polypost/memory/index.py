"""In which posts a sentence stands: a blog has millions, so that each takes twelve bytes."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left


class Index:
    """Hashes of sentences, each as the number that its SENTENCE bytes are; sorted when first asked."""

    def __init__(self) -> None:
        """Nothing is in it."""
        self._keys, self._posts = array("Q"), array("I")
        self._names: list[str] = []
        self._sorted = True

    def __len__(self) -> int:
        """How many sentences, those of each post counted once."""
        return len(self._keys)

    def add(self, source: str, sentences: bytes) -> None:
        """Take in the sentences of a post."""
        found = array("Q", sentences)
        found = array("Q", dict.fromkeys(found))
        self._keys.extend(found)
        self._posts.extend([len(self._names)] * len(found))
        self._names.append(source)
        self._sorted = False

    def find(self, sentence: str) -> list[str]:
        """The posts that hold it, in the order in which they were taken in."""
        self._sort()
        key = int.from_bytes(sentence.encode(), sys.byteorder)
        found: list[str] = []
        at = bisect_left(self._keys, key)
        while at < len(self._keys) and self._keys[at] == key:
            found.append(self._names[self._posts[at]])
            at += 1
        return found

    def _sort(self) -> None:
        if self._sorted:
            return
        order = sorted(range(len(self._keys)), key=self._keys.__getitem__)
        self._keys = array("Q", [self._keys[at] for at in order])
        self._posts = array("I", [self._posts[at] for at in order])
        self._sorted = True
