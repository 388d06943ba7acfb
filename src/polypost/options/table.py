"""The one table of options: a field of `Options` is one option, and its metadata is the option's row.

`action.yml`, `composite/action.yml`, the flags of the command line and the tables of README.md come from it
(tools/generate.py, flags.py).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from polypost.markdown.dialects import DIALECTS
from polypost.markdown.rules import EXTRAS
from polypost.models import DEFAULT_MODEL
from polypost.options import kinds
from polypost.options.kinds import Kind, Value
from polypost.plan.discover import EVERY_POST
from polypost.sites import AUTO
from polypost.sites import ROWS as LAYOUTS

ACTION, TRANSLATE, CHECK, EVALUATE = "action", "translate", "check", "evaluate"
"""The fronts: the GitHub Action, and the commands that look at posts."""
EVERYWHERE = (ACTION, TRANSLATE, CHECK, EVALUATE)
WRITES = (ACTION, TRANSLATE, CHECK)
"""Those that are about localizations as they are to be written."""
RUNS = (ACTION, TRANSLATE)
PULL_REQUEST = (ACTION,)
UP, ENDPOINT, DOCTOR = "endpoint up", "endpoint", "doctor"
"""More fronts: the commands that deploy, that look after what is deployed, and that look at the account."""
TERMS = "terms"
"""The one that only looks at the posts."""
POSTS = (*EVERYWHERE, TERMS)
DEPLOYS = (ACTION, TRANSLATE, EVALUATE, UP, DOCTOR)
ACCOUNT = (*DEPLOYS, ENDPOINT)

_SECRET_LENGTH = 8
"""Shorter values of `environment` are settings such as `600`, which stand in many a text."""


@dataclass(frozen=True, slots=True)
class Row:
    """One option, as the fronts and the generated files see it."""

    kind: Kind
    help: str
    """What it does, in Markdown: action.yml, `--help` and README.md show it."""
    fronts: tuple[str, ...] = EVERYWHERE
    flag: str = ""
    """The command line's flag, where it is not `--` and the name; `PATH` for the arguments without a flag."""
    action_default: str = ""
    """What action.yml says instead of the default: an expression of the workflow."""
    shown_default: str = ""
    """How README.md tells a default that is worked out at run time."""
    required: bool = False
    secret: bool = False
    in_file: bool = True
    """Whether `.polypost.toml` may set it."""
    name: str = ""
    """Kebab-case: the input's name and the key in the file. Comes from the field."""
    default: Value = ""
    """Comes from the field."""

    def given_as(self, front: str) -> str:
        """How a user of `front` names this option."""
        return f"input `{self.name}`" if front == ACTION else f"`{self.flag}`"


