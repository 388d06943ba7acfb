"""What someone else does to our branches while a run is busy: theirs stays, the rest of ours comes too."""

import pytest

from polypost.records.file import dump, load
from polypost.records.merge import merged
from polypost.records.record import Pending, Record
from polypost.values import Status
from publishing import OURS, RECORD, REQUEST, in_one, made, record

ES, JA, FR = (f"posts/a.{tag}.md" for tag in ("es", "ja", "fr"))


@pytest.fixture
def base(hub):
    return hub.push({"posts/a.md": "a"})


@pytest.fixture
def told():
    """The reports that the pull requests' bodies were made from."""
    return []


@pytest.fixture
def busy(run, told, base):
    """A run between its waves: Spanish is out, French comes."""
    request = REQUEST.__class__(REQUEST.title, REQUEST.message, lambda report, _: told.append(report) or "x")
    publisher = run(request, together=in_one)
    publisher.publish({ES: b"uno", RECORD: record(es="uno")}, made("es"), final=False)
    return publisher


def rest(busy):
    return busy.publish({FR: b"un", RECORD: record(es="uno", fr="un")}, made("es", "fr"))


def failed(report):
    return [each.target for each in report.outcomes if each.status is Status.FAILED]


def test_a_person_s_edit_of_one_language_costs_no_other(hub, run, busy, told):
    hub.push({ES: "a person's"}, branch=OURS)
    assert rest(busy).yielded == ()
    assert (hub.read(ES, OURS), hub.read(FR, OURS)) == ("a person's", "un")
    assert hub.read(RECORD, OURS) == record(es="uno", fr="un").decode()
    assert (failed(told[-1]), run.warnings) == ([], [])


def test_what_gives_way_is_told_and_not_claimed(hub, run, busy, told):
    hub.push({FR: "a person's"}, branch=OURS)
    assert rest(busy).yielded == (FR,)
    assert hub.read(FR, OURS) == "a person's"
    assert hub.read(RECORD, OURS) == record(es="uno").decode()
    assert (failed(told[-1]), told[-1].changed, told[-1].exit_code) == ([FR], (ES,), 1)
    assert [FR in each for each in run.warnings] == [True]


def test_another_run_s_languages_of_the_post_stay_wave_after_wave(hub, busy):
    theirs = {JA: "ichi", RECORD: record(es="uno", ja="ichi").decode()}
    hub.push(theirs, branch=OURS)
    busy.publish({FR: b"un", RECORD: record(es="uno", fr="un")}, made("es", "fr"), final=False)
    busy.publish({"posts/a.de.md": b"eins", RECORD: record(es="uno", fr="un", de="eins")}, made("de"))
    assert {ES, JA, FR, "posts/a.de.md"} <= set(hub.files(OURS))
    assert hub.read(RECORD, OURS) == record(es="uno", ja="ichi", fr="un", de="eins").decode()


def test_after_a_merge_the_rest_is_built_on_it(hub, run, busy, told):
    hub.close(1, merged=True)
    hub.store.git("update-ref", "-d", f"refs/heads/{OURS}")
    assert rest(busy).yielded == ()
    assert hub.store.git("merge-base", "main", OURS) == hub.head("main"), "git has nothing to merge"
    assert hub.store.git("diff", "--name-only", "main", OURS).split() == [RECORD, FR]
    assert hub.read(RECORD, OURS) == record(es="uno", fr="un").decode()
    assert (failed(told[-1]), run.warnings) == ([], [])


def test_after_a_refusal_what_is_gone_is_not_claimed(hub, run, busy, told):
    hub.close(1)
    hub.store.git("update-ref", "-d", f"refs/heads/{OURS}")
    assert rest(busy).yielded == (ES,)
    assert set(hub.files(OURS)) == {"posts/a.md", FR, RECORD}
    assert hub.read(RECORD, OURS) == record(fr="un").decode()
    assert (failed(told[-1]), told[-1].changed) == ([ES], (FR,))


def test_a_record_that_someone_damaged_is_written_anew(hub, busy):
    hub.push({RECORD: "{"}, branch=OURS)
    assert rest(busy).yielded == ()
    assert hub.read(RECORD, OURS) == record(es="uno", fr="un").decode()


def test_a_record_of_a_newer_version_keeps_its_post_as_it_is(hub, busy, told):
    newer = '{"version": 99}'
    hub.push({RECORD: newer}, branch=OURS)
    assert FR in rest(busy).yielded
    assert hub.read(RECORD, OURS) == newer
    assert failed(told[-1]) == [FR]


def test_pending_answers_of_both_sides_are_kept_until_they_are_used():
    one, other = (Pending("model", {"key": name}) for name in ("one", "other"))
    ours = dump(Record("posts/a.md", load(record(es="uno"), RECORD).localizations, {"fr": one}))
    theirs = dump(Record("posts/a.md", {}, {"es": other, "fr": other, "ja": other}))
    assert load(merged(RECORD, ours, theirs, ()), RECORD).pending == {"fr": one, "ja": other}
    assert merged(RECORD, None, None, ()) is None
