"""The ladder in the run: what climbs is counted and told, and only what is good is ever taken for done."""

import pytest

from plan.test_nothing_lost import Killed
from plan.test_run import Blog, Shouting, codes
from polypost.errors import ServiceError
from polypost.files import FolderRepository
from polypost.records.file import load
from polypost.records.record import record_path
from polypost.report.machine import as_json
from polypost.values import Reply, TranslatorInfo, Untranslated
from text.failing import WAYS

SAID = {
    "The server starts again in 15 minutes.": "El servidor vuelve a arrancar en 15 minutos.",
    "All the readers of the blog see the old pages until then.": (
        "Todos los lectores del blog ven las páginas antiguas hasta entonces."
    ),
    "Nobody knows today who paid for it.": "Hoy nadie sabe quién lo pagó.",
    "The new pages are there after that, all of them.": (
        "Después de eso están ahí las páginas nuevas, todas ellas."
    ),
    "The first time is the hardest one.": "La primera vez es la más difícil.",
}
SERVER, READERS, NOBODY, PAGES, FIRST = SAID
CODE = {"Use XENT1X now.": "Utilice XENT1X ahora."}


class Speaking(Shouting):
    """Knows these sentences; `bad` are said in another way, so many times."""

    def __init__(self, bad=None, second=None, **kwargs):
        super().__init__(**kwargs)
        self.bad, self.second, self.calls = dict(bad or {}), second, []

    def translate(self, asked, *, careful=False):
        self.calls.append((careful, {language: tuple(texts) for language, texts in asked.items()}))
        return super().translate(asked)

    def answer(self, sentence, language):
        said, times = self.bad.get(sentence, ("", 0))
        if times:
            self.bad[sentence] = said, times - 1
            return said
        return (SAID | CODE)[sentence]


class Better(Speaking):
    """Another model: what one failed at, and would again, is tried with the next."""

    info = TranslatorInfo("better")


class Second:
    languages = ("es",)

    def __init__(self):
        self.asked = []

    def translate(self, asked):
        for language, texts in asked.items():
            self.asked += texts
            yield from (Reply(language, text, SAID[text]) for text in texts)


@pytest.fixture
def blog(tmp_path):
    return Blog(tmp_path)


def run(blog, translator, **kwargs):
    return blog.run(translator, ("es",), checks=True, **kwargs)


def entries(blog, path="a.md"):
    return load(blog.files()[record_path(path)], record_path(path)).localizations["es"].entries


def pending(blog, path="a.md"):
    record = load(blog.files()[record_path(path)], record_path(path))
    return sorted(record.pending["es"].answers.values()) if "es" in record.pending else []


def findings(report):
    return [(f.code, f.line, f.pair) for outcome in report.outcomes for f in outcome.findings]


def test_a_bad_answer_is_asked_again_and_told_nowhere_but_in_the_steps(blog):
    blog.write("a.md", f"{SERVER} {READERS}\n\n{NOBODY}\n")
    translator = Speaking({READERS: ("<unk>", 1), NOBODY: (NOBODY, 1)})
    report = run(blog, translator)
    assert blog.read("a.es.md") == f"{SAID[SERVER]} {SAID[READERS]}\n\n{SAID[NOBODY]}\n"
    assert translator.calls == [
        (False, {"es": (SERVER, READERS, NOBODY)}),
        (True, {"es": (READERS, NOBODY)}),
    ]
    [outcome] = report.outcomes
    assert dict(outcome.steps) == {"whole": 3, "careful": 2}
    assert outcome.characters_sent == report.usage.characters == sum(len(t) for _, t in translator.asked)
    assert (findings(report), report.exit_code) == ([], 0)
    assert not any(entry.suspicious or not entry.target for entry in entries(blog))
    again = Speaking()
    assert (run(blog, again).changed, again.opened) == ((), 0)


