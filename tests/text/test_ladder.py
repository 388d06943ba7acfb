"""What becomes of a sentence whose answer is bad: the ladder ends, sends little, and its outcome is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import polypost
from polypost import batching, checks
from polypost.checks import CHECKS, Pair, look
from polypost.errors import TranslatorError
from polypost.markdown.prose import ATOM_BASE
from polypost.markdown.standins import restored
from polypost.text import readings
from polypost.text.climb import BUDGET, Way, clauses
from polypost.text.ladder import Ladder
from polypost.text.work import Needs
from polypost.values import (
    Answer,
    Complaint,
    Doubtful,
    Probed,
    Reply,
    Severity,
    Untranslated,
)
from text.failing import WAYS, Failing
from text.translators import HOSTILE

LIBRARY = (Way.PLAIN,)
RUN = (Way.PLAIN, Way.CAREFUL)
BOTH = (*RUN, Way.SECOND)
CODES = list(WAYS)
FAULT = {check.code: check.severity is Severity.FAULT for check in CHECKS}


class Model:
    """Answers each sentence badly so many times, each time that something is asked for it, and then well."""

    def __init__(self, failing: Sequence[tuple[Failing, int]], edge: str = "") -> None:
        """`edge`: what an edge says of a bad answer."""
        self._failing, self._edge = failing, edge
        self._tries = [tries for _, tries in failing]
        self.calls: list[tuple[Way, tuple[str, ...]]] = []

    def __call__(self, way: Way, asked: object) -> Iterator[Reply]:
        assert isinstance(asked, dict)
        for language, texts in asked.items():
            self.calls.append((way, texts))
            done = set()
            for text in texts:
                at = next(n for n, (each, _) in enumerate(self._failing) if text in each.source)
                yield Reply(language, text, self._answer(at, text))
                done.add(at)
            for at in done:
                self._tries[at] -= 1

    def _answer(self, at: int, text: str) -> Answer:
        failing, good = self._failing[at][0], self._failing[at][0].good(text)
        if self._tries[at] <= 0:
            return good
        if self._edge == "untranslated":
            return Untranslated("The model could not translate it: no.")
        if self._edge:
            return Doubtful(good[:20], (Complaint(self._edge, Severity.FAULT, "It was cut."),))
        return failing.bad(text, good)

    @property
    def sent(self) -> int:
        return sum(len(text) for _, texts in self.calls for text in texts)


def climbed(model: Model, failing: Sequence[Failing], ways: Sequence[Way]) -> dict[str, Reply]:
    ladder = Ladder(model, lambda _: ways, origin="en")
    asked = {"es": Needs(tuple(dict.fromkeys(each.source for each in failing)))}
    replies = list(ladder.translate(asked))
    assert len({reply.sentence for reply in replies}) == len(replies) == len(asked["es"].sentences)
    return {reply.sentence: reply for reply in replies}


def rungs(failing: Failing, ways: Sequence[Way], *, hopeless: bool = False) -> list[str]:
    """What is tried, as far as twice the sentence's characters go."""
    found = ["careful"] if Way.CAREFUL in ways and not hopeless else []
    found += ["second-model"] if Way.SECOND in ways else []
    found += ["clauses"] if len(failing.right) > 1 else []
    return found[: BUDGET - 1]


def test_there_is_a_way_of_failing_for_each_check() -> None:
    assert set(WAYS) == {check.code for check in CHECKS}
    for code, failing in WAYS.items():
        source, good = failing.source, failing.good(failing.source)
        seen = Pair(source, good, "es")
        assert look(seen) == (), code
        seen = Pair(source, failing.bad(source, good), "es")
        assert code in {complaint.code for complaint in look(seen)}


