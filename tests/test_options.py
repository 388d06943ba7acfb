"""Options: precedence, empty values, and every wrong value told at once."""

from __future__ import annotations

import pytest
from pathspec import GitIgnoreSpec

from polypost.errors import UsageError
from polypost.options import (
    ACTION,
    FILE,
    OUTPUTS,
    ROWS,
    TRANSLATE,
    Options,
    as_flags,
    from_environment,
    resolve,
)

GIVEN = {"languages": "es, ja"}


def wrong(given: dict[str, str] | None = None, file: bytes | None = None, front: str = ACTION) -> str:
    with pytest.raises(UsageError) as caught:
        resolve(GIVEN | (given or {}), file, front=front)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_defaults_stand_where_nothing_is_given():
    options = resolve(GIVEN, None, front=ACTION)
    assert options == Options(languages=("es", "ja"))
    assert (options.layout, options.output) == ("auto", "")


def test_given_beats_file_beats_default():
    file = b'source-language = "de"\nlabels = ["a", "b"]\ntitle = "From the file"\ndraft = true\n'
    options = resolve(GIVEN | {"title": "From the input"}, file, front=ACTION)
    assert options.title == "From the input"
    assert (options.source_language, options.labels, options.draft) == ("de", ("a", "b"), True)
    assert options.commit_message == "Localize posts"


@pytest.mark.parametrize("nothing", ["", "  \n ", (), ("", " ")])
def test_empty_means_not_given(nothing):
    options = resolve(GIVEN | {"labels": nothing}, b'labels = "from-file"\n', front=ACTION)
    assert options.labels == ("from-file",)


def test_numbers_of_the_file_need_no_quotes():
    options = resolve(GIVEN, b"max-cost = 0.5\nmax-minutes = 30\n", front=ACTION)
    assert (options.max_cost, options.max_minutes) == ("0.5", "30")
    assert "a number over 0" in wrong(file=b"max-cost = -1\n")


def test_empty_in_the_file_means_not_given_too():
    assert resolve(GIVEN, b'exclude = []\nmodel = ""\n', front=ACTION) == resolve(GIVEN, None, front=ACTION)


@pytest.mark.parametrize(
    ("raw", "items"),
    [
        ("es,ja", ("es", "ja")),
        ("es\nja\n", ("es", "ja")),
        (" es , ja,, es ", ("es", "ja")),
        (("es", "pt-BR"), ("es", "pt-BR")),
    ],
)
def test_lists_are_cut_at_commas_and_line_ends(raw, items):
    assert resolve({"languages": raw}, None, front=ACTION).languages == items


@pytest.mark.parametrize(("raw", "value"), [("true", True), ("TRUE", True), ("False", False)])
def test_yes_and_no(raw, value):
    assert resolve(GIVEN | {"draft": raw}, None, front=ACTION).draft is value


def test_what_stands_in_a_repository_for_its_makers_is_no_post():
    excluded = GitIgnoreSpec.from_lines(Options().exclude).match_file
    assert all(map(excluded, ("README.md", "CLAUDE.md", "AGENTS.md", "tools/AGENTS.md")))
    assert not any(map(excluded, ("blog/agents.md", "blog/CLAUDE-and-I.md")))


