"""JSONPath, splitting and joining as AWS documents them; pure."""

import json

import pytest

from standins.aws.jsonpath import select
from standins.aws.records import MB, Failed, transformed

RECORD = {"id": 7, "tags": ["a", "b", "c", "d"], "request": {"inputs": ["x"], "n": {"m": 1}}}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", RECORD),
        ("$.request", RECORD["request"]),
        ("$.request.n.m", 1),
        ("$['id']", 7),
        ("$['id','tags']", {"id": 7, "tags": ["a", "b", "c", "d"]}),
        ("$.request['n', 'inputs']", {"n": {"m": 1}, "inputs": ["x"]}),
        ("$.request.['n','inputs']", {"n": {"m": 1}, "inputs": ["x"]}),
        ("$.tags[1]", "b"),
        ("$.tags[0,2]", ["a", "c"]),
        ("$.tags[1:]", ["b", "c", "d"]),
        ("$.tags[0,2:]", ["a", "c", "d"]),
        ("$.tags[-1]", "d"),
        ("$.request.*", [["x"], {"m": 1}]),
        ("$.tags[*]", ["a", "b", "c", "d"]),
    ],
)
def test_a_path_selects(path, value):
    assert select(path, RECORD) == value


@pytest.mark.parametrize("path", ["", "id", "$..id", "$*", "$[?(@.x)]", "$['id'", "$.tags[x]", "$ .id"])
def test_other_paths_are_none(path):
    with pytest.raises(ValueError, match="no JSONPath"):
        select(path, RECORD)


@pytest.mark.parametrize("path", ["$.none", "$['id','none']", "$.tags[9]", "$.id[0]", "$.tags.id"])
def test_what_is_not_there_is_an_error(path):
    with pytest.raises(LookupError):
        select(path, RECORD)


def job(**more):
    return {
        "TransformInput": {"SplitType": "Line"},
        "TransformOutput": {"AssembleWith": "Line"},
        "BatchStrategy": "SingleRecord",
        **more,
    }


def double(body):
    return 200, b"\n".join(str(2 * json.loads(line)).encode() for line in body.split(b"\n"))


def test_records_are_joined_with_their_answers():
    joined = job(DataProcessing={"JoinSource": "Input"})
    assert transformed(joined, b"1\n2\n", double) == (
        b'{"SageMakerInput":1,"SageMakerOutput":2}\n{"SageMakerInput":2,"SageMakerOutput":4}\n'
    )
    chosen = job(
        DataProcessing={
            "JoinSource": "Input",
            "InputFilter": "$.n",
            "OutputFilter": "$['id','SageMakerOutput']",
        }
    )
    assert (
        transformed(chosen, b'{"id": "\xc3\xb6", "n": 3}', double)
        == b'{"id":"\xc3\xb6","SageMakerOutput":6}\n'
    )
    assert transformed(job(), b"1\n\n2", double) == b"2\n4\n"
    assert transformed(job(TransformOutput={}), b"1\n2", double) == b"24"


def test_many_records_go_together_as_far_as_they_fit():
    sent = []

    def post(body):
        sent.append(body)
        return 200, body

    line = b'"' + b"x" * (MB // 2) + b'"'
    together = job(BatchStrategy="MultiRecord", MaxPayloadInMB=1, DataProcessing={"JoinSource": "Input"})
    made = transformed(together, b"\n".join([b"1", b"2", line, b"3", line]), post)
    assert [len(body.split(b"\n")) for body in sent] == [4, 1]
    assert len(made.splitlines()) == 5
    sent.clear()
    assert transformed(job(TransformInput={}), b"1\n2", post) == b"1\n2\n"
    assert sent == [b"1\n2"]


@pytest.mark.parametrize(
    ("change", "content", "answer"),
    [
        ({}, b"1", (400, b"")),
        ({}, b"1", (500, b"")),
        ({}, b"1", (0, b"")),
        ({"DataProcessing": {"InputFilter": "$.n"}}, b"1", (200, b"1")),
        ({"DataProcessing": {"InputFilter": "$.n"}}, b"{", (200, b"1")),
        ({"DataProcessing": {"JoinSource": "Input"}}, b"1", (200, b"no JSON")),
        ({"DataProcessing": {"JoinSource": "Input", "OutputFilter": "$.id"}}, b"{}", (200, b"1")),
        ({"DataProcessing": {"JoinSource": "Input"}, "BatchStrategy": "MultiRecord"}, b"1\n2", (200, b"1")),
        ({"MaxPayloadInMB": 1}, b"1" * (MB + 1), (200, b"1")),
    ],
)
def test_one_wrong_record_fails_the_object(change, content, answer):
    with pytest.raises(Failed, match="Error: "):
        transformed(job(**change), content, lambda body: answer)