class Failing(Shouting):
    """Says it as `way` has it, for so many calls that ask for something of its sentence."""

    def __init__(self, way, tries, second):
        super().__init__()
        self.way, self.tries = way, tries
        self.second = self if second else None
        self.languages = ("es",)

    def translate(self, asked, *, careful=False):
        replies = list(super().translate(asked))
        self.tries -= any(text in self.way.source for _, texts in asked.items() for text in texts)
        return iter(replies)

    def answer(self, sentence, language):
        if sentence not in self.way.source:
            return SAID[sentence]
        good = self.way.good(sentence)
        return self.way.bad(sentence, good) if self.tries > 0 else good


@pytest.mark.parametrize("second", [False, True], ids=["one model", "two"])
@pytest.mark.parametrize("tries", [1, 2, 9])
@pytest.mark.parametrize("code", [code for code, way in WAYS.items() if "://" not in way.source])
def test_however_it_fails_what_stands_is_good_or_told_and_never_current(blog, code, tries, second):
    way = WAYS[code]
    blog.write("a.md", f"{way.source}\n\n{FIRST}\n")
    translator = Failing(way, tries, second)
    report = run(blog, translator)
    [outcome] = report.outcomes
    assert outcome.characters_sent == report.usage.characters
    assert outcome.characters_sent <= 3 * len(way.source) + len(FIRST)
    [entry, _] = entries(blog)
    shown = blog.read("a.es.md").split("\n")[0]
    told = {finding.code for finding in outcome.findings}
    if shown == way.good(way.source):
        assert (told, entry.suspicious) == (set(), False)
    elif shown == way.source:
        assert (told, entry.target) == ({"untranslated"}, "")
    else:
        assert entry.suspicious
        assert told
        assert all(finding.pair for finding in outcome.findings)
    rungs = 1 + (second or ";" in way.source)  # what is two sentences is sent as such
    assert tries > rungs or shown == way.good(way.source)
    idle = Failing(way, 0, second)
    assert (run(blog, idle).changed, idle.opened) == ((), 0)


def test_the_second_model_has_the_last_word(blog):
    blog.write("a.md", f"{SERVER} {READERS}\n")
    second = Second()
    report = run(blog, Speaking({READERS: ("<unk>", 9)}, second))
    assert (second.asked, findings(report)) == ([READERS], [])
    assert dict(report.outcomes[0].steps) == {"whole": 2, "careful": 1, "second-model": 1}


def test_what_stays_doubtful_stands_is_told_side_by_side_and_is_never_current(blog):
    blog.write("a.md", f"{SERVER} {READERS}\n\n{NOBODY}\n")
    doubtful = SAID[SERVER].replace("15", "unos")
    bad = {SERVER: (doubtful, 9)}
    report = run(blog, Speaking(bad))
    assert findings(report) == [("number-lost", 1, (SERVER, doubtful))]
    assert doubtful in blog.read("a.es.md")
    assert [entry.suspicious for entry in entries(blog)] == [True, False]
    idle = Speaking(bad)
    report = run(blog, idle)
    assert (report.changed, idle.opened) == ((), 0)
    assert codes(report) == {"suspicious"}
    blog.write("b.md", f"{FIRST}\n")
    later = Better()
    run(blog, later, paths=("*.md", "!*.es.md"))
    assert sorted(text for _, text in later.asked) == sorted([SERVER, FIRST]), "the good ones aren't sent"
    assert blog.read("a.es.md") == f"{SAID[SERVER]} {SAID[READERS]}\n\n{SAID[NOBODY]}\n"
    assert not any(entry.suspicious for entry in entries(blog))


@pytest.mark.parametrize(
    "said", ["El servidor vuelve a arrancar en unos minutos.", "<unk>"], ids=["doubtful", "bad"]
)
def test_what_is_no_good_ends_each_run_with_1_until_a_person_corrects_it(blog, said):
    """Where `fail-on: suspicious` asks for that; `failed` doesn't."""
    blog.write("a.md", f"{SERVER}\n\n{FIRST}\n")
    translator = Speaking({SERVER: (said, 9)})
    codes_of = [
        run(blog, translator, fail_on=fail_on).exit_code for fail_on in ("suspicious", "suspicious", "failed")
    ]
    assert codes_of == [1, 1, 0]
    text = blog.read("a.es.md")
    blog.write("a.es.md", text.replace(text.split("\n")[0], SAID[SERVER]))
    assert run(blog, translator, fail_on="suspicious").exit_code == 0
    assert translator.opened == 1