REFUSED = [
    ("languages", "english!", "language tag"),
    ("languages", "es;ja", "language tag"),
    ("languages", "es, xx-YY", '"xx-YY" is not in polypost\'s table'),
    ("languages", "jp", "did you mean ja (Japanese)?"),
    ("source-language", "all", "is not in polypost's table"),
    ("source-language", "en, de", "language tag"),
    ("paths", "../other/*.md", "leaves the repository"),
    ("paths", "blog/{a}/*.md", "braces"),
    ("exclude", "# a comment", "comment"),
    ("output", "/etc/{dir}/{name}.{lang}{ext}", "plain path"),
    ("output", "../{dir}/{name}.{lang}{ext}", "leaves the repository"),
    ("output", "a//{dir}/{name}.{lang}{ext}", "plain path"),
    ("output", "{name}.md", "several localizations"),
    ("output", "{lang}/index.md", "several localizations"),
    ("output", "{name}.{langs}", "placeholder"),
    ("output", "{name}.{lang!r}", "placeholder"),
    ("output", "{name}.{lang:>9}", "placeholder"),
    ("output", "{name.__class__}.{lang}", "placeholder"),
    ("output", "{}/{name}.{lang}", "placeholder"),
    ("output", "{name}.{lang", "braces"),
    ("output", ".github/{dir}/{name}.{lang}{ext}", ".github"),
    ("output", "a/.GIT/{dir}/{name}.{lang}{ext}", ".GIT"),
    ("output", ".polypost/{dir}/{name}.{lang}{ext}", "polypost itself"),
    ("front-matter", "title, im age", "front matter key"),
    ("shortcode-arguments", "figure, note.0", '"figure" is not a shortcode\'s argument'),
    ("also-translate", "speaker-notes, alt", "`speaker-notes` or `code-comments`"),
    ("dialect", "wordpress", "`astro` or `next`"),
    ("translator", "google", "`sagemaker` or `pseudo`"),
    ("model", "seamless", "model id"),
    ("model-revision", "main; rm", "revision"),
    ("endpoint-name", "arn:aws:sagemaker:us-east-1:123456789012:endpoint/x", "not its ARN"),
    ("endpoint-name", "x" * 64, "name of an endpoint"),
    ("role-arn", "PolypostExecution", "ARN"),
    ("role-arn", "arn:aws:iam::12:role/x", "ARN"),
    ("instance-type", "ml.g5.xlarge, g5.xlarge", "instance type"),
    ("aws-region", "Virginia", "region"),
    ("branch", "polypost/$(id)", "branch name"),
    ("branch", "a..b", "branch name"),
    ("branch", "a.lock", "branch name"),
    ("base", "{base}", "branch name"),
    ("title", "two\nlines", "line end"),
    ("reviewers", "@ann", "user name"),
    ("team-reviewers", "acme/docs", "team slug"),
    ("draft", "yes", "neither true nor false"),
    ("dry-run", "1", "neither true nor false"),
]


@pytest.mark.parametrize(("name", "value", "reason"), REFUSED)
def test_wrong_values_are_refused_with_what_to_write(name, value, reason):
    message = wrong({name: value})
    assert message.startswith(f"input `{name}`: ")
    assert reason in message
    assert "Write " in message


ACCEPTED = [
    ("languages", "all"),
    ("languages", "zh-Hant, sr-Cyrl, pt-BR, yue"),
    ("paths", "blog/**/*.md\n!blog/drafts/\n/index.md"),
    ("output", "i18n/{lang}/{path}"),
    ("output", "content/{lang}/{dir}/{name}{ext}"),
    ("front-matter", "title, image.alt, og_description"),
    ("shortcode-arguments", "figure.caption, note.0, docs/card-link.link-text"),
    ("also-translate", "speaker-notes, code-comments"),
    ("dialect", "docusaurus"),
    ("model", "Helsinki-NLP/opus-mt-en-es"),
    ("endpoint-name", "x" * 63),
    ("role-arn", "arn:aws-us-gov:iam::123456789012:role/path/to/Role"),
    ("instance-type", "ml.p4d.24xlarge,ml.inf2.xlarge"),
    ("aws-region", "us-gov-west-1"),
    ("branch", "i18n/{base}"),
    ("base", "release/1.x"),
    ("body", "two\nlines, and a comma"),
    ("commit-message", "subject\n\nbody"),
]


@pytest.mark.parametrize(("name", "value"), ACCEPTED)
def test_good_values_are_accepted(name, value):
    assert resolve(GIVEN | {name: value}, None, front=ACTION) != resolve(GIVEN, None, front=ACTION)


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (b"languages = ", "not valid TOML"),
        (b"languages = 3\n", "`languages` in"),
        (b'langages = "es"\n', "did you mean `languages`?"),
        (b"#" * 70_000, "more than 65536"),
    ],
)
def test_one_mistake_in_the_file_is_one_error(file, told):
    with pytest.raises(UsageError) as caught:
        resolve({}, file, front=TRANSLATE)
    assert told in str(caught.value)
    assert "missing" not in str(caught.value)
    with pytest.raises(UsageError, match="`--to` is missing"):
        resolve({}, b"labels = 3\n", front=TRANSLATE)


def test_a_command_names_flags():
    told = as_flags(
        "Set aws-region, or `model`; `--endpoint-name x`, a model. `output` in .polypost.toml, `paths`."
    )
    assert told == (
        "Set --aws-region, or `--model`; `--endpoint-name x`, a model. `output` in .polypost.toml, `PATH`."
    )


