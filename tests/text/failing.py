"""Ways in which a model fails, each seen by one check: what it was asked, what is right, what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Failing:
    """A sentence whose clauses are keys of `right`, with their translations, and how the answer is bad."""

    right: dict[str, str]
    bad: Callable[[str, str], str]
    """A text and its translation -> what the model says in its place."""

    @property
    def source(self) -> str:
        return " ".join(self.right)

    def good(self, text: str) -> str:
        """The translation of the sentence, or of some of its clauses."""
        return " ".join(said for asked, said in self.right.items() if asked in text)


_TWO = {
    "The server starts again in 15 minutes (as the first page says);": (
        "El servidor vuelve a arrancar en 15 minutos (como dice la primera página);"
    ),
    "all the readers of the blog see the “old pages” until then.": (
        "todos los lectores del blog ven las «páginas antiguas» hasta entonces."
    ),
}
_SENTENCES = {
    "The engine was built long ago in a small town.": (
        "El motor se construyó hace mucho tiempo en una ciudad pequeña."
    ),
    "Nobody knows today who paid for it.": "Hoy nadie sabe quién lo pagó.",
}
_PLACES = {
    "The road to the next town is 15 km long and quite steep;": (
        "El camino al siguiente pueblo tiene 15 km y es bastante empinado;"
    ),
    "see https://example.org/map for all of the stops on it.": (
        "vea https://example.org/map para todas las paradas que tiene."
    ),
}
_HEADING = {"Hello world": "Hola mundo"}
_GERMAN = "Der Server wird bald wieder gestartet, und bis dahin sehen alle Leser des Blogs die alten Seiten."
_MORE = " Y además hay muchas otras cosas que nadie había dicho nunca antes en este sitio tan grande y viejo."

WAYS: dict[str, Failing] = {
    "nothing-said": Failing(_TWO, lambda _text, _good: "..."),
    "unknown-sign": Failing(_TWO, lambda _text, good: f"{good} <unk>"),
    "loop": Failing(_TWO, lambda _text, good: f"{good} hasta entonces hasta entonces hasta entonces"),
    "copy": Failing(_TWO, lambda text, _good: text),
    "wrong-script": Failing(
        _TWO, lambda text, _good: "Сервер снова запустится через 15 минут " * (len(text) // 60 + 1)
    ),
    "wrong-language": Failing(_TWO, lambda _text, _good: _GERMAN),
    "invented-text": Failing(_HEADING, lambda _text, good: f"{good}. ¿Cómo estás hoy, amigo mío?"),
    "stray-stand-in": Failing(_TWO, lambda _text, good: f"XENT7X {good}"),
    "language-unsure": Failing(_HEADING, lambda _text, _good: "Hallo Welt und Leute"),
    "cut-short": Failing(_TWO, lambda text, good: good[: len(text) * 2 // 3]),
    "too-short": Failing(_TWO, lambda _text, good: good[:12] + "."),
    "too-long": Failing(_TWO, lambda _text, good: good.rstrip(".;") + "," + _MORE.lower() * 2),
    "sentence-added": Failing(
        _TWO, lambda _text, good: f"{good.rstrip('.;')}. Nadie lo había dicho nunca. Y además es muy grande."
    ),
    "repetition": Failing(
        _TWO, lambda _text, good: f"{good[:-1]}, y también {' '.join(good[:-1].split()[-4:])}{good[-1]}"
    ),
    "number-added": Failing(_SENTENCES, lambda _text, good: good.replace(".", " en 1873.")),
    "unit-changed": Failing(
        _PLACES, lambda _text, good: good.replace("km", "kg").replace("paradas", "15 kg")
    ),
    "verbatim-lost": Failing(_PLACES, lambda _text, good: good.replace("https://example.org/map", "el mapa")),
    "markup-added": Failing(_TWO, lambda _text, good: f"<p>{good}</p>"),
    "foreign-script": Failing(_TWO, lambda _text, good: good.replace("todos", "सभी").replace("El", "यह")),
    "sentence-missing": Failing(_SENTENCES, lambda _text, good: good.split(". ")[0].rstrip(".") + "."),
    "number-lost": Failing(_TWO, lambda _text, good: good.replace("15", "unos")),
    "bracket-alone": Failing(_TWO, lambda _text, good: good.replace(")", "")),
    "quotation-mark-alone": Failing(_TWO, lambda _text, good: good.replace("»", "")),
}
