"""What is sent in batches, and how it is understood when it comes back; nothing of AWS is needed."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polypost import batching
from polypost.errors import UsageError
from polypost.models import choose
from polypost.sagemaker.asking.answers import Pieces
from polypost.sagemaker.batch import records
from polypost.sagemaker.batch.known import Known
from polypost.sagemaker.batch.records import Bundle, Record
from polypost.sagemaker.batch.settings import BatchSettings, Folder, folder
from polypost.sagemaker.batch.store import KEEP_DAYS, Stored, outdated
from polypost.values import Reply, Untranslated

SEAMLESS = choose("facebook/seamless-m4t-v2-large", "en", ["es", "ja"])
MADLAD = choose("google/madlad400-3b-mt", "en", ["es"])
SETTINGS = BatchSettings(SEAMLESS, None, "image", Folder("bucket", "blog"), ("ml.m5.xlarge",))


def answered(line, texts):
    """The line as SageMaker gives it back."""
    told = json.loads(line)
    del told["request"]
    return json.dumps({**told, "SageMakerOutput": [{"translation_text": text} for text in texts]})


def test_a_line_is_one_request_and_says_whose():
    line = records.line(Record("ja", ("Hi.", "A longer one.")), SEAMLESS)
    told = json.loads(line)
    assert set(told) == {"id", "sentences", "limit", "request"}
    assert told["request"] == {
        "inputs": ["Hi.", "A longer one."],
        "parameters": {
            "src_lang": "eng",
            "tgt_lang": "jpn",
            "batch_size": 2,
            "max_new_tokens": told["limit"],
            "num_beams": 2,
        },
    }


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_nothing_in_a_sentence_ends_a_line(sentences):
    line = records.line(Record("es", tuple(sentences)), SEAMLESS)
    assert line.isascii()
    assert line.splitlines() == [line]


def test_sentences_are_told_plain_where_the_request_has_a_prefix():
    told = json.loads(records.line(Record("es", ("Hi.",)), MADLAD))
    assert told["request"]["inputs"] == ["<2es> Hi."]
    assert told["sentences"] == ["Hi."]


def test_a_result_is_what_its_line_says():
    line = records.line(Record("es", ("Hi.", "You.")), SEAMLESS)
    result = records.result(answered(line, ["Hola.", "Tú."]), "es")
    assert result.sentences == ("Hi.", "You.")
    assert result.answers == ("Hola.", "Tú.")


def test_empty_and_cut_answers_are_values_as_they_are_on_an_endpoint():
    line = records.line(Record("es", ("Hi.", "You.")), SEAMLESS)
    empty, cut = records.result(answered(line, ["", "no " * 500]), "es").answers
    assert empty == Untranslated("The model gave an empty answer.", final=True)
    assert "cut at the limit" in cut.complaints[0].reason


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: {**told, "id": "0123456789abcdef"},
        lambda told: {**told, "sentences": ["Another."]},
        lambda told: {**told, "limit": "many"},
        lambda told: {key: value for key, value in told.items() if key != "id"},
        lambda told: [told],
        lambda _told: None,
        lambda told: {**told, "limit": float("inf")},
        lambda told: {**told, "SageMakerOutput": [{"translation_text": "\ud800"}]},
        lambda told: {**told, "refused": "\ud800"},
        lambda told: {**told, "sentences": [["Hi."]], "id": records._digest("es", ["Hi."])},
    ],
)
def test_a_line_that_is_not_what_it_says_is_no_result(spoil):
    line = answered(records.line(Record("es", ("Hi.",)), SEAMLESS), ["Hola."])
    assert records.result(line, "es") is not None
    assert records.result(json.dumps(spoil(json.loads(line))), "es") is None
    assert records.result(line, "ja") is None
    assert records.result(line[:-9], "es") is None
    assert records.result("[" * 200_000, "es") is None


@pytest.mark.parametrize("texts", [[], ["one"], ["one", "two", "three"]])
def test_too_few_or_too_many_answers_are_none(texts):
    line = records.line(Record("es", ("Hi.", "You.")), SEAMLESS)
    result = records.result(answered(line, texts), "es")
    assert result.answers == ()
    assert "is not 2 translations but:" in result.reason


def test_a_refusal_is_read_again():
    line = records.refusal(Record("es", ("The poison.",)), "It is poison.")
    result = records.result(line, "es")
    assert result.sentences == ("The poison.",)
    assert result.answers == (Untranslated("It is poison."),)


def test_records_hold_sentences_of_alike_length_and_answer_in_good_time():
    sentences = [f"Sentence {'very ' * (number % 30)}{number}." for number in range(500)]
    made = list(records.records("es", sentences, records.CPU.record))
    assert sorted(sentence for record in made for sentence in record.sentences) == sorted(sentences)
    for record in made:
        lengths = [batching.tokens(sentence) for sentence in record.sentences]
        assert len(lengths) * max(lengths) <= records.CPU.record.padded_tokens
        assert max(lengths) - min(lengths) < 20
    assert list(records.records("es", reversed(sentences), records.CPU.record)) == made


def test_larger_records_only_where_every_machine_has_an_accelerator():
    assert records.pace(["ml.g5.xlarge", "ml.p3.2xlarge"]) == records.GPU
    assert records.pace(["ml.g5.xlarge", "ml.m5.xlarge"]) == records.CPU


def test_objects_are_of_one_language_and_about_the_size():
    given = [*records.records("es", [f"Number {n}." for n in range(900)], records.CPU.record)]
    given += records.records("ja", ["Hi."], records.CPU.record)
    made = list(records.bundles(given, 20_000))
    assert [record for bundle in made for record in bundle.records] == given
    assert [bundle.language for bundle in made[-2:]] == ["es", "ja"]
    sizes = [sum(len(records.line(record, SEAMLESS)) for record in bundle.records) for bundle in made]
    assert all(15_000 < size < 30_000 for size in sizes[:-2])
    assert len({bundle.name for bundle in made}) == len(made)


def test_a_small_plan_is_dealt_out_to_all_machines_and_a_large_one_in_full_objects():
    small = list(records.records("es", [f"Number {n} of them." for n in range(20_000)], records.CPU.record))
    one, four = (len(list(records.bundles(small, records.share(small, count)))) for count in (1, 4))
    assert one >= 8
    assert four >= 32
    assert records.share(small * 20, 1) == records.OBJECT_BYTES
    assert records.share(small[:1], 50) < records.OBJECT_BYTES


def test_what_failed_is_cut_into_records_and_then_into_sentences():
    one, two = Record("es", ("A.", "B.")), Record("es", ("C.",))
    assert records.smaller(Bundle("es", (one, two))) == (Bundle("es", (one,)), Bundle("es", (two,)))
    parts = records.smaller(Bundle("es", (one,)))
    assert [bundle.records for bundle in parts] == [(Record("es", ("A.",)),), (Record("es", ("B.",)),)]
    assert records.smaller(Bundle("es", (two,))) == ()


def test_a_job_holds_so_much_and_at_least_one_object():
    made = deque(records.bundles(records.records("es", map(str, range(5000)), records.CPU.record), 20_000))
    count = len(made)
    first = records.first_job(made, 60_000)
    assert len(first) == 3
    assert len(made) == count - 3
    assert len(records.first_job(made, 1)) == 1
    assert len(records.first_job(made, 10**9)) == count - 4


def test_a_job_is_named_after_what_it_does():
    one, two = (Bundle("es", (Record("es", (text,)),)) for text in ("A.", "B."))
    assert records.job_digest([one, two]) == records.job_digest([two, one])
    assert records.job_digest([one, two]) != records.job_digest([one])
    assert records.job_digest([one]) == records.job_digest([replace(one, tries=1)])
    assert len(f"{SETTINGS.job_prefix}{records.job_digest([one])}-r99") <= 63
    assert SETTINGS.job_prefix.startswith("polypost-seamless-m4t-v2-large-")


@pytest.mark.parametrize(
    "other",
    [
        {"revision": "abc"},
        {"container": "another"},
        {"route": choose("facebook/seamless-m4t-v2-large", "fr", ["es"])},
        {"route": choose("facebook/nllb-200-distilled-600M", "en", ["es"])},
    ],
)
def test_answers_are_shared_only_where_all_is_alike(other):
    assert replace(SETTINGS, **other).digest != SETTINGS.digest
    same = {"route": choose("facebook/seamless-m4t-v2-large", "en", ["de"]), "instance_count": 5}
    assert replace(SETTINGS, **same).digest == SETTINGS.digest


def test_the_folder_is_read_from_its_uri():
    assert folder("s3://my-bucket/a/b/") == Folder("my-bucket", "a/b")
    assert folder("s3://my-bucket") == folder("s3://my-bucket/") == Folder("my-bucket", "polypost")
    for wrong in ("my-bucket", "https://my-bucket/a", "s3://My_Bucket/a", "s3://b", "s3://my-bucket/a b"):
        with pytest.raises(UsageError, match="batch-s3-uri"):
            folder(wrong)


def test_only_what_is_ours_and_old_is_outdated():
    day, now = 86_400.0, 100 * 86_400.0
    ours = "blog/0123456789abcdef/out/pt-BR.0123456789abcdef.jsonl.out"
    old, new = now - (KEEP_DAYS + 0.1) * day, now - (KEEP_DAYS - 0.1) * day
    keys = [
        ours,
        "blog/0123456789abcdef/in/01234567/es.0123456789abcdef.jsonl",
        "blog/0123456789abcdef/out/01234567/es.0123456789abcdef.jsonl.out",
    ]
    theirs = [
        "blog/holiday.jpg",
        "blog/0123456789abcdef/out/notes.txt",
        "blog/0123456789abcdef/out/es.0123456789abcdef.jsonl.out.bak",
        f"other/{ours}",
        f"blog/{ours}",
        ours.removeprefix("blog/"),
    ]
    stored = [Stored(key, old) for key in (*keys, *theirs)] + [Stored(ours, new)]
    assert list(outdated(stored, Folder("bucket", "blog"), now)) == keys


def test_what_is_known_is_told_by_language():
    known = Known()
    known.put("es", [("Hi.", "Hola."), ("No.", Untranslated("why"))])
    known.put("es", [("Hi.", "Buenas.")])
    assert known.get("es", "Hi.") == "Buenas."
    assert known.get("es", "No.") == Untranslated("why")
    assert known.get("ja", "Hi.") is None
    known.close()


LONG = ", ".join(f"{'word ' * 40}{number}" for number in range(3)) + "."


def test_pieces_become_sentences_when_the_last_one_is_answered():
    pieces = Pieces("es", [LONG, "Hi.", " ", "word " * 200], 200)
    blank, long = pieces.settled
    assert blank == Reply("es", " ", " ")
    assert isinstance(long.answer, Untranslated)
    first, *rest = sorted(pieces.missing - {"Hi."})
    assert list(pieces.answered(first, "uno")) == []
    assert list(pieces.answered(first, "otra vez")) == []
    assert list(pieces.answered("Hi.", "Hola.")) == [Reply("es", "Hi.", "Hola.")]
    for each in rest[:-1]:
        assert list(pieces.answered(each, "más")) == []
    (reply,) = pieces.answered(rest[-1], "fin")
    assert reply.sentence == LONG
    assert sorted(reply.answer.split()) == sorted(["uno", *["más"] * (len(rest) - 1), "fin"])
    assert not pieces.missing


def test_one_piece_without_an_answer_costs_its_sentence():
    pieces = Pieces("es", [LONG], 200)
    replies = [
        reply
        for number, piece in enumerate(sorted(pieces.missing))
        for reply in pieces.answered(piece, Untranslated("why") if number == 1 else "sí")
    ]
    assert replies == [Reply("es", LONG, Untranslated("why"))]


def test_a_piece_that_is_also_a_sentence_answers_both():
    piece = batching.split(LONG, 200)[0]
    pieces = Pieces("es", [LONG, piece], 200)
    assert list(pieces.answered(piece, "sí")) == [Reply("es", piece, "sí")]
