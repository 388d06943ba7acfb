from __future__ import annotations

import dataclasses
import json
import os
import signal
import threading
import time

import pytest

from polypost import batching
from polypost.errors import ServiceError, Stopped, TranslatorError
from polypost.models import CAREFUL_BEAMS, CAREFUL_NGRAM
from polypost.pace import Pace
from polypost.sagemaker import clients
from polypost.sagemaker.asking import requests
from polypost.signals import listening
from polypost.values import Severity, Untranslated
from standins.aws import Dropped, Hang, ModelError, Refused, ServerError, Throttled, Timeout, echo

from .conftest import answers

PROBE = 2
"""Requests before the first sentence: whether the model is there, and which stand-ins it keeps."""
TOKEN_ERROR = '{"code": 400, "type": "InternalServerException", "message": "index out of range in self"}'


@pytest.fixture
def translator(aws, opened, endpoint):
    """A translator on an endpoint that is there, for es and ja; the probe is no longer in the log."""
    with opened(("es", "ja"), endpoint_name=endpoint("blog")) as translator:
        aws.log.clear()
        yield translator


def asked(aws):
    return [call.input for call in aws.calls("InvokeEndpoint")]


def poisoned(request):
    """The echo, but for a request that holds `poison`."""
    if any("poison" in text for text in request["inputs"]):
        raise IndexError("index out of range in self")
    return echo(request)


def test_answers_come_in_order_and_each_sentence_is_sent_once(aws, translator):
    sentences = ["A short one.", "Hi.", "A much longer sentence than these.", "Hi.", "A short one."]
    assert answers(translator, sentences, "es") == [f"spa {sentence}" for sentence in sentences]
    sent = [text for body in asked(aws) for text in body["inputs"]]
    assert sorted(sent) == sorted(set(sentences))