def test_what_is_no_good_is_told_where_its_post_moves(blog):
    blog.write("a.md", f"{SERVER}\n\n{NOBODY}\n\n{FIRST}\n\n{PAGES}\n")
    bad = {SERVER: (SAID[SERVER].replace("15", "unos"), 9), NOBODY: ("<unk>", 9)}
    run(blog, Speaking(bad))
    (blog.root / "a.md").rename(blog.root / "b.md")
    idle = Speaking(bad)
    report = run(blog, idle, fail_on="suspicious", paths=("b.md",))
    assert (idle.opened, report.exit_code) == (0, 1)
    assert [(code, line) for code, line, _ in findings(report)[:2]] == [
        ("stayed-source", 3),
        ("suspicious", 1),
    ]
    assert [(entry.suspicious, bool(entry.target)) for entry in entries(blog, "b.md")] == [
        (True, True),
        (False, False),
        (False, True),
        (False, True),
    ]


def test_doubtful_text_lends_itself_to_no_other_post(blog):
    blog.write("a.md", f"{SERVER}\n")
    run(blog, Speaking({SERVER: (SAID[SERVER].replace("15", "unos"), 9)}))
    blog.write("b.md", f"{SERVER}\n")
    translator = Speaking()
    run(blog, translator, paths=("b.md",))
    assert translator.asked == [("es", SERVER)]


@pytest.mark.parametrize("answer", ["<unk>", Untranslated("It was refused.")], ids=["bad", "refused"])
def test_what_stays_bad_keeps_its_source_and_the_good_of_its_paragraph_is_not_sent_again(blog, answer):
    blog.write("a.md", f"{SERVER} {READERS} {NOBODY}\n\n{PAGES}\n")
    report = run(blog, Speaking({READERS: (answer, 9)}))
    assert blog.read("a.es.md") == f"{SERVER} {READERS} {NOBODY}\n\n{SAID[PAGES]}\n"
    assert findings(report) == [("untranslated", 1, (READERS, answer if isinstance(answer, str) else ""))]
    assert [bool(entry.target) for entry in entries(blog)] == [False, True]
    assert pending(blog) == sorted([SAID[SERVER], SAID[NOBODY]])
    before = blog.files()
    for _ in range(2):
        idle = Speaking()
        assert (run(blog, idle).changed, idle.opened) == ((), 0)
    assert blog.files() == before, "nothing to do changes nothing"
    blog.write("b.md", f"{FIRST}\n")
    later = Better()
    run(blog, later, paths=("*.md", "!*.es.md"))
    assert sorted(text for _, text in later.asked) == sorted([READERS, FIRST])
    assert blog.read("a.es.md") == " ".join(map(SAID.get, (SERVER, READERS, NOBODY))) + f"\n\n{SAID[PAGES]}\n"
    assert pending(blog) == []


def test_what_was_known_of_a_paragraph_that_has_to_stay_is_not_sent_again_either(blog):
    blog.write("a.md", f"{SERVER} Use `x` now. {NOBODY}\n\n{PAGES}\n")
    run(blog, Speaking())
    blog.write("a.md", f"{SERVER} Use `x` now. {READERS} {NOBODY}\n\n{PAGES}\n")
    second = Speaking({READERS: ("<unk>", 9)})
    run(blog, second)
    assert {text for _, text in second.asked} == {READERS}
    assert blog.read("a.es.md").startswith(f"{SERVER} Use `x` now.")
    blog.write("b.md", f"{FIRST}\n")
    third = Better()
    run(blog, third, paths=("*.md", "!*.es.md"))
    assert sorted(text for _, text in third.asked) == sorted([READERS, FIRST])
    assert blog.read("a.es.md").startswith(
        f"{SAID[SERVER]} Utilice `x` ahora. {SAID[READERS]} {SAID[NOBODY]}"
    )


