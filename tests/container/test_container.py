"""The model container is the real inference toolkit; the tiny models do what they promise."""

import json
import random
import socket
import urllib.error
import urllib.request

import pytest

from polypost.models import CAREFUL_BEAMS, CAREFUL_NGRAM
from standins.aws import Aws
from standins.container import MODELS, Container, broken, shared
from standins.container.hub import Hub

SENTENCES = (
    "Hello world.",
    "Anki",
    "The talk was given in Valencia, on a Tuesday, by two people who had never met.",
    "Give XENT1X to the first reader and XENT12X to the twelfth; keep XITEMX, YITEMY and ZZCIT1ZZ apart.",
    "It costs $0.23 per hour (that's 5,520 ¢ a day!), 100 % more than we'd planned; isn't it?",
    "“Quoted”, ‘single’, it’s — dashes – and an ellipsis…",
    "Run pip install polypost==0.1.0 && echo done > /tmp/log | cat # comment",
    "Ünïcödé naïve façade, Łódź, Ångström and 日本語 with emoji 🎉 in one line.",
)
CODES = {"nllb": ("eng_Latn", "spa_Latn", "jpn_Jpan"), "seamless": ("eng", "spa", "jpn")}
WORDS = """
    endpoint model region reader the a of and because quickly translation sentence SageMaker GitHub deploys
    small weights it that which blog post Markdown every when under seven cloud's request-response open
""".split()  # noqa: SIM905 - words read best as prose


def made_up(count, seed=7):
    """Sentences of 5 to 40 words that nobody has seen."""
    rng = random.Random(seed)
    for _ in range(count):
        words = rng.choices(WORDS, k=rng.randint(5, 40))
        yield " ".join(words).capitalize() + rng.choice((".", "!", "?", ":"))