def test_requests_are_batches_sorted_by_length_with_every_parameter(aws, translator):
    sentences = [f"Sentence {'very ' * (number % 7)}{number}." for number in range(60)]
    answers(translator, sentences, "ja")
    bodies = asked(aws)
    assert len(bodies) < 30
    for body in bodies:
        lengths = [len(text) for text in body["inputs"]]
        longest = max(lengths)
        assert longest - min(lengths) < 25
        assert body["parameters"] == {
            "src_lang": "eng",
            "tgt_lang": "jpn",
            "batch_size": len(lengths),
            "max_new_tokens": 2 * ((longest + 1) // 2) + 32,
            "num_beams": 2,
        }


def test_it_starts_small_and_grows_while_answers_come_fast(aws, translator):
    answers(translator, [f"This is the sentence number {number:04}." for number in range(400)], "es")
    sizes = [len(body["inputs"]) for body in asked(aws)]
    assert sizes[0] < 12
    assert max(sizes) == 64


def test_careful_requests_are_decoded_in_another_way_and_never_mixed_with_others(aws, translator):
    seen = []

    def remember(request):
        seen.append(request)
        return echo(request)

    aws.backend = remember
    usual, careful = MANY[:40], MANY[20:60]
    assert answers(translator, usual, "es") == [f"spa {text}" for text in usual]
    plain, seen = seen, []
    replies = list(translator.translate({"es": careful}, careful=True))
    assert {reply.sentence for reply in replies} == set(careful)
    for request in plain:
        assert "no_repeat_ngram_size" not in request["parameters"]
        assert request["parameters"]["num_beams"] == 2
    for request in seen:
        assert request["parameters"]["no_repeat_ngram_size"] == CAREFUL_NGRAM
        assert request["parameters"]["num_beams"] == 2 + CAREFUL_BEAMS
    assert sorted(text for request in seen for text in request["inputs"]) == sorted(careful)


def test_several_requests_are_in_flight(aws, translator):
    translator._paces[False] = Pace.of(1, 2)
    together, now, lock = [], [0], threading.Lock()

    def slow(request):
        with lock:
            now[0] += 1
            together.append(now[0])
        time.sleep(0.1)
        with lock:
            now[0] -= 1
        return echo(request)

    aws.backend = slow
    answers(translator, [f"{'word ' * 40}{number}." for number in range(12)], "es")
    assert max(together) == 4


def test_a_long_sentence_is_cut_and_put_together_again(aws, translator):
    clauses = [f"{'word ' * 40}{number}" for number in range(3)]
    long = ", ".join(clauses) + "."
    assert answers(translator, [long], "es") == [
        " ".join(f"spa {part}" for part in (clauses[0] + ",", clauses[1] + ",", clauses[2] + "."))
    ]
    assert answers(translator, [long], "ja")[0].count("jpn") == 3
    assert ", jpn" not in answers(translator, [long], "ja")[0]


def test_a_sentence_that_is_too_long_to_cut_is_a_value(aws, translator):
    answer, other = answers(translator, ["word " * 200, "Hi."], "es")
    assert isinstance(answer, Untranslated)
    assert other == "spa Hi."
    assert [text for body in asked(aws) for text in body["inputs"]] == ["Hi."]


def test_blank_text_is_not_sent(aws, translator):
    assert answers(translator, [" ", ""], "es") == [" ", ""]
    assert answers(translator, [], "es") == []
    assert asked(aws) == []


@pytest.mark.parametrize(
    "fault", [Throttled(), ServerError(500), ServerError(503), Dropped(), ModelError(503, "No worker")]
)
def test_what_wants_patience_is_tried_again_with_the_same_request(aws, translator, fault):
    aws.script("InvokeEndpoint", fault, fault, fault)
    assert answers(translator, ["Hi.", "You."], "es") == ["spa Hi.", "spa You."]
    bodies = [json.dumps(body) for body in asked(aws)]
    assert len(bodies) == 4
    assert len(set(bodies)) == 1


def test_pauses_grow_and_are_shaken(aws, opened, endpoint):
    naps = []
    with opened(endpoint_name=endpoint("blog"), sleep=naps.append) as translator:
        aws.script("InvokeEndpoint", *[Throttled()] * (requests.ATTEMPTS - 1))
        assert answers(translator, ["Hi."], "es") == ["spa Hi."]
    assert len(naps) == requests.ATTEMPTS - 1
    assert all(0 <= nap <= min(20, 2**attempt) for attempt, nap in enumerate(naps))
    assert len(set(naps)) == len(naps)


def test_patience_ends(aws, translator):
    aws.script("InvokeEndpoint", *[Throttled()] * requests.ATTEMPTS)
    with pytest.raises(ServiceError, match="could not be used in 8 attempts: ThrottlingException: Rate"):
        answers(translator, ["Hi."], "es")


def test_a_request_that_timed_out_is_halved(aws, translator):
    aws.script("InvokeEndpoint", Timeout(0.05))
    sentences = [f"Number {number}." for number in range(8)]
    assert answers(translator, sentences, "es") == [f"spa {sentence}" for sentence in sentences]
    sizes = [len(body["inputs"]) for body in asked(aws)]
    assert sizes == [8, 4, 4]


def test_one_slow_sentence_costs_only_itself(aws, translator):
    aws.invocation_seconds = 0.8

    def slow(request):
        if any("slow" in text for text in request["inputs"]):
            time.sleep(1.0)
        return echo(request)

    aws.backend = slow
    sentences = ["One.", "Two.", "A slow one.", "Four.", "Five."]
    came = answers(translator, sentences, "es")
    assert [answer for answer in came if isinstance(answer, str)] == [
        f"spa {sentence}" for sentence in sentences if "slow" not in sentence
    ]
    assert "timed out while waiting for a response" in came[2].reason
    assert sum(body["inputs"] == ["A slow one."] for body in asked(aws)) == 2


def test_no_answer_at_all_counts_as_too_slow(aws, opened, endpoint, monkeypatch):
    monkeypatch.setattr(clients, "READ_SECONDS", 1.5)
    with opened(endpoint_name=endpoint("blog")) as translator:
        aws.script("InvokeEndpoint", Hang())
        assert answers(translator, ["One.", "Two."], "es") == ["spa One.", "spa Two."]
    assert sorted(len(body["inputs"]) for body in asked(aws)[PROBE:]) == [1, 1]


def test_a_sentence_that_the_model_refuses_is_a_value(aws, translator):
    aws.backend = poisoned
    sentences = [f"Number {number}." for number in range(9)] + ["The poison."]
    came = answers(translator, sentences, "es")
    assert came[:9] == [f"spa {sentence}" for sentence in sentences[:9]]
    assert came[9] == Untranslated("The model could not translate it: index out of range in self")


def test_when_nothing_works_any_more_the_run_ends(aws, translator):
    aws.backend = lambda _request: {}["broken"]
    with pytest.raises(ServiceError, match="translates nothing any more; it says: 'broken'"):
        answers(translator, [f"Number {number}." for number in range(40)], "es")
    assert len(asked(aws)) < 80


@pytest.mark.parametrize(
    "answer",
    [
        [{"translation_text": "only one"}],
        {"error": "none"},
        [{"generated_text": "a"}, {"generated_text": "b"}],
        "text",
        None,
    ],
)
def test_an_answer_of_another_shape_is_halved_and_then_a_value(aws, translator, answer):
    def odd(request):
        return (
            answer
            if any("odd" in text for text in request["inputs"]) and len(request["inputs"]) > 1
            else (["?"] if "odd" in request["inputs"][0] else echo(request))
        )

    aws.backend = odd
    good, bad = answers(translator, ["Good.", "An odd one."], "es")
    assert good == "spa Good."
    assert "is not 1 translation but" in bad.reason


def test_an_empty_answer_is_a_value(aws, translator):
    aws.backend = lambda request: [{"translation_text": ""} for _ in request["inputs"]]
    assert answers(translator, ["Hi."], "es") == [Untranslated("The model gave an empty answer.", final=True)]


def test_an_answer_that_was_certainly_cut_says_so_and_a_long_one_does_not(aws, translator):
    def loops(request):
        most = request["parameters"]["max_new_tokens"]
        return [
            {"translation_text": "no " * (most if "loop" in text else most // 2)}
            for text in request["inputs"]
        ]

    aws.backend = loops
    cut, whole = answers(translator, ["A loop.", "None at all."], "es")
    [complaint] = cut.complaints
    assert (complaint.code, complaint.severity) == (batching.CUT, Severity.FAULT)
    assert "cut at the limit of" in complaint.reason
    assert set(cut.text.split()) == {"no"}
    assert whole.startswith("no no")


def test_unknown_tokens_are_left_to_the_checks(aws, translator):
    aws.backend = lambda request: [{"translation_text": "a <unk> b"} for _ in request["inputs"]]
    assert answers(translator, ["Hi."], "es") == ["a <unk> b"]


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Refused("ExpiredTokenException", "The security token is expired", 403), "no longer accepts"),
        (Refused("AccessDeniedException", "no sagemaker:InvokeEndpoint"), "not allowed to use the endpoint"),
        (Refused("ValidationError", "Endpoint blog of account 123456789012 not found."), "not found"),
    ],
)
def test_what_dooms_every_sentence_is_raised(aws, translator, fault, says):
    aws.script("InvokeEndpoint", fault)
    with pytest.raises(ServiceError, match=says):
        answers(translator, ["Hi."], "es")