def _option(default: Value, row: Row) -> Any:
    return field(default=default, repr=not row.secret, metadata={"row": row})


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What the user wants; an empty string or tuple means not given."""

    languages: tuple[str, ...] = _option(
        (),
        Row(
            kinds.LANGUAGES,
            "Languages to localize into: BCP 47 tags such as `es, ja, pt-BR`, or `all` that the model has.",
            flag="--to",
            required=True,
        ),
    )
    source_language: str = _option(
        "en", Row(kinds.LANGUAGE, "Language that the posts are written in.", POSTS, flag="--from")
    )
    paths: tuple[str, ...] = _option(
        EVERY_POST,
        Row(
            kinds.GLOBS, "Posts to look at: files, folders, or patterns as in .gitignore.", POSTS, flag="PATH"
        ),
    )
    exclude: tuple[str, ...] = _option(
        (
            "README*",
            "CHANGELOG*",
            "CONTRIBUTING*",
            "CODE_OF_CONDUCT*",
            "SECURITY*",
            "LICENSE*",
            "CLAUDE.md",
            "AGENTS.md",
            ".github/",
            "node_modules/",
        ),
        Row(
            kinds.GLOBS,
            "Files that are no posts, as in .gitignore; what git ignores is none either. "
            "Replaces the default list.",
            POSTS,
        ),
    )
    layout: str = _option(
        "auto",
        Row(
            kinds.choice(AUTO, *LAYOUTS),
            "Where localizations go and what changes in them: "
            f"{', '.join(f'`{name}`' for name in LAYOUTS)}. `auto`: what builds each post's site, and its "
            "configuration, tell it; `plain` (`post.es.md` beside `post.md`) where nothing does.",
            POSTS,
        ),
    )
    output: str = _option(
        "",
        Row(
            kinds.OUTPUT,
            "Where a localization goes, a pattern of `{path}` `{dir}` `{name}` `{ext}` `{lang}`. "
            "Of `blog/a.md` they are `blog/a.md`, `blog`, `a`, `.md` and the language.",
            POSTS,
            shown_default="what `layout` says",
        ),
    )
    notice: bool = _option(
        False,
        Row(
            kinds.YES_NO,
            "Say at the top of each localization, in its language (else English), that a machine translated "
            "it, with a link to the original.",
            WRITES,
        ),
    )
    front_matter: tuple[str, ...] = _option(
        (),
        Row(
            kinds.KEYS,
            "Front matter keys whose values are translated; a dot goes one level down (`image.alt`). "
            "Replaces the default list. Every other key stays as it is.",
            shown_default="title, description, summary, image alt texts and the like",
        ),
    )
    shortcode_arguments: tuple[str, ...] = _option(
        (),
        Row(
            kinds.ARGUMENTS,
            "Arguments of shortcodes that a reader sees, to be translated too: `figure.caption` by name, "
            "`note.0` by place.",
        ),
    )
    also_translate: tuple[str, ...] = _option(
        (),
        Row(
            kinds.choice(*EXTRAS, many=True),
            "What no reader of the site sees, translated only when asked for: `speaker-notes` of slides, "
            "`code-comments` in code blocks.",
        ),
    )
    glossary: str = _option(
        "",
        Row(
            kinds.CSV,
            "CSV of the repository with names and terms: columns `source`, a language each, and `kind`: "
            "`do-not-translate`, `fixed`, or empty where the given word may inflect. `polypost terms` "
            "proposes one.",
            (*WRITES, TERMS),
        ),
    )
    dialect: str = _option(
        "",
        Row(
            kinds.choice(*DIALECTS),
            f"Dialect of Markdown of all posts: {', '.join(f'`{name}`' for name in DIALECTS)}.",
            POSTS,
            shown_default="told by the configuration files of each post's site",
        ),
    )
    translator: str = _option(
        "sagemaker",
        Row(
            kinds.choice("sagemaker", "pseudo"),
            "`sagemaker`, or `pseudo`: accents and brackets instead of a translation, to try things out "
            "without any account.",
        ),
    )
    model: tuple[str, ...] = _option(
        (DEFAULT_MODEL,),
        Row(
            kinds.MODELS,
            "Model to deploy, or the one that runs on `endpoint-name`, as its Hugging Face id. Of several, "
            "each language gets the one that scores higher, else the first that has it; `auto` chooses among "
            "models that polypost knows.",
            (*EVERYWHERE, UP, DOCTOR),
        ),
    )
    model_for: tuple[str, ...] = _option(
        (),
        Row(
            kinds.MODELS_FOR,
            "Models for single languages, whatever the scores say: `ja: facebook/nllb-200-3.3B`.",
            WRITES,
        ),
    )
    commercial: bool = _option(
        False,
        Row(
            kinds.YES_NO,
            "Refuse models whose translations may not be used commercially; `model: auto` leaves them out.",
            EVERYWHERE,
        ),
    )
    model_revision: str = _option(
        "",
        Row(
            kinds.REVISION,
            "Branch, tag or commit of the model.",
            DEPLOYS,
            shown_default="the model's main branch",
        ),
    )
    engine: str = _option(
        "auto",
        Row(
            kinds.choice("auto", "endpoint", "batch"),
            "`endpoint`: a real-time endpoint. `batch`: batch transform jobs, for thousands of posts; needs "
            "`batch-s3-uri`. `auto` takes what the plan's size and the prices say is cheaper, and says why.",
            (*RUNS, EVALUATE, DOCTOR),
        ),
    )
    endpoint_name: str = _option(
        "",
        Row(
            kinds.ENDPOINT,
            "Endpoint of yours to attach to; polypost never deletes it. Without it, polypost uses one that "
            "it deploys itself, shared by runs with the same needs, and deletes it when no run needs it.",
            (*RUNS, EVALUATE, DOCTOR),
            shown_default="deploy one",
        ),
    )
    keep_endpoint: bool = _option(
        False,
        Row(
            kinds.YES_NO,
            "Leave the endpoint running at the end, for the next runs. It costs money until "
            "`polypost endpoint down`.",
            RUNS,
        ),
    )
    role_arn: str = _option(
        "",
        Row(
            kinds.ROLE,
            "Execution role that the endpoint runs with (not the role of the workflow).",
            DEPLOYS,
            shown_default="the role named `SageMakerRole` or `SageMakerExecutionRole`",
        ),
    )
    aws_role_arn: str = _option(
        "",
        Row(
            kinds.ROLE,
            "Role that polypost assumes through GitHub's OpenID Connect, and renews for as long as the run "
            "takes; no credentials step is needed then.",
            (ACTION, DOCTOR),
            shown_default="the credentials of the environment",
        ),
    )
    scheduler_role_arn: str = _option(
        "",
        Row(
            kinds.ROLE,
            "Role with which EventBridge Scheduler deletes the endpoint when a killed run could not.",
            ACCOUNT,
            shown_default="no schedule; the next run or `polypost endpoint sweep` deletes it",
        ),
    )
    # A run is mostly the endpoint's start, so the cheapest GPU per hour comes first. The second has more
    # memory and a quota of its own. New accounts often have no GPU quota, but one for the third.
    instance_type: tuple[str, ...] = _option(
        ("ml.g4dn.xlarge", "ml.g5.xlarge", "ml.m5.xlarge"),
        Row(
            kinds.INSTANCES,
            "Instance types in order of preference; the next one is tried when quota or capacity is missing.",
            DEPLOYS,
        ),
    )
    instance_count: str = _option("1", Row(kinds.COUNT, "How many instances work at once.", DEPLOYS))
    aws_region: str = _option(
        "", Row(kinds.REGION, "AWS region.", ACCOUNT, shown_default="the region of the AWS credentials step")
    )
    batch_s3_uri: str = _option(
        "",
        Row(
            kinds.S3_FOLDER,
            "Where batch transform reads and writes, e.g. `s3://my-bucket/polypost`.",
            (*RUNS, EVALUATE, ENDPOINT, DOCTOR),
        ),
    )
    max_cost: str = _option(
        "",
        Row(
            kinds.AMOUNT,
            "US dollars that a run may cost. An estimate over it starts nothing; reached in mid-run, what is "
            "done is kept and published.",
            (*RUNS, EVALUATE),
            shown_default="no limit",
        ),
    )
    max_minutes: str = _option(
        "",
        Row(
            kinds.AMOUNT,
            "Minutes that a run may take, from its start to the last request; else like `max-cost`.",
            (*RUNS, EVALUATE),
            shown_default="no limit",
        ),
    )
    vpc_subnets: tuple[str, ...] = _option(
        (), Row(kinds.SUBNETS, "Subnets of the VPC that the model runs in.", DEPLOYS)
    )
    vpc_security_groups: tuple[str, ...] = _option(
        (), Row(kinds.SECURITY_GROUPS, "Security groups of the model in that VPC.", DEPLOYS)
    )
    kms_key: str = _option(
        "",
        Row(
            kinds.KMS_KEY, "KMS key for the storage of the model's instances, and for batch results.", ACCOUNT
        ),
    )
    hf_token: str = _option(
        "",
        Row(
            kinds.SECRET,
            "Token for a private or gated model of the Hugging Face Hub. It becomes a variable of the "
            "model's container, where whoever may describe the model in your account can read it.",
            (ACTION,),
            secret=True,
            in_file=False,
        ),
    )
    model_data: str = _option(
        "",
        Row(
            kinds.S3_FILE,
            "Model artifacts of your own in S3, in place of the Hub's; `model` then names their family.",
            DEPLOYS,
        ),
    )
    image_uri: str = _option(
        "",
        Row(
            kinds.IMAGE,
            "Container image that serves the model.",
            DEPLOYS,
            shown_default="AWS's Hugging Face container",
        ),
    )
    environment: tuple[str, ...] = _option(
        (), Row(kinds.VARIABLES, "More variables of the model's container, `NAME=value`.", DEPLOYS)
    )
    github_token: str = _option(
        "",
        Row(
            kinds.SECRET,
            "Token that reads the repository, pushes the branch and opens the pull request. With a token of "
            "your own instead of the workflow's, the pull request starts your other workflows.",
            PULL_REQUEST,
            action_default="${{ github.token }}",
            secret=True,
            in_file=False,
        ),
    )
    mode: str = _option(
        "pull-request",
        Row(
            kinds.choice("pull-request", "commit", "none"),
            "`pull-request`: one to `base`. `commit`: a commit onto the branch of the pull request that "
            "started the run, of this repository only. `none`: files in the workspace, for a step of yours.",
            PULL_REQUEST,
        ),
    )
    split_by: str = _option(
        "none",
        Row(
            kinds.choice("none", "language"),
            "`language`: a branch and a pull request for each language, to be merged in any order.",
            RUNS,
        ),
    )
    base: str = _option(
        "",
        Row(
            kinds.BASE,
            "Branch that the pull request goes to.",
            PULL_REQUEST,
            shown_default="the pushed branch, or the head branch of the pull request",
        ),
    )
    branch: str = _option(
        "polypost/{base}", Row(kinds.BRANCH, "Branch that holds the localizations.", PULL_REQUEST)
    )
    title: str = _option("Localize posts", Row(kinds.TEXT, "Title of the pull request.", PULL_REQUEST))
    body: str = _option(
        "", Row(kinds.LINES, "Text above the report in the pull request, in Markdown.", PULL_REQUEST)
    )
    commit_message: str = _option("Localize posts", Row(kinds.LINES, "Message of the commit.", PULL_REQUEST))
    labels: tuple[str, ...] = _option((), Row(kinds.LABELS, "Labels of the pull request.", PULL_REQUEST))
    reviewers: tuple[str, ...] = _option(
        (),
        Row(
            kinds.LOGINS,
            "Users asked for a review of the pull request; `es: alice` for one language only.",
            PULL_REQUEST,
        ),
    )
    team_reviewers: tuple[str, ...] = _option(
        (),
        Row(
            kinds.TEAMS,
            "Teams asked for a review of the pull request. Needs a token that may read the organization.",
            PULL_REQUEST,
        ),
    )
    assignees: tuple[str, ...] = _option(
        (), Row(kinds.LOGINS, "Users the pull request is assigned to.", PULL_REQUEST)
    )
    draft: bool = _option(
        False,
        Row(
            kinds.YES_NO,
            "Open the pull request as a draft, where the repository's plan has drafts.",
            PULL_REQUEST,
        ),
    )
    checks: str = _option(
        "on",
        Row(
            kinds.choice("on", "off"),
            "Look at every translated sentence, and ask again in other ways where it is bad; what stays "
            "doubtful is told, and what stays bad keeps its source text. `off` takes all as it comes. "
            "The pseudo translator's text is never looked at.",
            RUNS,
        ),
    )
    human_edits: str = _option(
        "replace",
        Row(
            kinds.choice("replace", "keep"),
            "What becomes of a text that a person wrote in a localization once its source changes; till then "
            "it stays. `replace`: the new translation goes in, the report shows theirs beside it. "
            "`keep`: theirs stays, and is listed as behind.",
            WRITES,
        ),
    )
    fail_on: str = _option(
        "failed",
        Row(
            kinds.choice("never", "failed", "suspicious"),
            "When a run that went through ends with 1: `never`; where a localization could not be made "
            "(`failed`); or also where a text is doubtful or stayed in the source language (`suspicious`).",
            RUNS,
        ),
    )
    refresh: bool = _option(
        False,
        Row(
            kinds.YES_NO,
            "Translate again what another model or another glossary made. What people wrote stays.",
            RUNS,
        ),
    )
    prune: bool = _option(
        False,
        Row(kinds.YES_NO, "Remove the localizations of posts that are gone; else they are listed.", RUNS),
    )
    dry_run: bool = _option(
        False,
        Row(
            kinds.YES_NO,
            "Say what would be done and how much would be sent; start and write nothing.",
            (*RUNS, EVALUATE),
        ),
    )
    frozen: bool = _option(
        False,
        Row(
            kinds.YES_NO,
            "Translate nothing; exit with 1 when a localization is missing or behind.",
            (TRANSLATE,),
            in_file=False,
        ),
    )
    json: str = _option(
        "",
        Row(
            kinds.FILE, "Write the report to this file as JSON.", (TRANSLATE, EVALUATE, DOCTOR), in_file=False
        ),
    )

    limit: str = _option(
        "500",
        Row(
            kinds.NUMBER,
            "Texts per language that models are measured by, spread evenly over the blog.",
            (EVALUATE,),
            in_file=False,
        ),
    )
    plot: str = _option(
        "", Row(kinds.FILE, "Draw the scores into this file, an SVG.", (EVALUATE,), in_file=False)
    )
    save: bool = _option(
        False,
        Row(
            kinds.YES_NO,
            "Keep the scores in `.polypost/scores.csv`, by which `model: auto` chooses.",
            (EVALUATE,),
            in_file=False,
        ),
    )

    @property
    def apart(self) -> bool:
        """Whether each language goes apart."""
        return self.split_by == "language"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no message may hold: the tokens, and values of `environment` long enough to be one."""
        values = (each.partition("=")[2] for each in self.environment)
        tokens = (each for each in (self.hf_token, self.github_token) if each)
        return (*tokens, *(value for value in values if len(value) >= _SECRET_LENGTH))


