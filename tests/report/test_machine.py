"""What `--json` writes."""

import json
from dataclasses import replace

from polypost.report.machine import as_json
from polypost.values import Estimate, Finding, Report
from report.samples import SMALL


def test_the_contract():
    made = as_json(SMALL)
    assert {"posts", "localizations", "characters_sent", "requests", "seconds", "cost_usd"} <= set(made)
    assert made["posts"] == list(SMALL.posts)
    assert made["localizations"][1] == {
        "source": "posts/how-it-works.md",
        "target": "posts/how-it-works.ja.md",
        "language": "ja",
        "status": "updated",
        "segments": 12,
        "segments_reused": 11,
        "characters_sent": 80,
        "characters_probing": 12,
        "steps": {"located": 3, "whole": 9},
        "findings": [
            {
                "code": "kept-source",
                "message": "Every answer lost `npm ci`: the sentence stays as it was.",
                "path": "posts/how-it-works.md",
                "line": 41,
            }
        ],
    }
    totals = ("characters_sent", "characters_probing", "requests", "seconds", "cost_usd")
    assert [made[name] for name in totals] == [980, 87, 4, 391.2, 0.153]
    assert made["findings"][0]["code"] == "source-gone"
    assert made["pull_request"]["number"] == 7


def test_it_is_plain_json_whatever_the_names():
    report = replace(SMALL, posts=("a\udcff.md",), notes=(Finding("x", "\ud800", "a\udcff.md"),))
    text = json.dumps(as_json(report), ensure_ascii=False)
    assert json.loads(text.encode()) == as_json(report)


def test_what_was_expected_stands_beside_what_it_took():
    estimate = Estimate("endpoint", 12_000, 8.5, 0.21, "$1.41 an hour")
    made = as_json(replace(SMALL, estimate=estimate))["estimate"]
    assert made == {
        "engine": "endpoint",
        "tokens": 12_000,
        "minutes": 8.5,
        "cost_usd": 0.21,
        "basis": "$1.41 an hour",
        "doubt": "",
    }
    assert as_json(SMALL)["estimate"] is None


def test_an_unknown_cost_is_null():
    assert as_json(Report())["cost_usd"] is None
