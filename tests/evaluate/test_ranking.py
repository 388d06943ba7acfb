"""The table, the picture and the JSON of an evaluation."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

from polypost.measures import Evaluation, Measure, basis
from polypost.report import bars, ranking

ONE, TWO = "facebook/seamless-m4t-v2-large", "facebook/nllb-200-3.3B"
SVG = "{http://www.w3.org/2000/svg}"


def by(sentences=400, corrected=None):
    return replace(basis([]), texts=200, sentences=sentences, corrected=corrected or {})


def evaluation(**more):
    measures = (
        Measure(ONE, "es", 50.0, "sig", 3),
        Measure(TWO, "es", 52.5, "sig"),
        Measure(ONE, "ja", 30.0, "sig"),
        Measure(TWO, "ja", 29.5, "sig"),
    )
    return replace(Evaluation("en", {"es": by(), "ja": by()}, measures), **more)


def shown(found, **more):
    out = io.StringIO()
    ranking.show(found, out, **more)
    return out.getvalue()


def test_the_best_comes_first_and_whether_its_lead_counts_is_said():
    lines = [" ".join(line.split()) for line in shown(evaluation()).splitlines()]
    assert lines[:5] == [
        "language model chrF++ texts sentences left as is",
        f"es {TWO} 52.50 200 400 0 ahead by 2.50",
        f"{ONE} 50.00 200 400 3",
        f"ja {ONE} 30.00 200 400 0 ahead by 0.50: less than 1 doesn't count",
        f"{TWO} 29.50 200 400 0",
    ]
    assert "say little" not in shown(evaluation())
    assert "--save" in shown(evaluation())
    assert "commit it" in shown(evaluation(), saved=True)


def test_few_sentences_are_warned_of():
    told = shown(evaluation(bases={"es": by(100), "ja": by(99), "de": by(1)}))
    assert "ja: 99 sentences, de: 1 sentence. So few say little" in told, "once, for all languages"
    assert "es: 100 sentences" not in told


def test_corrections_of_a_models_own_text_are_said_to_favour_it():
    corrected = {f"{ONE} main": 40, "google/madlad400-3b-mt": 20}
    told = shown(evaluation(bases={"es": by(corrected=corrected), "ja": by()}))
    assert f"es: texts that correct what {ONE} had translated, 40 of 200: they favour it." in told
    assert "madlad" not in told
    assert "favour" not in shown(evaluation())


def test_a_dry_run_says_that_nothing_was_started():
    planned = evaluation(measures=())
    assert shown(planned, planned=True).endswith(
        "nothing was started. Next: run it again without --dry-run.\n"
    )
    assert "Dry run" not in shown(evaluation())


def test_languages_without_references_are_named():
    assert "No text that a person has written or corrected: de, fr." in shown(
        evaluation(without=("de", "fr"))
    )


def test_the_json_has_all_of_it():
    found = json.loads(json.dumps(ranking.as_json(evaluation(without=("de",), lacking=("No such.",)))))
    spanish, japanese = found["languages"]
    assert (spanish["ahead"], japanese["ahead"]) == (2.5, 0.5)
    assert [each["model"] for each in spanish["scores"]] == [TWO, ONE]
    assert spanish["scores"][1] == {"model": ONE, "score": 50.0, "signature": "sig", "left_as_is": 3}
    assert (found["without_references"], found["not_asked"]) == (["de"], ["No such."])
    alone = evaluation(measures=(Measure(ONE, "es", 50.0, "sig"),), bases={"es": by()})
    assert ranking.as_json(alone)["languages"][0]["ahead"] is None


def drawn(found):
    """Title of each bar -> its width."""
    root = ET.fromstring(bars.picture(found))
    return {
        bar.find(f"{SVG}title").text: float(bar.get("width")) for bar in root.iter(f"{SVG}rect") if len(bar)
    }


def test_the_picture_has_a_bar_for_each_language_and_model_as_long_as_its_score():
    widths = drawn(evaluation())
    assert list(widths) == [
        f"{TWO}, es: 52.50",
        f"{ONE}, es: 50.00",
        f"{ONE}, ja: 30.00",
        f"{TWO}, ja: 29.50",
    ]
    first = widths[f"{ONE}, es: 50.00"] / 50.0
    assert all(abs(width / float(title.split(": ")[1]) - first) < 0.01 for title, width in widths.items())


def test_nothing_in_a_name_is_markup():
    found = evaluation(measures=(Measure('x/<script>"&', "es", 50.0, "sig"),), bases={"es": by()})
    assert list(drawn(found)) == ['x/<script>"&, es: 50.00']
    assert "<script" not in bars.picture(found)