def _rows() -> Iterator[Row]:
    defaults = Options()
    for column in fields(Options):
        row: Row = column.metadata["row"]
        name = column.name.replace("_", "-")
        yield replace(row, name=name, default=getattr(defaults, column.name), flag=row.flag or f"--{name}")


ROWS = tuple(_rows())
"""Every option, in the order in which it is shown."""


def meant(name: str) -> str:
    """The option that a name comes close to, or nothing; of several, one of the same letters."""
    near = difflib.get_close_matches(name, [row.name for row in ROWS], cutoff=0.75)
    return min(near, key=lambda each: sorted(each) != sorted(name), default="")


_FLAGS = {row.name: row.flag for row in ROWS if TRANSLATE in row.fronts}
_NAMED = re.compile(
    "|".join(
        rf"(?<![\w./-]){name}(?![\w-])(?!`? in \.)" if "-" in name else rf"(?<=`){name}(?=`)(?!` in \.)"
        for name in _FLAGS
    )
)


def as_flags(message: str) -> str:
    """A message with the flags of the command line in place of options' names: `aws-region` is one of both.

    A name with a hyphen is taken for an option wherever it stands alone, any other in backticks only; what
    is said to be in the configuration file keeps its name.
    """
    return _NAMED.sub(lambda found: _FLAGS[found[0]], message)


OUTPUTS: Mapping[str, str] = {
    "pull-request-number": "Number of the pull request, of several the first; empty when there is none.",
    "pull-request-url": "Address of the pull request, of several the first; empty when there is none.",
    "pull-request-operation": "`created`, `updated` or `none`; of several, what was done to one of them.",
    "pull-requests": "Every pull request: its `number`, `url`, `branch` and `operation`, as a JSON list.",
    "changed-files": "Files that the commit writes or removes, as a JSON list.",
    "failed-files": "Localizations that failed, as a JSON list; not those that wait for the next run.",
    "localizations": "Every localization with `source`, `target`, `language` and `status`, as a JSON list.",
    "characters-sent": "Characters that were sent to the model.",
    "cost-usd": "Estimated cost in US dollars; empty when it isn't known.",
}
"""The action's outputs: name -> what it holds."""
