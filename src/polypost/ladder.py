"""The ladder: what is tried for a sentence whose answer is bad, until one stands or none will; pure.

Each answer to a sentence is looked at (checks). A bad one climbs: the sentence is asked again, decoded with
more care; of the second model, where there is one; in sentence case; cut into clauses. All in all at most
BUDGET times its characters are sent, the first time included. The best answer wins. One that is only doubtful
stands, and says so; where all have a fault, the sentence is untranslated, and its source text will stand.

`climb` is one sentence's way up, `Ladder` leads many at once: whatever can be asked together is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from enum import StrEnum

from polypost import batching, checks, readings, sentences
from polypost.checks import Pair
from polypost.errors import TranslatorError
from polypost.languages import spaced
from polypost.markdown import standins, titles
from polypost.values import Answer, Complaint, Doubtful, Probed, Reply, Severity, Untranslated, frozen
from polypost.work import Needs

BUDGET = 3
"""Times the characters of a sentence that may be sent for it."""
_LEAST = 3
"""Words of a clause: short text is the dangerous text."""
_REFUSED, _EMPTY = "untranslated", "nothing-said"
_HOPELESS = frozenset({batching.CUT, _REFUSED})
"""What more care doesn't help against: it takes as many tokens, and more time and memory."""
_STRAY = "stray-stand-in"


class Way(StrEnum):
    """How texts are asked, all those of a call in the same."""

    CAREFUL = "careful"
    """Of the usual model, decoded in another way."""
    SECOND = "second"
    """Of the second model."""
    PLAIN = "plain"
    """Of the usual model, as usual; last, since the most rungs end in it."""


@frozen
class Rung:
    """One thing to try."""

    step: str
    """Its name in `Outcome.steps`."""
    way: Way
    texts: Callable[[str, str], Sequence[str]]
    """A sentence and its language -> what is sent in its place; nothing where that makes no sense."""
    whole: Callable[[Answer, str, str], Answer] = lambda answer, _sentence, _language: answer
    """What came back, the sentence, the language asked for -> the answer to the sentence."""


@frozen
class Ask:
    """What has to be known next."""

    way: Way
    texts: Sequence[str]


@frozen
class Settled:
    """What became of a sentence."""

    answer: Answer
    steps: tuple[str, ...] = ()
    again: int = 0
    """Characters that were sent beside the first time."""


Look = Callable[[str], tuple[Complaint, ...]]
"""A sentence's translation -> what speaks against it, worst first."""
Climb = Generator[Ask, Sequence[Answer], Settled]
"""A sentence on its way: it says what to ask, is sent the answers, as many, and returns how it ended."""


def clauses(sentence: str, language: str) -> Sequence[str]:
    """A sentence in parts of some words each: where another begins, else behind `;` or `:`, else commas."""
    ways = (
        [sentence[start:end] for start, end in sentences.split(sentence, language)],
        batching.clauses(sentence, strong=True),
        batching.clauses(sentence),
    )
    for parts in ways:
        found: list[str] = []
        for part in parts:
            if found and min(sentences.words(found[-1]), sentences.words(part)) < _LEAST:
                found[-1] = batching.joined(found[-1], part)
            else:
                found.append(part)
        if len(found) > 1:
            return found
    return ()


def _same(sentence: str, _language: str) -> Sequence[str]:
    return (sentence,)


def _lowered(sentence: str, language: str) -> Sequence[str]:
    """A sentence that shouts, or is in Title Case, in sentence case."""
    text = titles.Titles((), language).lowered(sentence, ((0, len(sentence)),))
    return (text,) if text else ()


def _restored(answer: Answer, sentence: str, language: str) -> Answer:
    return (
        answer if isinstance(answer, Untranslated | Doubtful) else titles.restored(answer, sentence, language)
    )


RUNGS: tuple[Rung, ...] = (
    Rung("careful", Way.CAREFUL, _same),
    Rung("second-model", Way.SECOND, _same),
    Rung("sentence-case", Way.PLAIN, _lowered, _restored),
    Rung("clauses", Way.PLAIN, clauses),
)
"""In the order in which they are tried, as far as they apply; those of a way behind one another."""


def climb(sentence: str, origin: str, language: str, look: Look, ways: Collection[Way]) -> Climb:
    """A sentence's way up. `origin`, `language`: BCP 47, its own and that of the answers."""
    (answer,) = yield Ask(Way.PLAIN, (sentence,))
    known: dict[str, tuple[Complaint, ...]] = {}
    best = first = _judged(answer, look, known)
    steps: list[str] = []
    again = 0
    for rung in RUNGS:
        if not best.complaints:
            break
        hopeless = rung.way is Way.CAREFUL and first.complaints[0].code in _HOPELESS
        if rung.way not in ways or hopeless:
            continue
        texts = rung.texts(sentence, origin)
        sent = sum(map(len, texts))
        if not texts or again + sent > (BUDGET - 1) * len(sentence):
            continue
        steps.append(rung.step)
        again += sent
        whole = batching.assembled((yield Ask(rung.way, texts)), spaced=spaced(language))
        best = min(best, _judged(rung.whole(whole, sentence, language), look, known), key=_badness)
    return Settled(_settled(best), tuple(steps), again)


@frozen
class _Candidate:
    """An answer, and all that speaks against it."""

    text: str
    complaints: tuple[Complaint, ...]


