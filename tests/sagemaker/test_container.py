"""What answers here is the real inference toolkit, with tiny models of the real architectures."""

from __future__ import annotations

import pytest

from polypost.errors import ServiceError
from polypost.models import DEFAULT_MODEL
from standins.container import MODELS, Container, broken, shared

pytestmark = pytest.mark.container

NLLB = "facebook/nllb-200-distilled-600M"

SENTENCES = [
    "Hi.",
    "This is a test of the whole thing, with XENT1X in it.",
    "A blog post has a title, a date and some text; most have pictures too.",
    "You can try it yourself in about ten minutes.",
    "It works!",
]


@pytest.mark.parametrize(("model", "family"), [(DEFAULT_MODEL, "seamless"), (NLLB, "nllb")])
@pytest.mark.parametrize(("language", "marker"), [("es", "spa"), ("ja", "jpn")])
def test_sentences_come_back_in_order(aws, opened, model, family, language, marker):
    aws.backend = shared(family).url
    with opened(("es", "ja"), model=model) as translator:
        replies = list(translator.translate({language: SENTENCES}))
    assert {reply.sentence: reply.answer for reply in replies} == {
        sentence: f"{marker} {sentence}" for sentence in SENTENCES
    }
    assert len(replies) == len(SENTENCES)
    assert aws.left() == []


def test_a_container_whose_weights_cannot_load_is_found_out(aws, opened, tmp_path):
    with Container(broken(MODELS / "nllb", tmp_path)) as container:
        aws.backend = container.url
        with (
            pytest.raises(ServiceError, match=r"its model does not translate; the container says: .{10}"),
            opened(model=NLLB),
        ):
            pass
    assert aws.left() == []


def test_codes_of_another_family_make_the_probe_warn(aws, opened, endpoint, console):
    """NLLB does not know `spa`, and answers 200 without translating."""
    aws.backend = shared("nllb").url
    with opened(endpoint_name=endpoint("blog"), model=DEFAULT_MODEL) as translator:
        (reply,) = translator.translate({"es": ["It works!"]})
        assert reply.answer != "spa It works!"
    assert "Is its model really facebook/seamless-m4t-v2-large?" in console