@pytest.mark.parametrize("ways", [LIBRARY, RUN, BOTH], ids=["library", "run", "two models"])
@pytest.mark.parametrize("tries", range(5))
@pytest.mark.parametrize("code", CODES)
def test_after_so_many_bad_answers_the_outcome_is_right(code: str, tries: int, ways: Sequence[Way]) -> None:
    failing = WAYS[code]
    model, wanted = Model([(failing, tries)]), rungs(failing, ways)
    reply = climbed(model, [failing], ways)[failing.source]
    assert reply.steps == tuple(wanted[:tries])
    assert len(failing.source) + reply.again == model.sent <= BUDGET * len(failing.source)
    # No sentence is missing of a clause that is one.
    whole = code == "sentence-missing" and "clauses" in reply.steps
    if tries <= len(wanted) or whole:
        assert reply.answer == failing.good(failing.source)
    elif FAULT[code]:
        assert isinstance(reply.answer, Untranslated)
    else:
        assert isinstance(reply.answer, Doubtful)
        assert code in {complaint.code for complaint in reply.answer.complaints}


@pytest.mark.parametrize("edge", [batching.CUT, "untranslated"])
@pytest.mark.parametrize("ways", [LIBRARY, RUN, BOTH], ids=["library", "run", "two models"])
@pytest.mark.parametrize("tries", range(5))
def test_what_an_edge_refuses_climbs_too(edge: str, tries: int, ways: Sequence[Way]) -> None:
    failing = WAYS["loop"]
    model, wanted = Model([(failing, tries)], edge), rungs(failing, ways, hopeless=True)
    reply = climbed(model, [failing], ways)[failing.source]
    assert reply.steps == tuple(wanted[:tries])
    assert model.sent <= BUDGET * len(failing.source)
    good = tries <= len(wanted)
    assert reply.answer == failing.good(failing.source) if good else isinstance(reply.answer, Untranslated)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(CODES), st.integers(0, 5)), min_size=1, max_size=8),
    st.sampled_from([LIBRARY, RUN, BOTH]),
)
def test_many_at_once_take_no_more_calls_than_there_are_rungs(
    given: list[tuple[str, int]], ways: Sequence[Way]
) -> None:
    # Each its own sentences, since an answer is one to all that ask the same.
    every = {WAYS[code].source: (WAYS[code], tries) for code, tries in given}
    failing = [(each, tries) for each, tries in every.values()]
    model = Model(failing)
    replies = climbed(model, [each for each, _ in failing], ways)
    assert set(replies) == set(every)
    assert Counter(way for way, _ in model.calls) <= Counter({Way.PLAIN: 2, Way.CAREFUL: 1, Way.SECOND: 1})
    assert model.sent <= BUDGET * sum(map(len, every))
    for source, (each, tries) in every.items():
        if tries <= len(rungs(each, ways)):
            assert replies[source].answer == each.good(source)


def test_the_best_of_bad_answers_stands() -> None:
    failing = WAYS["number-lost"]
    source, good = failing.source, failing.good(failing.source)
    answers = {Way.PLAIN: failing.bad(source, good).replace("»", ""), Way.CAREFUL: failing.bad(source, good)}

    def model(way: Way, asked: object) -> Iterator[Reply]:
        del asked
        yield from [Reply("es", text, answers[way]) for text in ([source] if way in answers else [])]
        answers[Way.PLAIN] = "<unk>"

    def ask(way: Way, asked: object) -> Iterator[Reply]:
        assert isinstance(asked, dict)
        if asked["es"] == (source,):
            return model(way, asked)
        return iter([Reply("es", text, "<unk>") for text in asked["es"]])

    [reply] = Ladder(ask, lambda _: RUN, origin="en").translate({"es": Needs((source,))})
    assert isinstance(reply.answer, Doubtful)
    assert (reply.answer.text, [c.code for c in reply.answer.complaints]) == (
        answers[Way.CAREFUL],
        ["number-lost"],
    )
    assert reply.steps == ("careful", "clauses")


