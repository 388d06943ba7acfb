from __future__ import annotations

import pytest

from polypost import languages, models
from polypost.errors import UsageError
from polypost.models import DEFAULT_MODEL, MODELS, choose, info

NLLB = "facebook/nllb-200-distilled-600M"
M2M = "facebook/m2m100_418M"
MADLAD = "google/madlad400-3b-mt"


@pytest.mark.parametrize(
    ("model", "family", "source", "targets"),
    [
        (DEFAULT_MODEL, "seamless-m4t-v2", "eng", {"es": "spa", "ja": "jpn", "zh-TW": "cmn_Hant"}),
        (NLLB, "nllb-200", "eng_Latn", {"es": "spa_Latn", "ja": "jpn_Jpan", "zh-TW": "zho_Hant"}),
        ("someone/my-NLLB-200-3.3B-ft", "nllb-200", "eng_Latn", {"pt-BR": "por_Latn"}),
        (M2M, "m2m100", "en", {"es": "es", "nb": "no"}),
        (MADLAD, "madlad-400", "<2en>", {"es": "<2es>", "dv": "<2dv>"}),
        ("Helsinki-NLP/opus-mt-en-es", "opus-mt", "", {"es": ""}),
        ("Helsinki-NLP/opus-mt-tc-big-en-pt", "opus-mt", "", {"pt-BR": ""}),
        ("Helsinki-NLP/opus-mt-en-jap", "opus-mt", "", {"ja": ""}),
        ("Helsinki-NLP/opus-mt-en-zh", "opus-mt", "", {"zh": ">>cmn_Hans<<", "zh-TW": ">>cmn_Hant<<"}),
        ("Helsinki-NLP/opus-mt-en-ROMANCE", "opus-mt", "", {"es": ">>es<<", "ro": ">>ro<<"}),
        ("Helsinki-NLP/opus-mt-tc-big-en-cat_oci_spa", "opus-mt", "", {"ca": ">>cat<<", "es": ">>spa<<"}),
    ],
)
def test_a_model_names_its_codes(model, family, source, targets):
    route = choose(model, "en", tuple(targets))
    assert (route.model, route.family.name, route.source) == (model, family, source)
    assert dict(route.targets) == targets
    assert list(route.targets) == list(targets)


@pytest.mark.parametrize(
    ("model", "source", "tags", "says"),
    [
        ("gpt-2", "en", ["es"], "does not know the model 'gpt-2'. It knows: facebook/seamless"),
        (DEFAULT_MODEL, "en", ["es", "eo"], f"eo (Esperanto): models that have it: {NLLB}, {MADLAD}."),
        (
            M2M,
            "en",
            ["zh-Hant"],
            f"zh-Hant (Chinese (Traditional)): models that have it: {DEFAULT_MODEL}, {NLLB}.",
        ),
        ("Helsinki-NLP/opus-mt-en-fr", "en", ["es"], "Helsinki-NLP/opus-mt-en-es."),
        ("Helsinki-NLP/opus-mt-en-fr", "de", ["fr"], "does not translate from de (German)"),
        ("Helsinki-NLP/opus-mt-en-mul", "en", ["es"], "does not tell polypost which languages"),
        ("Helsinki-NLP/opus-mt-en-zle", "en", ["uk"], "does not tell polypost which languages"),
        (DEFAULT_MODEL, "en", ["klingon"], "'klingon' is not in polypost's table"),
        (DEFAULT_MODEL, "tlh", ["es"], "'tlh' is not in polypost's table"),
        (DEFAULT_MODEL, "eo", ["es"], "does not translate from eo (Esperanto)"),
        (DEFAULT_MODEL, "en", ["en"], "no language to translate into besides en"),
        (DEFAULT_MODEL, "en", [], "no language to translate into besides en"),
        (DEFAULT_MODEL, "en", ["es", "en-GB"], "Remove en-GB from the languages"),
        (DEFAULT_MODEL, "en", ["all", "es"], "give it alone"),
    ],
)
def test_what_a_model_lacks_is_refused(model, source, tags, says):
    with pytest.raises(UsageError) as caught:
        choose(model, source, tags)
    assert says in str(caught.value)


def test_the_source_language_is_dropped_from_the_targets():
    assert dict(choose(DEFAULT_MODEL, "en", ["en", "es"]).targets) == {"es": "spa"}
    assert dict(choose(DEFAULT_MODEL, "en-US", ["en", "es"]).targets) == {"es": "spa"}


@pytest.mark.parametrize(("model", "count"), [(DEFAULT_MODEL, 97), (NLLB, 201), (M2M, 99), (MADLAD, 163)])
def test_all_is_every_language_of_the_model_but_the_source(model, count):
    route = choose(model, "en", ("all",))
    column = {row.tag for row in languages.known() if row.tag in route.targets}
    assert set(route.targets) == column
    assert "en" not in route.targets
    assert len(set(route.targets.values())) == len(route.targets)
    assert len(route.targets) == count


def test_all_of_a_pair_is_its_one_target():
    assert dict(choose("Helsinki-NLP/opus-mt-en-es", "en", ("all",)).targets) == {"es": ""}


def test_a_licence_that_forbids_commercial_use_is_told():
    told = info(choose(DEFAULT_MODEL, "en", ["es"]))
    assert (told.name, told.licence) == (DEFAULT_MODEL, "CC-BY-NC-4.0")
    assert "may not be used commercially" in told.notice
    assert "facebook/m2m100_1.2B" in told.notice, "as the README recommends"
    assert info(choose(M2M, "en", ["es"])).notice == ""


def test_each_known_id_belongs_to_its_own_family_only():
    for family in MODELS.values():
        for name in family.sizes:
            assert [other.name for other in MODELS.values() if other.pattern.search(name)] == [family.name]


def test_the_licences_of_several_are_told_in_one():
    seamless, m2m, nllb = (
        choose(model, "en", ("es",))
        for model in ("facebook/seamless-m4t-v2-large", "facebook/m2m100_418M", "facebook/nllb-200-3.3B")
    )
    both = models.infos((seamless, m2m))
    assert both.name == "facebook/seamless-m4t-v2-large, facebook/m2m100_418M"
    assert both.licence == "facebook/seamless-m4t-v2-large: CC-BY-NC-4.0; facebook/m2m100_418M: MIT"
    assert both.notice.startswith("Translations by facebook/seamless-m4t-v2-large (CC-BY-NC-4.0) may not")
    assert models.infos((seamless, nllb)).licence == "CC-BY-NC-4.0"
    assert models.infos((seamless,)) == models.info(seamless)
    assert models.infos((m2m,)).notice == ""
