"""The pull request's body: what it says, that it always fits, that nobody can write into it."""

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest

from polypost.report.body import INTRO, LIMIT, pull_request_body
from polypost.report.parts import SIDES, Place, findings, fit, size
from polypost.report.summary import LIMIT as SUMMARY_LIMIT
from polypost.report.summary import job_summary
from polypost.values import Estimate, Finding, Outcome, Page, Report, Status, TranslatorInfo, Usage
from report.judge import HOSTILE, github
from report.samples import HOW, PLACE, SMALL, TWICE, large

GOLDEN = Path(__file__).with_name("body.md")
"""Written by a person's eye: change it only after looking at it as GitHub shows it."""


def test_golden():
    assert pull_request_body(SMALL, place=PLACE, intro="Hello *reviewers*.") == GOLDEN.read_text("utf-8")


def test_the_order_of_what_comes_in_does_not_matter():
    outcomes = list(SMALL.outcomes)
    random.Random(1).shuffle(outcomes)
    shuffled = replace(SMALL, outcomes=tuple(outcomes), posts=SMALL.posts[::-1])
    assert pull_request_body(shuffled, place=PLACE) == pull_request_body(SMALL, place=PLACE)


def test_what_needs_eyes_comes_first():
    page = github(pull_request_body(SMALL, place=PLACE)).text
    assert page.index("talk.mdx") < page.index("how-it-works.md") < page.index("old.md")
    assert page.index("The endpoint gave no answer") < page.index("Every answer lost") < page.index("Remarks")
    assert page.index("Remarks") < page.index("The post asks for es only")


def test_one_that_follows_a_closed_one_says_so():
    body = pull_request_body(SMALL, place=PLACE, page=Page(after=3))
    assert "#3 was closed without a merge." in body
    assert "without a merge" not in pull_request_body(SMALL, place=PLACE)


def test_two_hundred_localizations_are_folded_below_what_needs_eyes():
    report = large(25, 8)
    hurt = replace(report.outcomes[77], findings=(Finding("kept-source", "A sentence stays.", HOW, 3),))
    body = pull_request_body(replace(report, outcomes=(*report.outcomes[:77], hurt)), place=PLACE)
    assert size(body) < LIMIT
    assert body.index("A sentence stays.") < body.index("<details>")
    first = body[body.index("<details>") :].partition("</details>")[0]
    assert hurt.source in first
    assert body.count("<details>") == 10


def test_source_and_translation_stand_side_by_side_worst_first():
    page = github(pull_request_body(SMALL, place=PLACE))
    assert page.rows[1] == [
        "⚠️ posts/how-it-works.md line 12 in es: A number of the source is missing.",
        "It costs 30 dollars | a month, see #12.",
        "Cuesta *dólares* al mes.",
    ]


def test_of_many_doubtful_texts_the_first_stand_open_and_all_fit():
    findings = tuple(
        Finding("numbers", f"Number {n} is missing.", HOW, n, (f"Source {n}. " * 40, "| `x`"))
        for n in range(400)
    )
    body = pull_request_body(Report(outcomes=(Outcome(HOW, "a.es.md", "es", Status.NEW, findings=findings),)))
    page = github(body)
    assert size(body) <= LIMIT
    assert body.index("Number 14 is") < body.index("<details>") < body.index("Number 15 is")
    shown = [row for row in page.rows if row[0].startswith("⚠️ posts")]
    assert 15 < len(shown) < 400
    assert f"… and {400 - len(shown)} more" in {row[0] for row in page.rows}
    assert all(row[1].startswith("Source ") and row[2] == "| x" for row in shown)