@pytest.mark.parametrize("more", [0, 1], ids=["long", "endless"])
def test_what_is_endless_is_not_read_to_its_end(more: int, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = WAYS["loop"]
    limit = readings.MAX_GROWTH * len(failing.source) + readings.MAX_MORE
    said = ("XENT7X " * limit)[: limit + more * 1_000_000]
    read: list[str] = []

    def noted(pair: Pair) -> tuple[Complaint, ...]:
        read.append(pair.target)
        return look(pair)

    monkeypatch.setattr(checks, "look", noted)
    model = Model([(Failing(failing.right, lambda _text, _good: said), 9)])
    reply = climbed(model, [failing], [Way.CAREFUL])[failing.source]
    assert isinstance(reply.answer, Untranslated)
    assert ("20 times as long" in reply.answer.reason, reply.answer.final) == (bool(more), True)
    assert said.startswith(reply.answer.said)
    assert len(reply.answer.said) < 20_000
    assert bool(read) != more


def test_a_probe_is_asked_once_and_never_looked_at() -> None:
    sent = []

    def echo(way: Way, asked: object) -> Iterator[Reply]:
        assert isinstance(asked, dict)
        sent.append((way, asked["es"]))
        return iter([Reply("es", text, text) for text in asked["es"]])

    asked = {"es": Needs((), ("the old and the new pages of the blog",))}
    [reply] = Ladder(echo, lambda _: BOTH, origin="en").translate(asked)
    assert isinstance(reply.answer, Probed)
    assert sent == [(Way.PLAIN, asked["es"].probes)]


def test_where_nothing_is_looked_at_all_is_taken_as_it_comes() -> None:
    failing = WAYS["copy"]
    model = Model([(failing, 9)])
    assert climbed(model, [failing], ())[failing.source].answer == failing.source
    assert len(model.calls) == 1


def test_a_lost_stand_in_does_not_climb() -> None:
    """Another form of it is asked for by whoever put it there; one that nobody sent does."""
    source = "Run XENT1X in the folder of the blog before every single push."
    said = "Ejecute XENT1X XENT1X en la carpeta del blog antes de cada envío."
    ladder = Ladder(
        lambda _, asked: iter([Reply("es", text, said) for text in asked["es"]]), lambda _: RUN, origin="en"
    )
    [reply] = ladder.translate({"es": Needs((source,))})
    assert (reply.answer, reply.steps) == (said, ())
    [reply] = ladder.translate({"es": Needs((source.replace("XENT1X", "make"),))})
    assert isinstance(reply.answer, Untranslated)


@pytest.mark.parametrize(
    ("said", "climbs"),
    [
        ("Ejecute eso en 15 carpetas del blog antes de cada envío.", False),
        ("Ejecute XENT1X XENT1X en 15 carpetas del blog antes de cada envío.", False),
        ("Ejecute xent1x en 15 carpetas del blog antes de cada envío.", True),
        ("Ejecute XENT 1X en 15 carpetas del blog antes de cada envío.", True),
        ("Ejecute eso en la carpeta del blog antes de cada <unk>.", True),
    ],
    ids=["lost", "twice", "small", "apart", "bad"],
)
def test_nor_does_a_doubtful_answer_that_lost_one(said: str, climbs: bool) -> None:
    source = "Run XENT1X in the folder of the blog before every push of yours."
    ladder = Ladder(
        lambda _, asked: iter([Reply("es", text, said) for text in asked["es"]]), lambda _: RUN, origin="en"
    )
    [reply] = ladder.translate({"es": Needs((source,))})
    assert bool(reply.steps) is climbs
    assert climbs or restored(source.replace("XENT1X", chr(ATOM_BASE)), "xent", said) is None


@pytest.mark.parametrize(
    "replies",
    [
        [],
        [Reply("fr", "One sentence.", "Una frase.")],
        [Reply("es", "One sentence.", 7)],  # type: ignore[arg-type]
    ],
    ids=["none", "another language", "no text"],
)
def test_a_translator_that_breaks_its_contract_is_told(replies: list[Reply]) -> None:
    ladder = Ladder(lambda _, asked: iter(replies), lambda _: RUN, origin="en")
    with pytest.raises(TranslatorError):
        list(ladder.translate({"es": Needs(("One sentence.",))}))


def test_good_answers_come_before_anything_is_asked_again() -> None:
    good, bad = WAYS["loop"], WAYS["sentence-missing"]

    def ask(way: Way, asked: object) -> Iterator[Reply]:
        assert isinstance(asked, dict)
        if way is Way.CAREFUL:
            raise TranslatorError("gone")
        yield Reply("es", bad.source, bad.bad(bad.source, bad.good(bad.source)))
        yield Reply("es", good.source, good.good(good.source))

    replies = Ladder(ask, lambda _: RUN, origin="en").translate({"es": Needs((bad.source, good.source))})
    assert next(replies).sentence == good.source
    with pytest.raises(TranslatorError, match="gone"):
        next(replies)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One two three. Four five six.", ["One two three.", "Four five six."]),
        ("One two three; four five six, seven.", ["One two three;", "four five six, seven."]),
        ("One two three, four, five six seven.", ["One two three, four,", "five six seven."]),
        ("Apples, pears and plums.", []),
        ("No sign to cut this at.", []),
        ("一二三四五六、七八九十。", ["一二三四五六、", "七八九十。"]),
    ],
)
def test_a_sentence_is_cut_into_parts_of_some_words(text: str, parts: list[str]) -> None:
    assert list(clauses(text, "ja" if "一" in text else "en")) == parts


