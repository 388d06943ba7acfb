"""Every option of the action reaches what it is for: the pull request, AWS, the posts, the log."""

from standins.aws import echo
from standins.github import TOKEN

ROLE = "arn:aws:iam::123456789012:role/Mine"
POST = (
    "---\ntitle: Ein Titel\ntagline: Eine Zeile\n---\n\nEin Satz steht hier.\n\n"
    '{{< hint title="Ein Hinweis" >}}\n\n```python\n# Ein Kommentar zum Code\nx = 1\n```\n'
)


def test_they_all_arrive(runner, hub, aws):
    words = {"words.csv": "source,kind,fr\nSatz,fixed,Phrase\n"}
    hub.push({"blog/one.md": POST, "blog/drafts/two.md": POST, "elsewhere/three.md": POST, **words})
    hub.push({"blog/one.md": POST}, branch="stable")
    assert aws.role("Mine") == ROLE
    asked = []

    def remember(request):
        asked.append(request)
        return echo(request)

    aws.backend = remember
    runner.env = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}
    step = runner.dispatch(
        languages="fr",
        source_language="de",
        paths="blog/",
        exclude="drafts/",
        output="i18n/{lang}/{path}",
        front_matter="tagline",
        shortcode_arguments="hint.title",
        also_translate="code-comments",
        dialect="hugo",
        glossary="words.csv",
        model="facebook/nllb-200-distilled-600M",
        model_revision="0123456789abcdef0123456789abcdef01234567",
        role_arn=ROLE,
        instance_type="ml.c5.xlarge",
        aws_region="us-east-1",
        base="stable",
        branch="l10n/{base}",
        title="Neue Texte",
        body="Bitte *lesen*.",
        commit_message="Texte übersetzen",
        labels="l10n, blog",
        reviewers="alice",
        team_reviewers="docs",
        assignees="bob",
        draft="true",
    )
    assert step.code == 0, step.log
    pull = hub.pulls[int(step.outputs["pull-request-number"])]
    assert (pull.base, pull.head, pull.title, pull.draft) == ("stable", "l10n/stable", "Neue Texte", True)
    assert pull.body.startswith("Bitte *lesen*.")
    assert (sorted(pull.labels), pull.assignees) == (["blog", "l10n"], ["bob"])
    assert "alice" in str(pull)
    assert "docs" in str(pull)
    assert hub.store.git("log", "-1", "--format=%s", "l10n/stable") == "Texte übersetzen"
    files = hub.files("l10n/stable")
    assert set(files) == {
        "blog/one.md",
        "i18n/fr/blog/one.md",
        ".polypost/blog/one.md.json",
        ".polypost/.gitattributes",
    }
    assert files["i18n/fr/blog/one.md"] == (
        "---\ntitle: Ein Titel\ntagline: fra Eine Zeile\n---\n\nfra Ein Phrase steht hier.\n\n"
        '{{< hint title="fra Ein Hinweis" >}}\n\n```python\n# fra Ein Kommentar zum Code\nx = 1\n```\n'
    )
    parameters = {name: asked[-1]["parameters"][name] for name in ("src_lang", "tgt_lang")}
    assert parameters == {"src_lang": "deu_Latn", "tgt_lang": "fra_Latn"}
    [model], [config] = aws.calls("CreateModel"), aws.calls("CreateEndpointConfig")
    container = model.input["PrimaryContainer"]
    assert model.input["ExecutionRoleArn"] == ROLE
    assert container["Environment"]["HF_MODEL_ID"] == "facebook/nllb-200-distilled-600M"
    assert container["Environment"]["HF_MODEL_REVISION"].startswith("0123456789abcdef")
    assert ".us-east-1." in container["Image"]
    assert config.input["ProductionVariants"][0]["InstanceType"] == "ml.c5.xlarge"
    lines = step.log.splitlines()
    assert lines[0] == f"::add-mask::{TOKEN}", "masked before anything else is said"
    assert sum("CC-BY-NC-4.0" in line for line in lines) == 1, "the licence is told once"


def test_the_file_stands_between_input_and_default(runner, hub, pseudo):
    config = 'languages = ["fr"]\noutput = "i18n/{lang}/{path}"\ntitle = "From the file"\n'
    hub.push({".polypost.toml": config, "one.md": "Some words.\n"})
    step = runner.dispatch(languages="", title="From the input", **pseudo)
    assert step.code == 0, step.log
    assert hub.pulls[1].title == "From the input"
    assert "i18n/fr/one.md" in hub.files("polypost/main")


def test_a_changed_configuration_looks_at_everything(runner, hub, pseudo):
    before = hub.push({".polypost.toml": 'languages = ["fr"]\n', "one.md": "Some words.\n"})
    runner.dispatch(languages="", **pseudo)
    hub.push({".polypost.toml": 'languages = ["fr", "es"]\n'})
    step = runner.push(before, languages="", **pseudo)
    assert "one.es.md" in hub.files("polypost/main"), step.log


def test_a_forks_broken_options_are_no_error(runner, hub, aws):
    hub.push({".polypost.toml": "languages = 7\n", "one.md": "Some words.\n"})
    event = {
        "action": "opened",
        "pull_request": {
            "head": {"ref": "main", "sha": hub.head(), "repo": {"full_name": "stranger/blog"}},
            "base": {"ref": "main", "sha": hub.head(), "repo": {"full_name": hub.repository}},
        },
    }
    step = runner.job("pull_request", event, {"GITHUB_REF_NAME": "1/merge"}, languages="")
    assert (step.code, aws.log, hub.writes) == (0, [], [])
    assert "::notice" in step.log
    own = runner.dispatch(languages="")
    assert own.code == 2, "in the repository itself they are"
