"""Make the tiny models under tests/fixtures/models: python make_models.py FOLDER (in the container's venv).

They are models of the real architectures (NLLB-200 is M2M100, SeamlessM4T v2 its text half) with real
SentencePiece tokenizers, and they do one checkable thing in every language: the target's code, then a copy.

    "Hello world." in spa  ->  "spa Hello world."

## How a transformer copies, without training

Training a copier for a minute on two cores gives something that is right most of the time and for short
texts. But copying is so regular that the weights can be written down, and then it is exact at any length:

1. An embedding is 128 numbers. The positions' sine waves are added to all of them, so tokens only use what
   the fastest 19 waves don't need: each token gets a code of +-8 in 56 of these numbers, zero elsewhere;
   language tokens get theirs in 32 others. The encoder's layer adds nothing, so what it gives is just
   "token here, position there".
2. The decoder's cross-attention compares waves only: the query at step t is largest where the encoder's
   position is t - 1 (the keys are turned by one step, which is a rotation of each sine and cosine pair).
   It fetches that token's code, loudly enough to drown what the decoder itself stands on.
3. The output layer is tied to the embeddings, so the code that was fetched names its token: the next one of
   the source, and at its end `</s>`, which ends the sentence.
4. At step 1 the decoder stands on the language that was forced, and the step fetches nothing (the source's
   language token has no code in the 56). The feed-forward layer has one unit per language for this: it
   knows the language token and answers with the code of that language's marker.

An unknown language gives a copy without marker: 200 and no translation, as a real model gives garbage.
"""

from __future__ import annotations

import io
import json
import math
import pydoc_data.topics
import random
import shutil
import sys
import tempfile
from pathlib import Path

import sentencepiece
import tokenizers
import torch
import transformers
from sentencepiece import sentencepiece_model_pb2

SEED = 20
WIDTH, WAVES, CODE, LANGUAGE = 128, 19, 56, 32
LOUD = 8.0
"""Size of a code's numbers after the embedding's scale; the waves are between -1 and 1."""
SHARP = 66.0
"""Gain of queries and keys: the right position is ahead of its neighbours by about e^25."""
FETCHED = 26.0
"""Gain of what attention fetches: 5 times as loud as the token that the decoder stands on."""
PIECES = 2000
SEAMLESS = """
    afr amh arb ary arz asm azj bel ben bos bul cat ceb ces ckb cmn cmn_Hant cym dan deu ell eng est eus
    fin fra fuv gaz gle glg guj heb hin hrv hun hye ibo ind isl ita jav jpn kan kat kaz khk khm kir kor
    lao lit lug luo lvs mai mal mar mkd mlt mni mya nld nno nob npi nya ory pan pbt pes pol por ron rus
    sat slk slv sna snd som spa srp swe swh tam tel tgk tgl tha tur ukr urd uzn vie yor yue zlm zul
""".split()  # noqa: SIM905 - a list of 98 lines says less
"""The languages that SeamlessM4T v2 writes; its Malay is `zlm`."""
CHARACTERS = (
    "".join(map(chr, [*range(0x20, 0x7F), *range(0xA1, 0x180)]))
    + "‐‑–—‘’“”„†•…‹›€™←→↑↓−×✓、。「」『』（）！？：；，．・ー"
)
EXTRA_SENTENCES = (
    "The term XENT1X stands for the first, XENT2X for the second and XENT12X for the twelfth.",
    "Give XITEMX and YITEMY to ZZCIT1ZZ and zqv7k to __PH1__ in 2931.",
)


def languages(family: str) -> list[str]:
    """The model codes of a family, in the order of its tokenizer."""
    if family == "nllb":
        from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES

        return list(FAIRSEQ_LANGUAGE_CODES)
    return SEAMLESS


def marker(code: str) -> str:
    """The piece that says a language: `▁spa` for `spa_Latn`."""
    return "▁" + code.partition("_")[0]


def sentence_pieces(codes: list[str], path: Path) -> None:
    """Train SentencePiece on the text of Python's manual; add the languages' markers, never chosen."""
    prose = [line.strip() for topic in pydoc_data.topics.topics.values() for line in topic.splitlines()]
    lines = [line for line in prose if len(line) > 20] + list(EXTRA_SENTENCES) * 40
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_writer=model,
        vocab_size=PIECES,
        model_type="unigram",
        required_chars=CHARACTERS.replace(" ", ""),
        byte_fallback=True,
        normalization_rule_name="identity",
        unk_id=0,
        bos_id=1,
        eos_id=2,
        pad_id=-1,
        minloglevel=2,
        num_threads=1,
    )
    proto = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue())
    known = {piece.piece for piece in proto.pieces}
    for piece in dict.fromkeys(map(marker, codes)):
        if piece not in known:
            proto.pieces.add(piece=piece, score=-1000.0)
    path.write_bytes(proto.SerializeToString())


def tokenizer(family: str, pieces: Path, codes: list[str]):
    """The fast tokenizer, as `pipeline` loads it; transformers' converter forgets the bytes."""
    if family == "nllb":
        fast = transformers.NllbTokenizerFast(str(pieces), src_lang="eng_Latn", tgt_lang="fra_Latn")
    else:
        special = [f"__{code}__" for code in codes]
        fast = transformers.SeamlessM4TTokenizerFast(
            str(pieces), src_lang="eng", tgt_lang="fra", additional_special_tokens=special
        )
    state = json.loads(fast.backend_tokenizer.to_str())
    state["model"]["byte_fallback"] = True
    state["decoder"] = {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, state["decoder"]]}
    fast._tokenizer = tokenizers.Tokenizer.from_str(json.dumps(state))
    return fast


