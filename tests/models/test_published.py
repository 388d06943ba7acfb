"""Published metrics become scores, and a run reads them; what can't be read is refused with what there is."""

import io
import zipfile

import pytest
from click.testing import CliRunner

from polypost.cli import app
from polypost.errors import UsageError
from polypost.fronts.scorefile import own
from polypost.models import published
from polypost.models.routing import Wishes, route
from polypost.models.scores import FILE

SEAMLESS, NLLB = "facebook/seamless-m4t-v2-large", "facebook/nllb-200-3.3B"
METRICS = "eng_Latn-kin_Latn,44\neng_Latn-ary_Arab,36.1\nary_Arab-eng_Latn,51.3\neng_Latn-xxx_Latn,1\n"


def zipped(**members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_csv", ".csv").replace("_tsv", ".tsv"), text)
    return content.getvalue()


def triples(content, name="metrics.csv"):
    return [(s.origin, s.language, s.value) for s in published.scores(content, name, NLLB)]


@pytest.mark.parametrize(
    "text",
    [
        METRICS,
        "direction,chrF++\n" + METRICS,
        METRICS.replace(",", "\t"),
        # The largest model's has two columns more; the header may name them in any order.
        "".join(f"{line},23.1,28.8\n" for line in METRICS.splitlines()),
        "direction,spBLEU,chrf++\n" + "".join(line.replace(",", ",9.9,") + "\n" for line in METRICS.split()),
    ],
)
def test_the_csv_of_nllb(text):
    assert triples(text.encode()) == [("en", "rw", 44.0), ("en", "ary", 36.1), ("ary", "en", 51.3)]


def test_the_zip_of_seamless_in_whatever_tables_of_text_it_has():
    content = zipped(
        metrics__t2tt_flores_csv="src_lang,tgt_lang,BLEU,chrF++\neng,spa,20,54.1\neng,cmn_Hant,8,21.5\n",
        metrics__more_tsv="direction\tchrF2++\narb-eng\t60\n",
        metrics__s2tt_csv="direction,chrF++\neng-fra,11\n",
        metrics__bleu_csv="direction,BLEU\neng-deu,33\n",
    )
    assert triples(content, "x.zip") == [("en", "es", 54.1), ("en", "zh-Hant", 21.5), ("ar", "en", 60.0)]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a,b\n1,2\n", r"holds no chrF\+\+ that polypost can read.*Found: x: 'a,b'"),
        (zipped(bleu_csv="direction,BLEU\neng-deu,33\n"), r"Found: bleu.csv: 'direction,BLEU'"),
        (zipped(), "Found: nothing"),
        (b"\xff\xfe\x00", "is no text in UTF-8, and no zip"),
        (b"", r"holds no chrF\+\+"),
        (b"eng_Latn-spa_Latn,130\n", r"holds no chrF\+\+"),
    ],
)
def test_what_holds_no_scores_is_refused(content, told):
    with pytest.raises(UsageError, match=told):
        published.scores(content, "x", NLLB)


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/home/me/seamlessM4T_large_v2.zip", SEAMLESS),
        ("nllb_200_dense_3b/metrics.csv", NLLB),
        ("nllb_200_dense_distill_600m.csv", "facebook/nllb-200-distilled-600M"),
        ("metrics.csv", ""),
    ],
)
def test_names_tell_the_model(path, model):
    assert published.model_of(path) == model


def test_the_command_writes_what_later_runs_read(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    (tmp_path / "metrics.csv").write_text(METRICS)
    (tmp_path / "seamlessM4T_large_v2.zip").write_bytes(
        zipped(t2tt_csv="direction,chrF++\neng-ary,34\neng-spa,50\n")
    )
    monkeypatch.chdir(tmp_path)

    def scores(*files):
        return CliRunner().invoke(app, ["scores", "import", *files], standalone_mode=False)

    refused = scores("metrics.csv", "seamlessM4T_large_v2.zip")
    assert "facebook/nllb-200-3.3B=metrics.csv" in str(refused.exception)
    absent = scores("metrics.zip")
    assert "metrics.zip can't be read: No such file" in str(absent.exception)
    assert own(tmp_path) == ()
    for _ in range(2):
        done = scores(f"{NLLB}=metrics.csv", "seamlessM4T_large_v2.zip")
        assert done.return_value == 0, done.exception
        assert f"{NLLB}: chrF++ of 3 directions" in done.output
    assert len(own(tmp_path)) == 5
    choice = route(Wishes((SEAMLESS, NLLB), "en", scores=own(tmp_path)), ("ary",)).choices["ary"]
    assert (choice.model, choice.why) == (NLLB, f"36.1 chrF++, {SEAMLESS} 34 ({published.SOURCE})")

    (tmp_path / FILE).write_text("nonsense")
    with pytest.raises(UsageError, match=r"scores\.csv has no column model"):
        own(tmp_path)
