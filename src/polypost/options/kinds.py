"""What the value of an option may look like: one row per kind, from raw text to a checked value.

A kind reads a string (an input, a flag), or what TOML gives (string, list of strings, boolean), and either
returns the value or raises ValueError with a sentence that ends in what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from polypost import languages
from polypost.errors import UsageError
from polypost.gitnames import check_branch
from polypost.markdown.rules import ARGUMENT, KEY
from polypost.models import ALL
from polypost.models.routing import AUTO
from polypost.sites import wrong_with

Raw = str | bool | Sequence[str]
"""What a front or the configuration file gives for one option."""
Value = str | bool | tuple[str, ...]
"""What an option holds; empty means not given."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How the raw value of an option is read and checked."""

    name: str
    """For the tables: `list`, `text`, ..."""
    want: str
    """What to write, as the end of a sentence that starts with `write `."""
    accepts: Callable[[str], str] = lambda _: ""
    """One item -> what is wrong with it, or nothing."""
    many: bool = False
    """A list: items separated by commas or line ends."""
    lines: bool = False
    """Text that may run over several lines."""

    def read(self, raw: Raw) -> Value:
        """The checked value. Raises ValueError: what is wrong, and what to write instead."""
        if isinstance(raw, bool):
            raise ValueError(f"true or false does not fit here. Write {self.want}")  # noqa: TRY004 - one error
        if self.many:
            items = _items(raw)
        elif isinstance(raw, str):
            items = (raw.strip(),)
        else:
            raise ValueError(f"a list does not fit here. Write {self.want}")
        problems = [problem for item in items if (problem := self._problem(item))]
        if problems:
            raise ValueError("; ".join(problems) + f". Write {self.want}")
        return items if self.many else "".join(items)

    def _problem(self, item: str) -> str:
        if not self.lines and any(ord(char) < 32 or ord(char) == 127 for char in item):
            return f"{shown(item)} holds a line end or a control character"
        return self.accepts(item)


class YesNo(Kind):
    """True or false."""

    __slots__ = ()

    def read(self, raw: Raw) -> Value:
        """`true` or `false` in any case, or a boolean of TOML."""
        if isinstance(raw, bool):
            return raw
        word = raw.strip().lower() if isinstance(raw, str) else ""
        if word not in {"true", "false"}:
            raise ValueError(f"{shown(raw)} is neither true nor false. Write {self.want}")
        return word == "true"


class Languages(Kind):
    """Languages, each once: their case says nothing."""

    __slots__ = ()

    def read(self, raw: Raw) -> Value:
        """As they are written first."""
        found: dict[str, str] = {}
        read = Kind.read(self, raw)
        for item in read if isinstance(read, tuple) else ():
            found.setdefault(item.casefold(), item)
        return tuple(found.values())


def _items(raw: str | Sequence[str]) -> tuple[str, ...]:
    """The items of a list, each once, in order; a string is cut at commas and line ends."""
    parts = re.split(r"[,\n]", raw) if isinstance(raw, str) else raw
    return tuple(dict.fromkeys(item for part in parts if (item := part.strip())))


def shown(raw: object) -> str:
    """A raw value as it may stand in a message: quoted, printable, on one line, not endless."""
    text = raw if isinstance(raw, str) else str(raw)
    plain = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return f'"{plain}"' if len(plain) <= 80 else f'"{plain[:77]}..."'


def _like(pattern: str, what: str) -> Callable[[str], str]:
    """A check by regular expression over the whole item."""
    whole = re.compile(pattern)

    def accepts(item: str) -> str:
        return "" if whole.fullmatch(item) else f"{shown(item)} is not {what}"

    return accepts


def _glob(item: str) -> str:
    if "\\" in item or ".." in item.split("/"):
        return f"{shown(item)} leaves the repository, or has a backslash"
    return f"{shown(item)} is a comment or has braces" if item.startswith("#") or "{" in item else ""


def _inside(item: str) -> str:
    outside = item.startswith("/") or "\\" in item or ".." in item.split("/")
    return f"{shown(item)} is no path inside the repository" if outside else ""


def _output(item: str) -> str:
    problem = wrong_with(item)
    return f"{shown(item)}: {problem}" if problem else ""


def _base(item: str) -> str:
    try:
        check_branch(item)
    except UsageError:
        return f"{shown(item)} is not a branch name that polypost accepts"
    return ""


def _branch(item: str) -> str:
    return _base(item.replace("{base}", "base")) and _base(item)


def _language(item: str) -> str:
    if problem := _like(_TAG, "a language tag")(item):
        return f"{problem}: separate tags by commas" if " " in item else problem
    try:
        languages.resolve(item)
    except UsageError:
        near = languages.suggestion(item)
        return f"{shown(item)} is not in polypost's table of languages{f' ({near})' if near else ''}"
    return ""


def _language_or_all(item: str) -> str:
    return "" if item == ALL else _language(item)


def _token(item: str) -> str:
    return "" if re.fullmatch(r"[!-~]+", item) else "it holds a blank, a control or a non-ASCII character"


def choice(*words: str, many: bool = False) -> Kind:
    """One of `words`, or a list of them."""
    quoted = [f"`{word}`" for word in words]
    listed = " or ".join((", ".join(quoted[:-1]), quoted[-1]))
    known = _like("|".join(words), "one of those that polypost knows")
    return Kind("list" if many else "choice", listed, known, many=many)


_TAG = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"
_LOGIN = r"[A-Za-z0-9](-?[A-Za-z0-9])*"