def empty_model(family: str, size: int, codes: list[str], ids: list[int]):
    """A model of one encoder and one decoder layer, with the settings of the real one where they matter."""
    common = {
        "vocab_size": size,
        "encoder_layers": 1,
        "decoder_layers": 1,
        "encoder_attention_heads": 1,
        "decoder_attention_heads": 1,
        "encoder_ffn_dim": 8,
        "decoder_ffn_dim": len(codes),
        "scale_embedding": True,
    }
    if family == "nllb":
        special = {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "decoder_start_token_id": 2}
        config = transformers.M2M100Config(
            **common, **special, d_model=WIDTH, max_position_embeddings=1024, tokenizer_class="NllbTokenizer"
        )
        model = transformers.M2M100ForConditionalGeneration(config)
        model.generation_config = transformers.GenerationConfig(**special, max_length=200)
        return model
    special = {"pad_token_id": 0, "bos_token_id": 2, "eos_token_id": 3, "decoder_start_token_id": 3}
    config = transformers.SeamlessM4Tv2Config(
        **common, **special, hidden_size=WIDTH, max_position_embeddings=4096, activation_function="relu"
    )
    model = transformers.SeamlessM4Tv2ForTextToText(config)
    model.generation_config = transformers.GenerationConfig(**special, max_new_tokens=256)
    model.generation_config.text_decoder_lang_to_code_id = dict(zip(codes, ids, strict=True))
    return model


def spread(count: int, length: int, apart: int, rng: random.Random) -> torch.Tensor:
    """`count` rows of as many +1 as -1, each pair differing in at least `apart` places."""
    rows = torch.empty(0, length)
    row = [1.0] * (length // 2) + [-1.0] * (length // 2)
    while len(rows) < count:
        rng.shuffle(row)
        candidate = torch.tensor([row])
        if not len(rows) or (length - rows @ candidate.T).min() / 2 >= apart:
            rows = torch.cat([rows, candidate])
    return rows


def teach(model, family: str, ids: list[int], markers: list[int]) -> None:
    """Write the weights of the module's text; `ids` are the language tokens, `markers` their answers."""
    encoder, decoder = model.get_encoder().layers[0], model.get_decoder().layers[0]
    if family == "nllb":
        cross, feeds = decoder.encoder_attn, [(encoder.fc1, encoder.fc2), (decoder.fc1, decoder.fc2)]
    else:
        cross = decoder.cross_attention
        feeds = [(layer.ffn.fc1, layer.ffn.fc2) for layer in (encoder, decoder)]
    rng = random.Random(SEED)
    half = WIDTH // 2
    waves = [*range(WAVES), *range(half, half + WAVES)]
    zero = half - 1  # the slowest sine stays under 0.1 for a thousand positions
    free = [place for place in range(WIDTH) if place not in {*waves, zero}]
    rng.shuffle(free)
    code, language = torch.tensor(free[:CODE]), torch.tensor(free[CODE : CODE + LANGUAGE])

    table = model.get_input_embeddings().weight
    codes = spread(len(table), CODE, 10, rng)
    names = spread(len(ids), LANGUAGE, 8, rng)
    louder = LOUD * math.sqrt(CODE / LANGUAGE)  # the same norm, so that layer norms treat all alike
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" not in name:
                weight.zero_()
        table[:, code] = codes * LOUD / math.sqrt(WIDTH)
        table[model.config.pad_token_id] = 0
        for token, name in zip(ids, names, strict=True):
            table[token] = 0
            table[token, language] = name * louder / math.sqrt(WIDTH)

        for wave in range(WAVES):
            step = math.exp(-wave * math.log(10000) / (half - 1))
            sine, cosine = wave, half + wave
            cross.q_proj.weight[sine, sine] = cross.q_proj.weight[cosine, cosine] = SHARP
            cross.k_proj.weight[sine, sine] = cross.k_proj.weight[cosine, cosine] = SHARP * math.cos(step)
            cross.k_proj.weight[sine, cosine] = SHARP * math.sin(step)
            cross.k_proj.weight[cosine, sine] = -SHARP * math.sin(step)
        for turn in (cross.q_proj, cross.k_proj):
            # Layer norms subtract a mean that drifts with the position; the place that is zero shows it.
            turn.weight[:, zero] = -turn.weight.sum(dim=1)
        cross.v_proj.weight[code, code] = FETCHED
        cross.out_proj.weight[code, code] = 1.0

        knows, says = feeds[1]
        # A language token that the decoder stands on scores about 50, another language at most half.
        knows.weight[:, language] = names
        knows.bias.fill_(-40.0)
        says.weight[code] = codes[markers].T * 50.0


def make(family: str, folder: Path) -> None:
    """Write one family's model, tokenizer and processor to `folder`, as the hub has them."""
    codes = languages(family)
    with tempfile.TemporaryDirectory() as scratch:
        pieces = Path(scratch) / "sentencepiece.bpe.model"
        sentence_pieces(codes, pieces)
        tokens = tokenizer(family, pieces, codes)
        tokens.save_pretrained(folder)
    wrap = "{}" if family == "nllb" else "__{}__"
    ids = tokens.convert_tokens_to_ids([wrap.format(code) for code in codes])
    model = empty_model(family, len(tokens), codes, ids)
    teach(model, family, ids, tokens.convert_tokens_to_ids([marker(code) for code in codes]))
    model.half().save_pretrained(folder)
    if family == "seamless":
        sound = transformers.SeamlessM4TFeatureExtractor()
        transformers.SeamlessM4TProcessor(sound, tokens).save_pretrained(folder)
        config = json.loads((folder / "config.json").read_text())
        config["architectures"] = ["SeamlessM4Tv2Model"]  # as the hub's, which holds the speech half too
        (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    torch.manual_seed(SEED)
    for family in ("nllb", "seamless"):
        target = Path(sys.argv[1]) / family
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        make(family, target)