def test_of_a_post_that_is_not_written_the_good_answers_are_kept_too(blog):
    blog.write("a.md", f"{SERVER} {READERS}\n")
    report = run(blog, Speaking({READERS: ("<unk>", 9)}))
    assert [str(outcome.status) for outcome in report.outcomes] == ["failed"]
    assert dict(report.outcomes[0].steps) == {"careful": 1}
    assert findings(report)[0][2] == (READERS, "<unk>")
    later = Better()
    assert run(blog, later).exit_code == 0
    assert later.asked == [("es", READERS)]
    assert blog.read("a.es.md") == f"{SAID[SERVER]} {SAID[READERS]}\n"


WORSE = {SERVER: ("<unk>", 9)}


@pytest.mark.parametrize("apart", [False, True], ids=["one record", "one each"])
def test_what_failed_as_a_whole_is_not_sent_over_and_over(blog, apart):
    blog.write("a.md", f"{SERVER}\n")
    first = run(blog, Speaking(WORSE), apart=apart)
    assert ([str(o.status) for o in first.outcomes], first.exit_code) == (["failed"], 1)
    (why,) = (finding.message for outcome in first.outcomes for finding in outcome.findings)
    assert why.startswith("No part of it could be translated: The "), "and nothing is kept, where nothing is"
    blog.write("b.md", f"{FIRST}\n")
    idle = Speaking(WORSE)
    report = run(blog, idle, paths=("a.md", "b.md"), apart=apart)
    assert idle.asked == [("es", FIRST)], "nor is it tried in vain beside another"
    assert (codes(report), report.exit_code) == ({"not-translated"}, 1)
    before = blog.files()
    idle = Speaking(WORSE)
    report = run(blog, idle, paths=("a.md", "b.md"), apart=apart)
    [told] = [finding for outcome in report.outcomes for finding in outcome.findings]
    assert "write a.es.md by hand" in told.message
    assert (report.exit_code, report.changed, idle.opened, blog.files()) == (1, (), 0, before)


@pytest.mark.parametrize("change", ["model", "post", "refresh", "version"])
def test_until_it_may_go_better(blog, change):
    blog.write("a.md", f"{SERVER}\n")
    run(blog, Speaking(WORSE))
    if change == "post":
        blog.write("a.md", f"# {SERVER}\n")
    later = Better() if change == "model" else Speaking()
    report = run(
        blog, later, refresh=change == "refresh", **({"version": "9"} if change == "version" else {})
    )
    assert (later.asked, report.exit_code) == ([("es", SERVER)], 0)
    assert blog.read("a.es.md").endswith(f"{SAID[SERVER]}\n")
    assert b"vain" not in blog.files()[record_path("a.md")]


@pytest.mark.parametrize("answer", ["<unk>", Untranslated("It was refused.")], ids=["vain", "refused"])
def test_a_push_to_another_post_leaves_it_where_it_was_tried_in_vain(blog, monkeypatch, answer):
    blog.write("a.md", f"{SERVER} {READERS}\n")
    run(blog, Speaking({SERVER: (answer, 9)}))
    blog.write("b.md", f"{FIRST}\n")
    monkeypatch.setattr(FolderRepository, "changed", lambda _: frozenset({"b.md"}))
    report = run(blog, Speaking(), paths=("a.md", "b.md"))
    assert {outcome.source for outcome in report.outcomes} == (
        {"b.md"} if answer == "<unk>" else {"a.md", "b.md"}
    )


def test_what_a_service_refused_is_asked_again(blog):
    blog.write("a.md", f"{SERVER}\n")
    run(blog, Speaking({SERVER: (Untranslated("It was refused."), 9)}))
    later = Speaking()
    assert run(blog, later).exit_code == 0
    assert later.asked == [("es", SERVER)]