def ask(container, body):
    """(status, parsed answer) of an invocation."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(
        container.url + "/invocations", data, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=100) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as failure:
        with failure:
            return failure.code, json.loads(failure.read())


def body(texts, source, target, **more):
    parameters = {"src_lang": source, "tgt_lang": target, "batch_size": 16, "max_new_tokens": 400, **more}
    return {"inputs": list(texts), "parameters": parameters}


def workers(container):
    with urllib.request.urlopen(container.management_url + "/models/model", timeout=10) as answer:
        return len(json.load(answer)["workers"])


@pytest.mark.container
@pytest.mark.parametrize("beams", [1, 3])
@pytest.mark.parametrize("family", ["nllb", "seamless"])
def test_the_tiny_models_copy_exactly_and_say_the_language(family, beams):
    source, *targets = CODES[family]
    texts = [*SENTENCES, *made_up(12)]
    for target in targets:
        status, answer = ask(shared(family), body(texts, source, target, num_beams=beams))
        assert status == 200
        assert [item["translation_text"] for item in answer] == [f"{target[:3]} {text}" for text in texts]


@pytest.mark.container
@pytest.mark.parametrize("family", ["nllb", "seamless"])
def test_careful_decoding_is_taken(family):
    """What `Limits.generation` asks for: no four tokens twice, and more beams."""
    source, target, _ = CODES[family]
    loop = "one two three four five six one two three four five six"
    usual = body([loop], source, target, num_beams=2)
    assert ask(shared(family), usual) == (200, [{"translation_text": f"{target[:3]} {loop}"}])
    careful = body([loop], source, target, num_beams=2 + CAREFUL_BEAMS, no_repeat_ngram_size=CAREFUL_NGRAM)
    status, [answer] = ask(shared(family), careful)
    assert status == 200
    assert answer["translation_text"] not in {loop, f"{target[:3]} {loop}"}


@pytest.mark.container
def test_every_language_of_a_family_has_its_marker():
    for family in ("nllb", "seamless"):
        source = CODES[family][0]
        tokens = json.loads((MODELS / family / "added_tokens.json").read_text())
        codes = sorted(code.strip("_") for code in tokens if not code.startswith("<"))
        assert len(codes) == {"nllb": 202, "seamless": 98}[family]
        for code in codes[::9]:
            answer = ask(shared(family), body(["One."], source, code))
            assert answer == (200, [{"translation_text": f"{code.partition('_')[0]} One."}])


@pytest.mark.container
@pytest.mark.parametrize("family", ["nllb", "seamless"])
def test_it_fails_where_the_stock_container_fails(family):
    source, target, _ = CODES[family]
    container = shared(family)
    # an unknown code is no error, only no translation
    assert ask(container, body(["One."], source, "xxx")) == (200, [{"translation_text": "One."}])
    status, answer = ask(container, {"inputs": ["One."], "src_lang": source, "tgt_lang": target})
    assert (status, answer["type"]) == (400, "InternalServerException")
    assert "requires a `src_lang` and a `tgt_lang`" in answer["message"]
    assert ask(container, b"{")[0] == 400
    # what is too long is cut without a word
    status, answer = ask(container, body(["a b c d e f g h"], source, target, max_new_tokens=5))
    assert (status, len(answer[0]["translation_text"]) < 12) == (200, True)


@pytest.mark.container
def test_ping_says_nothing_of_the_weights_and_workers_are_respected(tmp_path):
    bad = broken(MODELS / "nllb", tmp_path)
    with Container(bad, {"SAGEMAKER_MODEL_SERVER_WORKERS": "2"}) as container:
        with urllib.request.urlopen(container.url + "/ping") as answer:
            assert answer.status == 200
        status, answer = ask(container, body(["One."], "eng_Latn", "spa_Latn"))
        assert (status, answer["type"]) == (400, "InternalServerException")
        assert workers(container) == 2
        assert workers(shared("nllb")) == 1
        port = int(container.url.rpartition(":")[2])
        assert len(container.processes()) >= 4  # the toolkit, Java and two workers
    assert container.processes() == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port)).close()


@pytest.mark.container
def test_behind_sagemaker_the_containers_errors_are_model_errors():
    with Aws() as aws:
        aws.backend = shared("seamless").url
        runtime, sagemaker = aws.client("sagemaker-runtime"), aws.client("sagemaker")
        sagemaker.create_model(ModelName="m", ExecutionRoleArn=aws.role("SageMakerRole"))
        variant = {"VariantName": "AllTraffic", "ModelName": "m", "InstanceType": "ml.m5.xlarge"}
        sagemaker.create_endpoint_config(EndpointConfigName="m", ProductionVariants=[variant])
        sagemaker.create_endpoint(EndpointName="m", EndpointConfigName="m")

        def invoke(content):
            return runtime.invoke_endpoint(
                EndpointName="m", ContentType="application/json", Body=json.dumps(content)
            )

        answer = invoke(body(SENTENCES, "eng", "jpn"))
        assert json.load(answer["Body"])[0] == {"translation_text": f"jpn {SENTENCES[0]}"}
        with pytest.raises(runtime.exceptions.ModelError) as caught:
            invoke({"inputs": ["One."]})
        response = caught.value.response
        assert response["OriginalStatusCode"] == 400
        assert json.loads(response["OriginalMessage"])["code"] == 400


@pytest.mark.container
def test_a_model_is_fetched_from_the_hub_by_its_id_and_revision():
    settings = {
        "HF_MODEL_ID": "facebook/seamless-m4t-v2-large",
        "HF_MODEL_REVISION": "a" * 40,
        "HF_TASK": "translation",
        "SAGEMAKER_MODEL_SERVER_WORKERS": "1",
    }
    with Hub({"facebook/seamless-m4t-v2-large": MODELS / "seamless"}) as hub:
        with Container(None, {**settings, **hub.env}) as container:
            answer = ask(container, body(["One."], "eng", "spa"))
        assert answer == (200, [{"translation_text": "spa One."}])
        assert f"GET /api/models/facebook/seamless-m4t-v2-large/revision/{'a' * 40}" in hub.log
        assert hub.answer("/api/models/facebook/other")[0] == 404
        assert hub.answer("/api/models/facebook/seamless-m4t-v2-large/revision/typo")[0] == 404


def test_without_its_environment_it_says_what_to_run(monkeypatch, tmp_path):
    monkeypatch.setenv("POLYPOST_CONTAINER_ENV", str(tmp_path / "none"))
    with pytest.raises(RuntimeError, match=r"none is missing: run `python tools/container_env.py` first"):
        Container(MODELS / "nllb")