TEXT = Kind("text", "one line of text")
FILE = Kind("file", "a path")
CSV = Kind("file", "the path of a CSV file in the repository, such as `glossary.csv`", _inside)
LINES = Kind("text", "text", lines=True)
LABELS = Kind("list", "labels separated by commas", many=True)
YES_NO = YesNo("true or false", "`true` or `false`")
LANGUAGE = Kind("language", "a BCP 47 tag such as `en` or `pt-BR`", _language)
LANGUAGES = Languages(
    "list",
    "BCP 47 tags such as `es, ja, pt-BR, zh-Hant`, or `all`",
    _language_or_all,
    many=True,
)
GLOBS = Kind(
    "list",
    "patterns as in .gitignore such as `blog/**/*.md`, one per line or separated by commas",
    _glob,
    many=True,
)
KEYS = Kind(
    "list",
    "front matter keys such as `title, description, image.alt`",
    _like(KEY, "a front matter key"),
    many=True,
)
ARGUMENTS = Kind(
    "list",
    "shortcodes and their arguments, by name or by place from 0, such as `figure.caption, note.0`",
    _like(ARGUMENT, "a shortcode's argument"),
    many=True,
)
OUTPUT = Kind(
    "pattern",
    "a path of `{path}` `{dir}` `{name}` `{ext}` `{lang}` such as `{dir}/{name}.{lang}{ext}` or "
    "`i18n/{lang}/{path}`, with `{lang}`, and `{path}` or both `{dir}` and `{name}`",
    _output,
)
_HUB_ID = r"[\w][\w.-]*/[\w][\w.-]*"
MODELS = Kind(
    "list",
    "`auto`, or ids of the Hugging Face Hub such as `facebook/nllb-200-distilled-600M`",
    _like(rf"{AUTO}|{_HUB_ID}", "a model id"),
    many=True,
)
MODELS_FOR = Kind(
    "list",
    "a language and a model such as `ja: facebook/nllb-200-3.3B`, separated by commas",
    _like(rf"{_TAG} *[:=] *{_HUB_ID}", "a language with a model"),
    many=True,
)
REVISION = Kind(
    "text", "a branch, tag or commit of the model", _like(r"[\w][\w./-]*", "a revision of a model")
)
ENDPOINT = Kind(
    "name",
    "the endpoint's name (1 to 63 letters, digits and hyphens), not its ARN",
    _like(r"(?=.{1,63}$)[A-Za-z0-9](-*[A-Za-z0-9])*", "the name of an endpoint"),
)
ROLE = Kind(
    "ARN",
    "a role such as `arn:aws:iam::123456789012:role/PolypostExecution`",
    _like(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", "the ARN of an IAM role"),
)
INSTANCES = Kind(
    "list",
    "SageMaker instance types such as `ml.g4dn.xlarge, ml.m5.xlarge`",
    _like(r"ml\.[a-z0-9-]+\.[a-z0-9]+", "a SageMaker instance type"),
    many=True,
)
COUNT = Kind("number", "a whole number from 1 to 100", _like(r"[1-9]\d?|100", "a whole number from 1 to 100"))
NUMBER = Kind(
    "number", "a whole number over 0 such as `500`", _like(r"[1-9]\d{0,8}", "a whole number over 0")
)
AMOUNT = Kind(
    "number", "a number over 0 such as `5` or `0.50`", _like(r"(?=.*[1-9])\d{1,6}(\.\d+)?", "a number over 0")
)
SUBNETS = Kind(
    "list",
    "ids of subnets such as `subnet-0a1b2c3d`",
    _like(r"subnet-[0-9a-f]+", "the id of a subnet"),
    many=True,
)
SECURITY_GROUPS = Kind(
    "list",
    "ids of security groups such as `sg-0a1b2c3d`",
    _like(r"sg-[0-9a-f]+", "the id of a security group"),
    many=True,
)
KMS_KEY = Kind(
    "text",
    "the id, alias or ARN of a KMS key",
    _like(r"(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:)?(key/|alias/)?[\w/-]+", "a KMS key"),
)
S3_FOLDER = Kind(
    "S3 address",
    "a bucket and a folder of it such as `s3://my-bucket/polypost`",
    _like(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w.=-]+)+/?", "a folder of a bucket"),
)
S3_FILE = Kind(
    "S3 address",
    "the address of an archive such as `s3://my-bucket/model.tar.gz`",
    _like(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[\w./=-]+\.tar\.gz", "the address of a .tar.gz in S3"),
)
IMAGE = Kind(
    "image",
    "the address of an image in Amazon ECR",
    _like(
        r"\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/[\w./-]+(:[\w.-]+|@sha256:[0-9a-f]{64})",
        "an image of ECR",
    ),
)
VARIABLES = Kind(
    "list",
    "variables such as `NAME=value`, one per line or separated by commas",
    _like(r"[A-Za-z_]\w*=.*", "a variable with its value"),
    many=True,
)
REGION = Kind("text", "a region such as `us-east-1`", _like(r"[a-z]{2}(-[a-z]+)+-\d", "an AWS region"))
BASE = Kind("branch", "the name of a branch: letters, digits, `.`, `_`, `-`, `+` and `/`", _base)
BRANCH = Kind(
    "branch",
    "a name of letters, digits, `.`, `_`, `-`, `+` and `/`, with `{base}` where the base branch's name goes",
    _branch,
)
LOGINS = Kind(
    "list",
    "GitHub user names without `@`, separated by commas, `es: alice` for one language only",
    _like(rf"({_TAG}: *)?{_LOGIN}", "a GitHub user name"),
    many=True,
)
TEAMS = Kind(
    "list",
    "team slugs such as `docs-team`, without the organization, separated by commas, `es: docs-team` for one "
    "language only",
    _like(rf"({_TAG}: *)?[\w-]+(\.[\w-]+)*", "a team slug"),
    many=True,
)
SECRET = Kind("secret", "a token", _token, lines=True)
"""`lines` and its own check keep a secret's value out of every message."""