def test_words_of_people_that_were_replaced_stay_on_the_page_until_it_is_merged():
    theirs = [Finding("human-text-superseded", f"Theirs was: word {n} <b>", HOW, n) for n in (1, 2)]
    first = pull_request_body(_with(theirs[:1]), place=PLACE)
    again = pull_request_body(_with(theirs[:1]), place=PLACE, page=Page(told=first))
    assert again == first
    other = pull_request_body(_with(theirs[1:]), place=PLACE, page=Page(told=first))
    assert github(other).text.count("Theirs was: word 1 <b>") == github(other).text.count("word 2 <b>") == 1
    later = pull_request_body(SMALL, place=PLACE, page=Page(told=other))
    page = github(later).text
    assert page.count("word 1 <b>") == page.count("word 2 <b>") == 1
    assert pull_request_body(SMALL, place=PLACE, page=Page(told=later)) == later
    assert page.count("Every answer lost") == 1, "what else was told is told by the run that finds it"
    quoting = replace(theirs[0], code="kept-source", message="x <!-- theirs -->")
    forged = pull_request_body(_with([quoting]), place=PLACE)
    assert "earlier runs replaced" not in pull_request_body(SMALL, place=PLACE, page=Page(told=forged))


def test_translations_to_read_stay_on_the_page_until_they_are_made_anew_or_corrected():
    def told(*places, before="", status=Status.NEW, good=False, segments=(0, 0)):
        def finding(path, tag):
            return Finding("number-lost", "Read it: so.", path, 3, (f"{path} | 15", f"{tag}: `x`"))

        outcomes = [
            Outcome(
                path, f"{path}.{tag}", tag, status, *segments, findings=() if good else (finding(path, tag),)
            )
            for path, tag in places
        ]
        page = Page(told=before.replace("\n", "\r\n"))  # as GitHub gives it
        return pull_request_body(Report(outcomes=tuple(outcomes)), place=PLACE, page=page)

    def read(body):
        return [(row[1].split(" ")[0], row[2][:2]) for row in github(body).rows if "Read it: so." in row[0]]

    es, ja, alike = ("a.md", "es"), ("a.md", "ja"), ("posts/a.md", "es")
    first = told(es, ja)
    assert read(first) == [es, ja]
    later = told(alike, before=first)
    assert read(later) == [alike, es, ja]
    assert told(alike, before=later) == later, "once each"
    idle = told(es, ja, alike, before=later, status=Status.UNCHANGED, good=True)
    assert read(idle) == [alike, es, ja]
    assert read(told(es, before=idle, good=True)) == [alike, ja], "made anew, and good"
    assert read(told(es, before=idle, good=True, segments=(4, 3))) == [alike, ja]
    assert read(told(es, before=idle, good=True, segments=(4, 4))) == read(idle), "on the branch before"
    assert read(told(ja, before=idle, status=Status.KEPT, good=True)) == [alike, es], "corrected"
    assert "earlier runs" not in told(es, before=told(es))
    assert read(told(es, before=told(("`b`.md", "es")))) == [es, ("b.md", "es")]
    many = first + "".join(told(es).replace("15", str(n)) for n in range(400))
    assert size(told(alike, before=many)) <= LIMIT


def test_a_doubtful_text_of_an_earlier_run_is_told_once_with_its_words():
    doubt = Finding("number-lost", "Read it: so.", HOW, 3, ("30 bees", "Abejas"))
    again = Finding("suspicious", "This text came back doubtful in an earlier run.", HOW, 3)
    gone = Finding("see-to-it", "See whether it needs that, too.", HOW)
    first = pull_request_body(_with([doubt]), place=PLACE)
    idle = [replace(each, status=Status.UNCHANGED, findings=()) for each in SMALL.outcomes]
    report = replace(SMALL, outcomes=(replace(idle[0], findings=(again, gone)), *idle[1:]), notes=())
    page = github(body := pull_request_body(report, place=PLACE, page=Page(told=first))).text
    assert ("Read it: so." in page, "came back doubtful" in page, "See whether" in page) == (
        True,
        False,
        True,
    )
    assert "**2 findings** to look at" in body, "it counts nevertheless"
    alone = github(pull_request_body(report, place=PLACE)).text
    assert "came back doubtful" in alone, "after a merge, when there are no words of it"
    cut = first.replace("| Abejas |\n", "| Abejas |\n| … and 7 more | | |\n")
    assert cut != first
    for _ in range(2):
        cut = pull_request_body(report, place=PLACE, page=Page(told=cut))
        assert cut.count("… and 7 more") == cut.count("came back doubtful") == 1