def test_an_endpoint_that_vanished_is_raised(aws, translator):
    aws.client("sagemaker").delete_endpoint(EndpointName="blog")
    with pytest.raises(ServiceError, match="blog of account 123456789012 not found"):
        answers(translator, ["Hi."], "es")


def test_a_language_that_was_not_opened_breaks_the_contract(translator):
    with pytest.raises(TranslatorError, match="not opened for fr"):
        answers(translator, ["Hi."], "fr")


def test_characters_are_counted_once_and_requests_each_time(aws, translator):
    before = translator.usage()
    aws.script("InvokeEndpoint", Throttled(), Timeout(0.05))
    answers(translator, ["One.", "Two.", "Two."], "es")
    usage = translator.usage()
    assert usage.characters - before.characters == len("One.Two.")
    assert usage.requests - before.requests == 4 == len(aws.calls("InvokeEndpoint"))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (TOKEN_ERROR, "index out of range in self"),
        ("Worker died.", "Worker died."),
        ('{"message": 3}', '{"message": 3}'),
        ("a\n  b", "a b"),
        ("x" * 400, "x" * 300),
        ("[]", "[]"),
    ],
)
def test_the_containers_own_words_are_found(message, expected):
    assert requests.words(message) == expected


def vanish(aws, after):
    """Take the endpoint away once so many requests were answered."""
    left = iter(range(after))

    def backend(request):
        answer = echo(request)
        if next(left, None) is None:
            aws.client("sagemaker").delete_endpoint(EndpointName="blog")
        return answer

    aws.backend = backend