def test_a_person_ends_what_is_in_vain(blog):
    blog.write("a.md", f"{SERVER}\n")
    run(blog, Speaking(WORSE))
    blog.write("a.es.md", f"{SAID[SERVER]}\n")
    idle = Speaking()
    report = run(blog, idle, paths=("a.md",))
    assert (idle.asked, report.exit_code, [str(o.status) for o in report.outcomes]) == ([], 0, ["kept"])
    assert not any(b"vain" in content for content in blog.files().values())


@pytest.mark.parametrize("replies", range(6))
def test_the_end_in_the_midst_of_the_ladder_loses_nothing_that_was_good(blog, replies):
    """Doubtful and bad answers are not pending as good ones."""
    blog.write("a.md", f"{SERVER} {READERS}\n\n{NOBODY}\n\n{PAGES}\n")

    class Ending(Speaking):
        left = replies

        def answer(self, sentence, language):
            if not self.left:
                raise ServiceError("gone")
            self.left -= 1
            return super().answer(sentence, language)

    first = Ending({SERVER: (SAID[SERVER].replace("15", "unos"), 9), READERS: ("<unk>", 9)})
    assert run(blog, first).exit_code == 3
    good = {text for _, text in first.asked[:replies]} & {NOBODY, PAGES}
    rest = Speaking()
    assert run(blog, rest).exit_code == 0
    assert {text for _, text in rest.asked} == set(SAID) - {FIRST} - good
    assert blog.read("a.es.md") == f"{SAID[SERVER]} {SAID[READERS]}\n\n{SAID[NOBODY]}\n\n{SAID[PAGES]}\n"


def test_a_kill_in_the_midst_of_the_ladder_leaves_nothing_half_done(blog):
    blog.write("a.md", f"{SERVER}\n\n{NOBODY}\n")

    class Dying(Speaking):
        def translate(self, asked, *, careful=False):
            if careful:
                raise Killed
            return super().translate(asked, careful=careful)

    before = blog.files()
    with pytest.raises(Killed):
        run(blog, Dying({SERVER: ("<unk>", 9)}))
    assert blog.files() == before
    assert run(blog, Speaking()).exit_code == 0


def test_an_answer_that_only_placed_a_mark_is_no_sentence_of_another_post(blog):
    """`a` asks for "Nobody knows" to place its emphasis; `b` has it for a heading."""
    answers = {
        "Today nobody knows who paid for it.": "Hoy no sabe nadie quién lo pagó.",
        "nobody knows": "que nadie, nadie lo sabe, ¿verdad que no?",
        'Today "nobody knows" who paid for it.': "Hoy «no sabe nadie» quién lo pagó.",
    }

    class Knowing(Speaking):
        wave_characters = 1

        def answer(self, sentence, language):
            return answers.get(sentence) or SAID[sentence]

    blog.write("a.md", "Today *nobody knows* who paid for it.\n")
    blog.write("b.md", "nobody knows\n")
    translator = Knowing()
    report = run(blog, translator, paths=("a.md", "b.md"))
    asked = [text for _, text in translator.asked]
    assert asked.count("nobody knows") == 3, "to place a mark; as a sentence; and again, since it is bad"
    assert findings(report)[0][0] in {"untranslated", "not-translated"}
    assert not (blog.root / "b.es.md").exists()


def test_without_checks_all_is_taken_as_it_comes(blog):
    blog.write("a.md", f"{SERVER}\n")
    translator = Speaking({SERVER: ("¿<unk>?", 1)})
    report = blog.run(translator, ("es",), checks=False)
    assert blog.read("a.es.md") == "¿&lt;unk>?\n"
    assert (len(translator.calls), findings(report)) == (1, [])


def test_the_steps_and_the_pairs_are_in_the_report_for_machines(blog):
    blog.write("a.md", f"{SERVER} {READERS}\n\n{NOBODY}\n")
    [told] = as_json(run(blog, Speaking({READERS: ("<unk>", 9)})))["localizations"]
    assert told["steps"] == {"whole": 1, "careful": 1, "kept": 1}
    assert (told["findings"][0]["text"], told["findings"][0]["translation"]) == (READERS, "<unk>")