def test_so_many_words_of_people_still_leave_room_for_the_rest():
    theirs = [Finding("human-text-superseded", f"Theirs was: {n} {'word ' * 60}", HOW, n) for n in range(300)]
    first = pull_request_body(_with(theirs), place=PLACE)
    body = pull_request_body(large(25, 8), place=PLACE, page=Page(told=first))
    assert size(body) <= LIMIT
    assert "earlier runs replaced" in body
    assert "a-post-with-a-name-0024" in body


def _with(findings):
    changed = replace(SMALL.outcomes[0], findings=tuple(findings))
    return replace(SMALL, outcomes=(changed, *SMALL.outcomes[1:]))


def test_a_persons_paragraph_that_gave_way_is_quoted_to_its_end():
    both = f"Theirs was: {'word ' * 500}end. Now it is: {'x ' * 250}y."
    theirs = Finding("human-text-superseded", both, HOW)
    text = github(pull_request_body(_with([theirs]), place=PLACE)).text
    assert both in text


def test_what_is_too_long_to_stand_open_is_folded_and_not_passed_over():
    long = [Finding("human-text-superseded", f"Theirs was: {n} {'word ' * 300}", HOW, n) for n in range(17)]
    body = pull_request_body(_with(long), place=PLACE)
    opened, _, folded = body.partition("<details>")
    assert opened.count("Theirs was") < 15, "there is no room for that"
    assert body.count("Theirs was") == 17
    assert "… and" not in opened
    assert "<summary>More: to look at" in f"<details>{folded}"


def test_doubtful_words_have_room_beside_much_else():
    placed = [Finding("placed", f"Link {n} {'was ' * 30}.", HOW, n) for n in range(500)]
    wordy = [Finding("numbers", f"{n} is missing.", HOW, n, ("a " * 150, "b " * 150)) for n in range(500)]
    body = pull_request_body(_with([*placed, *wordy]), place=PLACE)
    shown = [row for row in github(body).rows if "is missing" in row[0]]
    assert len(shown) > 5
    assert body.count("Link ") > 15
    few = pull_request_body(_with([*placed, *wordy[:2]]), place=PLACE)
    assert few.count("is missing") == 2


def test_no_table_stands_without_a_row():
    pair = ("é " * 150, "ü " * 150)
    report = _with([Finding("numbers", f"{n} is missing.", HOW, n, pair) for n in range(30)])
    for room in range(200, 9_000, 400):
        text = findings(report, PLACE, room)
        assert size(text) <= room
        for table in text.split(SIDES)[1:]:
            assert "is missing" in table.partition("\n")[0], text
    assert "| … and 29 more | | |" in findings(report, PLACE, 2_500)


def test_one_finding_in_two_languages_is_told_once():
    assert pull_request_body(SMALL, place=PLACE).count("Every answer lost") == 1
    assert (
        "line 41](https://github.com/owner/blog/blob/main/posts/how-it-works.md?plain=1#L41) in `es`, `ja`"
        in (pull_request_body(SMALL, place=PLACE))
    )


def test_one_finding_on_several_lines_of_a_post_is_told_once_with_each_line_linked():
    same = [Finding("placed", "A link was placed by proportion.", HOW, line) for line in range(1, 26)]
    other = Finding("placed", "A picture was.", HOW, 2)
    body = pull_request_body(_with([*same, other]), place=PLACE)
    assert "**29 findings** to look at" in body, "each counts"
    lines = [line for line in github(body).text.splitlines() if "by proportion" in line]
    assert lines == [
        f"⚠️ {HOW} line {', '.join(map(str, range(1, 21)))} in es: A link was placed by proportion.",
        f"⚠️ {HOW} line {', '.join(map(str, range(21, 26)))} in es: A link was placed by proportion.",
    ]
    assert f"{PLACE.url}/blob/main/{HOW}?plain=1#L17" in github(body).links
    assert f"{HOW} line 2 in es: A picture was." in github(body).text
    assert f"`{HOW}` line 1, 2, 3, " in pull_request_body(_with(same)), "also where nothing is linked"