def test_every_wrong_value_is_told_at_once():
    message = wrong({"draft": "maybe", "model": "x"}, b'langages = "es"\nlabels = [3]\n')
    assert message.startswith("4 options are wrong")
    for told in ("input `draft`", "input `model`", "did you mean `languages`?", "`labels` in"):
        assert told in message


def test_missing_languages_are_told_in_the_words_of_the_front():
    for front, words in ((ACTION, "`languages: es, ja`"), (TRANSLATE, "`--to es,ja`")):
        with pytest.raises(UsageError, match="is missing") as caught:
            resolve({}, None, front=front)
        assert words in str(caught.value)
    assert resolve({}, b'languages = "es"', front=TRANSLATE).languages == ("es",)


def test_a_language_in_another_case_is_the_same():
    assert resolve({"languages": "es, ja,ES ,es"}, None, front=TRANSLATE).languages == ("es", "ja")


def test_a_wrong_value_says_where_it_stands():
    assert wrong({"model": "x"}, front=TRANSLATE).startswith("`--model`: ")
    assert wrong(file=b'model = "x"').startswith(f"`model` in {FILE}: ")


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"languages = [", "not valid TOML"),
        (b"\xff", "not valid TOML"),
        (b"a = " + b"[" * 20_000, "not valid TOML"),
        (b"#" * 70_000, "more than 65536"),
        (b"[polypost]\nlanguages = 'es'", '"polypost" in .polypost.toml is not an option'),
        (b"source_language = 'en'", "did you mean `source-language`?"),
        (b"modle = 'a/b'", "did you mean `model`?"),
        (b"labels = [1]", "neither text"),
        (b'"a\\u000a::error::b" = 1', r'"a\n::error::b" in'),
        (b"model = true", "true or false does not fit"),
        (b"aws-region = ['us-east-1']", "a list does not fit"),
        (b"draft = ['true']", "neither true nor false"),
        (b"json = 'x'", "belongs to one run"),
        (b"frozen = true", "belongs to one run"),
    ],
)
def test_what_the_file_may_not_hold(file, reason):
    assert reason in wrong(file=file)


def test_a_byte_order_mark_is_no_mistake():
    assert resolve({}, b'\xef\xbb\xbflanguages = "es"', front=ACTION).languages == ("es",)


def test_secrets_stay_out_of_the_file_messages_and_representations():
    secret = "ghp_sentinel"  # a made-up token
    assert "secret" in wrong(file=f'github-token = "{secret}"'.encode())
    assert secret not in wrong(file=f'github-token = "{secret}"'.encode())
    assert secret not in wrong({"github-token": f"{secret} \x07"})
    options = resolve(GIVEN | {"github-token": secret}, None, front=ACTION)
    assert options.github_token == secret
    assert secret not in repr(options)


def test_inputs_come_from_the_environment_as_the_runner_writes_them():
    environment = {"INPUT_ROLE-ARN": "arn", "INPUT_LANGUAGES": "es", "INPUT_TITLE": "", "INPUT_JSON": "x"}
    environment |= {"INPUT_DIRECTORY": "of another action", "LABELS": "no input", "INPUT_": "x"}
    assert from_environment(environment) == {"role-arn": "arn", "languages": "es"}


def test_a_misspelt_input_is_refused_since_it_would_deploy_a_second_endpoint():
    given = from_environment({"INPUT_ENDPOINT-NMAE": "mine", "INPUT_LANGUAGES": "es"})
    with pytest.raises(UsageError, match="`endpoint-name`") as caught:
        resolve(given, None, front=ACTION)
    assert '"endpoint-nmae"' in str(caught.value)


def test_every_value_has_the_type_of_its_field():
    """What the `type: ignore` in `resolve` rests on."""
    samples = dict(ACCEPTED) | {"draft": "true", "dry-run": "true", "github-token": "t"}
    options = resolve(GIVEN | samples, None, front=ACTION)
    for row in ROWS:
        value = getattr(options, row.name.replace("-", "_"))
        assert type(value) is type(row.default), row.name


def test_every_default_passes_its_own_check():
    for row in ROWS:
        if row.default:
            assert row.kind.read(row.default) == row.default, row.name


def test_names_flags_and_help_are_in_shape():
    assert len({row.name for row in ROWS} | set(OUTPUTS)) == len(ROWS) + len(OUTPUTS)
    assert len({row.flag for row in ROWS}) == len(ROWS)
    for text in (*(row.help for row in ROWS), *OUTPUTS.values()):
        assert text.endswith("."), text
        assert "\n" not in text, text