def _judged(answer: Answer, look: Look, known: dict[str, tuple[Complaint, ...]]) -> _Candidate:
    """`known`: what was looked at already."""
    if isinstance(answer, Untranslated):
        code = _EMPTY if answer.final else _REFUSED
        return _Candidate("", (Complaint(code, Severity.FAULT, answer.reason),))
    text = answer.text if isinstance(answer, Doubtful) else answer
    if text not in known:
        known[text] = look(text)
    if not isinstance(answer, Doubtful):
        return _Candidate(text, known[text])
    every = (*answer.complaints, *known[text])
    return _Candidate(text, tuple(sorted(every, key=lambda complaint: -complaint.severity)))


def _badness(candidate: _Candidate) -> tuple[int, int]:
    complaints = candidate.complaints
    return (complaints[0].severity, len(complaints)) if complaints else (0, 0)


def _settled(best: _Candidate) -> Answer:
    if not best.complaints:
        return best.text
    if best.complaints[0].severity is Severity.FAULT:
        worst = best.complaints[0]
        return Untranslated(worst.reason, final=worst.code != _REFUSED, said=best.text)
    return Doubtful(best.text, best.complaints)


class _Climber:
    """A sentence on the ladder."""

    def __init__(self, language: str, sentence: str, way_up: Climb) -> None:
        self.language, self.sentence = language, sentence
        self.ask: Ask | None = next(way_up)
        """What it waits for; None once it is settled."""
        self._way_up = way_up
        self._heard: dict[str, Answer] = {}

    def hear(self, text: str, answer: Answer) -> Settled | None:
        """Take an answer in; how it ended, if that was the last that it waited for."""
        self._heard[text] = answer
        if self.ask is None or any(each not in self._heard for each in self.ask.texts):
            return None
        answers = [self._heard[each] for each in self.ask.texts]
        self._heard = {}
        try:
            self.ask = self._way_up.send(answers)
        except StopIteration as end:
            self.ask = None
            settled: Settled = end.value
            return settled
        return None


Asked = Mapping[str, Sequence[str]]
"""Language (BCP 47) -> texts, each once."""
_Turn = dict[str, dict[str, list[_Climber]]]
"""Language -> text -> who waits for its answer; nobody, where it is a probe."""


class Ladder:
    """Asks a translator, looks at what it answers, and asks again where that is bad."""

    def __init__(
        self,
        ask: Callable[[Way, Asked], Iterator[Reply]],
        ways: Callable[[str], Collection[Way]],
        *,
        origin: str,
    ) -> None:
        """`ask`: see `ports.Translator.translate`. `ways`: language -> those that it can be asked in.

        A language without ways is asked plainly, and nothing is looked at. `origin`: BCP 47, what sentences
        are written in.
        """
        self._ask, self._ways, self._origin = ask, ways, origin

    def translate(self, asked: Mapping[str, Needs]) -> Generator[Reply, None, None]:
        """Yield a reply for every text, a good one as it comes in; to a probe as `Probed`.

        Every way is asked at most once for each rung, whatever the number of sentences. Raises what `ask`
        raises, and TranslatorError for a translator that answers something else than what it was asked.
        """
        climbers = [
            _Climber(language, text, self._climb(language, text))
            for language, needs in asked.items()
            for text in needs.sentences
        ]
        probes: _Turn = {language: {text: [] for text in needs.probes} for language, needs in asked.items()}
        while climbers or any(probes.values()):
            for way in Way:
                turn = probes if way is Way.PLAIN else {}
                probes = {} if way is Way.PLAIN else probes
                for climber in climbers:
                    if climber.ask and climber.ask.way is way:
                        for text in dict.fromkeys(climber.ask.texts):
                            turn.setdefault(climber.language, {}).setdefault(text, []).append(climber)
                if any(turn.values()):
                    yield from self._told(way, turn)
            climbers = [climber for climber in climbers if climber.ask]

    def _climb(self, language: str, sentence: str) -> Climb:
        ways = self._ways(language)
        # One that lost its stand-ins is asked again with others, by whoever put them there.
        loses = standins.sent(sentence) and bool(standins.apart(sentence, "")[0][1])

        def look(text: str) -> tuple[Complaint, ...]:
            said = readings.cleaned(sentence, text)
            found = checks.look(Pair(sentence, said, language, self._origin)) if ways else ()
            return tuple(one for one in found if one.code != _STRAY) if loses else found

        return climb(sentence, self._origin, language, look, ways)

    def _told(self, way: Way, turn: _Turn) -> Iterator[Reply]:
        """What is told of what in a turn, which is left with nothing."""
        count = sum(map(len, turn.values()))
        replies = self._ask(way, {language: tuple(texts) for language, texts in turn.items() if texts})
        try:
            for reply in replies:
                yield from _heard(reply, turn)
        finally:
            if isinstance(replies, Generator):
                replies.close()
        if missing := sum(map(len, turn.values())):
            raise TranslatorError(f"The translator gave no answer for {missing} of {count} sentences.")


def _heard(reply: Reply, turn: _Turn) -> Iterator[Reply]:
    """What a translator's reply tells. Raises TranslatorError."""
    language, text, answer = reply.language, reply.sentence, reply.answer
    if not isinstance(answer, str | Doubtful | Untranslated):
        raise TranslatorError(
            f"The translator answered with {type(answer).__name__} where text was expected."
        )
    if language not in turn:
        raise TranslatorError(f"The translator answered in {language}, which was not asked for.")
    waiting = turn[language].pop(text, None)
    if waiting == []:
        said = answer.text if isinstance(answer, Doubtful) else answer
        yield Reply(language, text, Probed(said) if isinstance(said, str) else said)
    for climber in waiting or ():
        if settled := climber.hear(text, answer):
            yield Reply(language, climber.sentence, settled.answer, settled.steps, settled.again)