def test_however_much_there_is_to_look_at_the_remarks_are_told():
    doubts = [Finding("placed", f"Link {n} was.", HOW, n) for n in range(2_000)]
    wordy = [Finding("numbers", f"{n} is missing.", HOW, n, ("a " * 300, "b " * 300)) for n in range(2_000)]
    note = Finding("site-configuration", "The site doesn't know es yet.", "hugo.toml")
    body = pull_request_body(replace(_with([*doubts, *wordy]), notes=(note,)), place=PLACE)
    assert size(body) <= LIMIT
    assert "The site doesn't know es yet." in github(body).text
    assert "Link 14 was." in body
    many = [replace(note, message=f"Remark {n}.") for n in range(5_000)]
    crowd = pull_request_body(replace(_with(doubts), notes=tuple(many)), place=PLACE)
    assert min(crowd.count("Link "), crowd.count("Remark ")) > 100, "neither takes all the room"


def test_a_post_that_is_gone_is_not_linked_and_a_failed_localization_neither():
    links = github(pull_request_body(SMALL, place=PLACE)).links
    assert f"{PLACE.url}/blob/main/{HOW}" in links
    assert f"{PLACE.url}/blob/polypost/main/posts/how-it-works.es.md" in links
    assert not [link for link in links if "gone" in link or "talk.es" in link]


def test_without_a_place_nothing_is_linked():
    assert not github(pull_request_body(SMALL)).links


def test_names_survive_in_links():
    path = "posts/ä (1)#2?[x].md"
    report = Report(posts=(path,), outcomes=(Outcome(path, "posts/x.es.md", "es", Status.NEW),))
    page = github(pull_request_body(report, place=PLACE))
    assert f"{PLACE.url}/blob/main/posts/%C3%A4%20%281%29%232%3F%5Bx%5D.md" in page.links
    assert path in page.text


def test_a_run_that_ended_early_says_so():
    report = replace(SMALL, problem="AWS is out of ml.g5.xlarge. Name another instance type.")
    assert "The run ended early. AWS is out of ml.g5.xlarge." in github(pull_request_body(report)).text
    assert "ended early" not in pull_request_body(SMALL)
    text = github(pull_request_body(Report(problem="AWS is out of ml.g5.xlarge"))).text
    assert "The run ended early. AWS is out of ml.g5.xlarge.\n" in text
    assert "nothing to translate" not in text
    assert "There was nothing to translate." in pull_request_body(Report())


WAITING = large(2, 2, status=Status.WAITING)
NOTHING_YET = "No localization is complete yet"


def test_what_the_run_did_not_come_to_is_waiting_and_not_failed():
    started = large(1, 1, status=Status.NEW).outcomes[0]
    report = replace(WAITING, outcomes=(started, *WAITING.outcomes[1:]), problem="max-minutes is 1.")
    for made in (pull_request_body(report, place=PLACE), job_summary(report, place=PLACE)):
        page = github(made)
        assert "1 new, 3 waiting." in page.text
        assert "waiting: this run did not come to it, the next one does" in page.text
        assert "failed" not in page.text
        assert not [link for link in page.links if "0001.l" in link], "there may be no such file"
    assert "To correct a translation" in pull_request_body(report)
    assert NOTHING_YET not in pull_request_body(report)


def test_a_pull_request_without_any_localization_says_so_and_how_it_goes_on():
    body = pull_request_body(replace(WAITING, problem="max-minutes is 1."), place=PLACE)
    assert NOTHING_YET in body
    assert "To correct a translation" not in body
    assert NOTHING_YET not in pull_request_body(WAITING, page=Page(going=True))
    assert NOTHING_YET not in pull_request_body(large(2, 2, status=Status.FAILED))


def test_a_localization_that_nobody_asked_for_is_an_empty_cell():
    outcomes = (Outcome("a", "a.es", "es", Status.NEW), Outcome("b", "b.ja", "ja", Status.NEW))
    body = pull_request_body(Report(outcomes=outcomes))
    assert "| `a` | 🆕 new |  |\n| `b` |  | 🆕 new |" in body
    assert github(body).tags.count("td") == 6


def test_removed_localizations_are_named_and_records_are_not():
    body = pull_request_body(SMALL)
    assert "`posts/gone.es.md`" in body
    assert ".polypost" not in body


