"""The ladder: looks at each answer to a sentence (checks), and leads all the bad ones up at once; pure.

climb.py has the way up of one sentence; what can be asked together for many is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing

from polypost import checks
from polypost.checks import Pair
from polypost.counts import counted
from polypost.errors import TranslatorError
from polypost.markdown import standins
from polypost.text import readings
from polypost.text.climb import Ask, Climb, Settled, Way, climb
from polypost.text.work import Needs
from polypost.values import Answer, Complaint, Doubtful, Probed, Reply, Severity, Untranslated

_STRAY = "stray-stand-in"
_ENDLESS = Complaint(
    "endless", Severity.FAULT, f"The translation is over {readings.MAX_GROWTH} times as long as its source."
)


class _Climber:
    """A sentence on the ladder."""

    def __init__(self, language: str, sentence: str, way_up: Climb) -> None:
        self.language = language
        self.ask: Ask | None = None
        """What it waits for; None once it is settled."""
        self.reply: Reply | None = None
        """How it ended, once it is settled."""
        self._sentence, self._way_up = sentence, way_up
        self._heard: dict[str, Answer] = {}
        self._go(None)

    def hear(self, text: str, answer: Answer) -> None:
        """Take an answer in."""
        self._heard[text] = answer
        if self.ask and all(each in self._heard for each in self.ask.texts):
            answers, self._heard = [self._heard[each] for each in self.ask.texts], {}
            self._go(answers)

    def _go(self, answers: Sequence[Answer] | None) -> None:
        try:
            # A generator is begun with None.
            self.ask = next(self._way_up) if answers is None else self._way_up.send(answers)
        except StopIteration as end:
            told: Settled = end.value
            self.ask = None
            self.reply = Reply(self.language, self._sentence, told.answer, told.steps, told.again)


Asked = Mapping[str, Sequence[str]]
"""Language (BCP 47) -> texts, each once."""
_Waiting = dict[str, dict[str, list[_Climber]]]
"""Language -> text -> who waits for its answer."""


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
        probes = {language: frozenset(needs.probes) for language, needs in asked.items()}
        climbers: list[_Climber] = []  # only those that have to go on: a wave may hold a million sentences
        first = {language: (*needs.sentences, *needs.probes) for language, needs in asked.items()}
        with closing(self._told(Way.PLAIN, first)) as replies:
            for reply in replies:
                if reply.sentence in probes[reply.language]:
                    yield _probed(reply)
                    continue
                climber = self._climber(reply)
                if climber.reply:
                    yield climber.reply
                else:
                    climbers.append(climber)
        while climbers:
            for way in Way:
                waiting = _waiting(climbers, way)
                with closing(
                    self._told(way, {tag: tuple(texts) for tag, texts in waiting.items()})
                ) as replies:
                    for reply in replies:
                        for climber in waiting[reply.language][reply.sentence]:
                            climber.hear(reply.sentence, reply.answer)
                            if climber.reply:
                                yield climber.reply
            climbers = [climber for climber in climbers if climber.ask]

    def _climber(self, reply: Reply) -> _Climber:
        """The one whose sentence has this first answer."""
        language, sentence = reply.language, reply.sentence
        ways = self._ways(language)
        # One that lost its stand-ins is asked again with others, by whoever put them there.
        loses = standins.sent(sentence) and bool(standins.apart(sentence, "")[0][1])

        def lost(answer: Answer) -> bool:
            """Whether the next form is asked for anyway: what is only doubtful needs no climb then."""
            if not loses or isinstance(answer, Untranslated):
                return False
            text = answer.text if isinstance(answer, Doubtful) else answer
            if not standins.lost(sentence, text):
                return False
            return all(complaint.severity is Severity.DOUBT for complaint in look(text))

        def look(text: str) -> tuple[Complaint, ...]:
            if ways and readings.too_long(sentence, text):  # a loop of some megabytes takes minutes to read
                return (_ENDLESS,)
            said = readings.cleaned(sentence, text)
            found = checks.look(Pair(sentence, said, language, self._origin)) if ways else ()
            return tuple(one for one in found if one.code != _STRAY) if loses else found

        way_up = climb(
            sentence, reply.answer, self._origin, language, look, () if lost(reply.answer) else ways
        )
        return _Climber(language, sentence, way_up)

    def _told(self, way: Way, asked: Asked) -> Generator[Reply, None, None]:
        """One reply for each text. Raises what `ask` raises, and TranslatorError."""
        left = {language: set(texts) for language, texts in asked.items() if texts}
        if not left:
            return
        replies = self._ask(way, {language: asked[language] for language in left})
        try:
            for reply in replies:
                if _answers(reply, left):
                    left[reply.language].remove(reply.sentence)
                    yield reply
        finally:
            if isinstance(replies, Generator):
                replies.close()
        if missing := sum(map(len, left.values())):
            count = sum(map(len, asked.values()))
            raise TranslatorError(
                f"The translator gave no answer for {missing} of {counted(count, 'sentence')}."
            )


def _waiting(climbers: Iterable[_Climber], way: Way) -> _Waiting:
    """What is to be asked in a way, and for whom."""
    waiting: _Waiting = {}
    for climber in climbers:
        if climber.ask and climber.ask.way is way:
            for text in dict.fromkeys(climber.ask.texts):
                waiting.setdefault(climber.language, {}).setdefault(text, []).append(climber)
    return waiting


def _answers(reply: Reply, left: Mapping[str, Collection[str]]) -> bool:
    """Whether a reply is to something that is still to be answered. Raises TranslatorError."""
    if not isinstance(reply.answer, str | Doubtful | Untranslated):
        raise TranslatorError(
            f"The translator answered with {type(reply.answer).__name__} where text was expected."
        )
    if reply.language not in left:
        raise TranslatorError(f"The translator answered in {reply.language}, which was not asked for.")
    return reply.sentence in left[reply.language]


def _probed(reply: Reply) -> Reply:
    """A reply to what was asked only to place a mark."""
    answer = reply.answer
    said = answer.text if isinstance(answer, Doubtful) else answer
    return Reply(reply.language, reply.sentence, Probed(said) if isinstance(said, str) else said)