@pytest.mark.parametrize(
    ("text", "asked", "said", "written"),
    [
        (
            "PLEASE READ THE WHOLE PAGE FIRST",
            "Please read the whole page first",
            "Lea primero toda la página",
            "LEA PRIMERO TODA LA PÁGINA",
        ),
    ],
)
def test_what_shouts_is_asked_in_sentence_case(text: str, asked: str, said: str, written: str) -> None:
    def ask(way: Way, given: object) -> Iterator[Reply]:
        assert isinstance(given, dict)
        return iter([Reply("es", each, said if each == asked else each) for each in given["es"]])

    [reply] = Ladder(ask, lambda _: RUN, origin="en").translate({"es": Needs((text,))})
    assert (reply.answer, reply.steps) == (written, ("careful", "sentence-case"))


@pytest.mark.parametrize("code", ["loop", "number-lost"])
def test_the_library_tells_what_it_tried(code: str) -> None:
    failing = WAYS[code]
    post, asked = f"A title\n===\n\n{failing.source}\n".encode(), []

    def translate(texts: Sequence[str]) -> list[str]:
        asked.append(tuple(texts))
        right = {text: failing.good(text) if text in failing.source else "Un título" for text in texts}
        return [failing.bad(text, said) if text == failing.source else said for text, said in right.items()]

    result = polypost.localize(post, translate, path="p.md")
    assert asked == [("A title", failing.source), tuple(failing.right)]
    assert failing.good(failing.source).encode() in result.content
    assert (dict(result.steps), result.findings) == ({"whole": 2, "clauses": 1}, ())


def test_the_library_shows_what_stays_bad_beside_its_source() -> None:
    lost = WAYS["number-lost"]
    post = (
        f"{lost.source.replace('first page', 'first `page`')}\n\n{WAYS['sentence-missing'].source}\n".encode()
    )

    def translate(texts: Sequence[str]) -> list[str]:
        return [
            lost.good(lost.source).replace("15", "unos").replace("página", "XENT1X", 1)
            if "15" in text
            else "<unk>"
            for text in texts
        ]

    result = polypost.localize(post, translate, path="p.md")
    doubtful, *bad = result.findings
    assert (doubtful.code, doubtful.line) == ("number-lost", 1)
    assert doubtful.pair is not None
    assert "`page` says" in doubtful.pair[0]
    assert "primera `page`" in doubtful.pair[1]
    assert {(f.code, f.line) for f in bad} == {("untranslated", 3)}
    assert {f.pair[1] for f in bad if f.pair} == {"<unk>"}
    assert WAYS["sentence-missing"].source in result.content.decode()


def test_unless_the_library_is_told_not_to_look() -> None:
    post = f"{WAYS['copy'].source}\n".encode()
    asked = []

    def translate(texts: Sequence[str]) -> list[str]:
        asked.extend(texts)
        return [text.upper() for text in texts]

    assert polypost.localize(post, translate, path="p.md", check=False).content == post.upper()
    assert asked == [WAYS["copy"].source]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_translator_breaks_nothing_with_the_ladder_either(name: str) -> None:
    text = f"{WAYS['loop'].source} **And** [more](a.md), `x` in it."
    post = f"# Hello `world`\n\n{text}\n\n- PLEASE READ IT ALL NOW\n"
    calls = []

    def translate(texts: Sequence[str]) -> Sequence[str]:
        calls.append(texts)
        return HOSTILE[name](texts)

    result = polypost.localize(post.encode(), translate, path="p.md")
    assert polypost.same_structure(post.encode(), result.content, result.declared, path="p.md") == ()
    assert len(calls) < 20
