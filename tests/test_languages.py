from __future__ import annotations

import pytest

from polypost import languages
from polypost.errors import UsageError


@pytest.mark.parametrize(
    ("tag", "seamless", "nllb"),
    [
        ("es", "spa", "spa_Latn"),
        ("ES", "spa", "spa_Latn"),
        ("spa", "spa", "spa_Latn"),
        ("es-MX", "spa", "spa_Latn"),
        ("ja", "jpn", "jpn_Jpan"),
        ("pt-BR", "por", "por_Latn"),
        ("pt_PT", "por", "por_Latn"),
        ("zh", "cmn", "zho_Hans"),
        ("zh-Hans", "cmn", "zho_Hans"),
        ("zh-TW", "cmn_Hant", "zho_Hant"),
        ("zh-HK", "cmn_Hant", "zho_Hant"),
        ("ms", "zlm", "zsm_Latn"),
        ("sr", "srp", "srp_Cyrl"),
        ("sr-Cyrl-RS", "srp", "srp_Cyrl"),
        ("iw", "heb", "heb_Hebr"),
        ("tl", "tgl", "tgl_Latn"),
        ("fa", "pes", "pes_Arab"),
        ("fa-AF", None, "prs_Arab"),
        ("nb", "nob", "nob_Latn"),
    ],
)
def test_a_tag_is_matched_by_language_script_and_region(tag, seamless, nllb):
    language = languages.resolve(tag)
    assert language.tag == tag
    assert language.codes.get("seamless") == seamless
    assert language.codes.get("nllb") == nllb


@pytest.mark.parametrize(
    ("tag", "hint"),
    [
        ("sr-Latn", "Did you mean sr (Serbian)?"),
        ("az-Cyrl", "Did you mean az (Azerbaijani)?"),
        ("jp", "Did you mean ja (Japanese)?"),
        ("cz", "Did you mean cs (Czech)?"),
        ("cn", "Did you mean zh-Hans (Chinese (Simplified))?"),
        ("cmn", "Did you mean zh-Hans (Chinese (Simplified))?"),
        ("cmn_Hant", "Did you mean zh-Hant (Chinese (Traditional))?"),
        ("arb", "Did you mean ar (Arabic)?"),
        ("spanish", "Did you mean es (Spanish)?"),
        ("Español", "Did you mean es (Spanish)?"),
        ("japanse", "Did you mean ja (Japanese)?"),
        ("xx", "not in polypost's table. Languages are"),
        ("und", "not in polypost's table"),
        ("", "not in polypost's table. Languages are"),
        ("../es", "not in polypost's table"),
        ("es;rm -rf", "not in polypost's table"),
        ("all", "not in polypost's table"),
    ],
)
def test_an_unknown_tag_is_refused_with_a_hint(tag, hint):
    with pytest.raises(UsageError) as caught:
        languages.resolve(tag)
    assert hint in str(caught.value)


def test_every_row_resolves_to_itself():
    rows = languages.known()
    assert len(rows) == 213
    for row in rows:
        assert languages.resolve(row.tag) == row


def test_codes_are_unique_within_each_model_but_for_norwegian():
    for column in ("seamless", "nllb", "m2m100", "madlad"):
        codes = [row.codes[column] for row in languages.known() if column in row.codes]
        assert sorted({code for code in codes if codes.count(code) > 1}) in ([], ["no"], ["<2no>"])


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["es", "ja", "zh-Hant"], []),
        (["fa-AF"], []),
        (["pt-BR", "es"], ["without regions: pt-BR may read"]),
        (["pt-BR", "pt-PT"], ["pt-BR and pt-PT are one language to the models (pt)"]),
        (["pt", "pt-BR", "pt-PT"], ["pt, pt-BR and pt-PT are one language"]),
    ],
)
def test_regions_that_models_do_not_tell_apart_are_told(tags, expected):
    told = languages.warnings(tags)
    assert len(told) == len(expected)
    assert all(part in text for part, text in zip(expected, told, strict=True))


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("ja", False),
        ("zh", False),
        ("zh-TW", False),
        ("yue", False),
        ("ko", True),
        ("es", True),
        ("th", True),
    ],
)
def test_some_scripts_have_no_space_between_clauses(tag, expected):
    assert languages.spaced(tag) is expected