@pytest.fixture
def reviving(aws, translator, endpoint):
    """The translator with a `revive` that makes the endpoint again; what it was told."""
    revived = []

    def revive():
        revived.append("blog")
        aws.backend = echo
        client = aws.client("sagemaker")
        client.create_endpoint(EndpointName="blog", EndpointConfigName="blog")

    endpoint = translator._endpoint
    translator._endpoint = dataclasses.replace(endpoint, revive=revive)
    return translator, revived


MANY = [f"This is the sentence number {number:04}." for number in range(200)]


def test_an_endpoint_that_vanished_is_brought_back_and_nothing_is_sent_for_nothing(aws, reviving):
    translator, revived = reviving
    vanish(aws, after=3)
    assert answers(translator, MANY, "es") == [f"spa {sentence}" for sentence in MANY]
    assert revived == ["blog"]
    done = [
        text for call in aws.calls("InvokeEndpoint") if call.status == 200 for text in call.input["inputs"]
    ]
    assert sorted(done) == sorted(MANY)


def test_an_endpoint_that_vanishes_twice_ends_the_run_and_what_came_counts(aws, reviving):
    translator, revived = reviving
    vanish(aws, after=3)
    assert len(answers(translator, MANY, "es")) == len(MANY)
    vanish(aws, after=1)
    came = []
    with pytest.raises(ServiceError, match="there no longer"):
        came.extend(translator.translate({"ja": MANY}))
    assert revived == ["blog"]
    assert len(came) >= 12
    assert all(reply.answer == f"jpn {reply.sentence}" for reply in came)


def test_replies_come_as_the_requests_land_and_closing_gives_up_the_rest(aws, translator):
    replies = translator.translate({"es": MANY})
    assert next(replies).answer.startswith("spa This")
    sent = len(asked(aws))
    assert sent < 8
    replies.close()
    time.sleep(0.3)
    assert len(asked(aws)) <= sent + 4


def test_languages_are_under_way_together(aws, translator):
    codes = {reply.language: reply.answer[:3] for reply in translator.translate({"es": MANY, "ja": MANY})}
    assert codes == {"es": "spa", "ja": "jpn"}
    order = [body["parameters"]["tgt_lang"] for body in asked(aws)]
    assert order.index("jpn") < len(order) - 1 - order[::-1].index("spa")


def test_one_request_that_hangs_does_not_stop_the_others(aws, translator):
    translator._paces[False] = Pace.of(1, 1)
    aws.script("InvokeEndpoint", Hang())
    replies = translator.translate({"es": MANY})
    came = [next(replies) for _ in range(150)]
    assert len(came) == 150
    replies.close()


@pytest.mark.parametrize("shielded", [True, False])
def test_a_signal_while_answers_are_handed_on_loses_none(aws, opened, endpoint, shielded):
    name, heard = endpoint("blog"), []

    def listen(translator):
        for reply in translator.translate({"es": MANY}):
            heard.append(reply.sentence)
            if len(heard) == 3:
                os.kill(os.getpid(), signal.SIGTERM)

    with (
        listening() as signals,
        opened(endpoint_name=name, heeds=signals if shielded else None) as translator,
    ):
        aws.log.clear()
        with pytest.raises(Stopped):
            listen(translator)
    for thread in threading.enumerate():  # what is still on the wire is none of the next test's
        if thread.name == "polypost-request":
            thread.join(10)
    sent = {text for body in asked(aws) for text in body["inputs"]}
    assert set(heard) < set(MANY)
    assert (set(heard) == sent) is shielded