def test_while_the_run_goes_on_it_says_so_and_how_far_it_is():
    whole, going = (pull_request_body(SMALL, place=PLACE, page=Page(going=going)) for going in (False, True))
    note = (
        "> [!NOTE]\n> The run is still going: 2 localizations so far. "
        "This page and the branch grow until it ends."
    )
    assert note in going
    assert going.replace(f"{note}\n\n", "") == whole
    half = pull_request_body(replace(SMALL, left=96), place=PLACE, page=Page(going=True))
    assert "The run is still going: 2 localizations so far, 96 still to come. This" in half
    assert "still going" not in whole


def test_a_part_links_the_others():
    body = pull_request_body(SMALL, place=PLACE, page=Page(2, (7, 9)))
    assert body.startswith("This is part 2 of the localizations; the others are in #7, #9. ")
    assert "part 1 of the localizations; the others are in #9." in pull_request_body(
        SMALL, page=Page(1, (9,))
    )
    assert pull_request_body(SMALL, page=Page()) == pull_request_body(SMALL)
    assert "part" not in pull_request_body(SMALL)


def test_200_localizations_are_folded_by_post():
    report = large(20, 10)
    odd = replace(report.outcomes[57], status=Status.FAILED, findings=(TWICE,))
    quiet = [replace(outcome, status=Status.UNCHANGED) for outcome in report.outcomes[150:]]
    report = replace(report, outcomes=(*report.outcomes[:57], odd, *report.outcomes[58:150], *quiet))
    page = github(pull_request_body(report, place=PLACE))
    assert page.tags.count("summary") == page.tags.count("table") == 15
    outside = re.sub(r"(?s)<details>.*?</details>", "", pull_request_body(report, place=PLACE))
    assert len(outside.splitlines()) < 60
    assert "5 more posts: 50 unchanged." in page.text
    first = page.text.index("a-post-with-a-name-0005.md: ❌ 1 failed, 🆕 9 new ⚠️ 1")
    assert first < page.text.index("a-post-with-a-name-0000.md: 🆕 10 new")


def test_one_changed_post_of_a_large_blog_gets_a_small_table():
    report = large(1_000, 2, status=Status.UNCHANGED)
    changed = replace(report.outcomes[500], status=Status.UPDATED)
    report = replace(report, outcomes=(*report.outcomes[:500], changed, *report.outcomes[501:]))
    page = github(pull_request_body(report))
    assert page.tags.count("tr") == 2
    assert "999 more posts: 1,998 unchanged." in page.text


SIZES = {
    "nothing": Report(),
    "200": large(20, 10),
    "5,000 in 100 languages": large(50, 100),
    "5,000 in one language": large(5_000, 1),
    "5,000 with findings": large(50, 100, findings=2),
    "5,000 failed": large(1_000, 5, findings=1, status=Status.FAILED),
    "5,000 unchanged": large(50, 100, status=Status.UNCHANGED),
    "endless texts": Report(
        outcomes=(Outcome("@" * 9_000, "#" * 9_000, "|" * 9_000, Status.NEW, findings=(TWICE,) * 9),),
        notes=tuple(Finding("x" * 9_000, f"{'@' * 9_000}{n}", "`" * 9_000, n) for n in range(900)),
        usage=Usage(1, 1, 1.0, 1.0, "$" * 90_000),
        translator=TranslatorInfo("#" * 90_000, "<" * 90_000, "@" * 90_000),
        problem="&" * 90_000,
        removed=tuple(f"{n}{'x' * 9_000}" for n in range(900)),
    ),
}


@pytest.mark.parametrize("name", SIZES)
def test_it_always_fits(name):
    body = pull_request_body(SIZES[name], place=PLACE, intro="é" * 100_000)
    assert size(body) <= LIMIT
    page = github(body)
    assert not page.open, "every fold and table is closed"
    assert page.tags.count("details") == page.tags.count("summary")
    assert "To correct a translation" in page.text
    assert size(job_summary(SIZES[name], place=PLACE)) <= SUMMARY_LIMIT


@pytest.mark.parametrize(("posts", "languages"), [(50, 100), (5_000, 1)])
def test_what_is_left_out_is_counted(posts, languages):
    text = github(pull_request_body(large(posts, languages), place=PLACE)).text
    opened = len(re.findall(r"name-\d{4}\.md: 🆕", text))
    more = re.search(r"… and ([\d,]+) more posts?: ([\d,]+) new", text)
    left = int(more[1].replace(",", "")) if more else 0
    assert opened + left == posts
    assert opened >= min(posts, 50)


def test_findings_left_out_are_counted():
    report = large(50, 100, findings=2)
    body = pull_request_body(report, place=PLACE)
    shown = body.count("stays.")
    more = [int(number.replace(",", "")) for number in re.findall(r"- … and ([\d,]+) more\.", body)]
    assert shown + sum(more) == 10_000
    assert shown > 100


def test_a_long_intro_is_cut_and_says_so():
    body = pull_request_body(SMALL, intro="line\n" * 100_000)
    assert "too long for a pull request" in body
    assert size(body.split("(The rest")[0]) <= INTRO
    assert pull_request_body(SMALL, intro="é" * 100_000).startswith("é" * 8_192 + "\n")
    assert "too long" not in pull_request_body(SMALL, intro="line\n" * 1_000)


def test_fit():
    rest = "{} more".format
    assert fit(["aaa", "bbb"], 7, rest) == "aaa\nbbb"
    assert fit(["aaaaa", "bbbbb", "ccccc"], 14, rest) == "aaaaa\n2 more"
    assert fit(["aaaaa", "bbbbb"], 7, rest) == "2 more"
    assert fit(["aaaaa", "bbbbb"], 5, rest) == ""


ALLOWED = {"p", "strong", "a", "code", "sub", "h2", "h3", "ul", "li", "blockquote"}
ALLOWED |= {"table", "thead", "tbody", "tr", "th", "td", "details", "summary"}


def hostile(text: str) -> Report:
    """A report in which every text that comes from outside is `text`."""
    finding = Finding(text, text, text, 3)
    return Report(
        posts=(text,),
        outcomes=(
            Outcome(text, text, text, Status.NEW, findings=(finding, replace(finding, pair=(text, text)))),
            Outcome(text, text, f"{text}2", Status.SKIPPED, findings=(Finding("skipped", text, text),)),
            *large(20, 4).outcomes,
        )[: 2 if len(text) % 2 else None],
        notes=(finding, Finding("x", text)),
        usage=Usage(10, 1, 1.0, 0.5, text),
        translator=TranslatorInfo(text, text, text),
        removed=(text,),
        problem=text,
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_nobody_writes_into_the_body(text):
    for place in (Place(), PLACE, Place(PLACE.url, text, text)):
        page = github(pull_request_body(hostile(text), place=place))
        assert set(page.tags) <= ALLOWED
        assert [link for link in page.links if not link.startswith(f"{PLACE.url}/blob/")] == []
        assert not list(page.triggered())
        assert page.attributes <= {"href", "align"}
        assert not page.open
        summary = github(job_summary(hostile(text), place=place))
        assert set(summary.tags) <= ALLOWED
        assert not list(summary.triggered())


def test_the_intro_is_the_owners_own_markdown():
    page = github(pull_request_body(SMALL, intro="See [docs](https://docs.example) \udcff"))
    assert "https://docs.example" in page.links


def test_what_was_expected_stands_beside_what_it_took():
    report = replace(SMALL, estimate=Estimate("endpoint", 12_000, 8.5, 0.21, "$1.41 an hour"))
    body = pull_request_body(report)
    assert "Cost: about $0.15" in body
    assert "Expected: about 8 minutes, \\$0.21.</sub>" in body
    assert "1.41 an hour" in body.split("Expected")[0], "what it did cost, and nothing twice"
    assert "1.41" not in body.split("Expected")[1]
    planned = job_summary(replace(report, dry_run=True))
    assert "Expected: about 12,000 tokens, 8 minutes, \\$0.21 (endpoint)." in planned
    assert "Expected" not in pull_request_body(SMALL)
