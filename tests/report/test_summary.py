"""The job summary."""

from dataclasses import replace

import pytest

from polypost.report.summary import job_summary
from polypost.values import Publication, Report, Usage
from report.judge import github
from report.samples import PLACE, SMALL

URL = "https://github.com/owner/blog/pull/7"


@pytest.mark.parametrize(
    ("publication", "said"),
    [
        (Publication("created", 7, URL, "b"), "Opened pull request #7."),
        (Publication("updated", 7, URL, "b"), "Updated pull request #7."),
        (Publication("none", 7, URL, "b"), "Nothing to change in pull request #7."),
        (Publication("created", 0, "", "polypost/main"), "Opened polypost/main."),
    ],
)
def test_it_names_the_pull_request(publication, said):
    page = github(job_summary(replace(SMALL, publication=publication), place=PLACE))
    assert said in page.text
    assert (URL in page.links) == bool(publication.url)


def test_a_server_without_tls_is_linked_too():
    publication = Publication("created", 7, "http://git.example/owner/blog/pull/7", "b")
    made = job_summary(replace(SMALL, publication=publication))
    assert "Opened [pull request #7](http://git.example/owner/blog/pull/7)." in made


def test_it_names_all_of_several_pull_requests():
    more = tuple(
        Publication(operation, number, f"{URL}{number}", f"b-part-{number}")
        for operation, number in (("created", 8), ("none", 9))
    )
    report = replace(SMALL, publication=Publication("created", 7, URL, "b", more))
    page = github(job_summary(report, place=PLACE))
    text = page.text
    assert "Opened pull request #7, pull request #8. Nothing to change in pull request #9." in text
    assert {URL, f"{URL}8", f"{URL}9"} <= set(page.links)
    assert not [link for link in page.links if PLACE.branch in link], "they are on several branches"
    assert [link for link in github(job_summary(SMALL, place=PLACE)).links if PLACE.branch in link]


def test_without_a_pull_request_it_names_none():
    assert "pull request" not in job_summary(replace(SMALL, publication=Publication("none")))


def test_a_dry_run_says_would():
    text = github(job_summary(replace(SMALL, dry_run=True))).text
    assert "dry run: nothing was written" in text
    assert "A run would give 3 posts in 2 languages" in text
    assert "would" not in job_summary(SMALL)
    planned = replace(SMALL, dry_run=True, usage=Usage(980))
    assert (
        "Model: facebook/m2m (CC-BY-NC-4.0). A run would send 980 characters."
        in github(job_summary(planned)).text
    )
    assert "A run would send nothing to a model." in job_summary(Report(dry_run=True))


def test_nothing_to_do():
    text = github(job_summary(Report())).text
    assert "There was nothing to translate." in text
    assert "The latest run sent nothing to a model." in text


def test_why_there_is_nothing_to_do_is_told():
    text = github(job_summary(Report(idle="Pull requests from forks get no secrets."))).text
    assert "Nothing to do: Pull requests from forks get no secrets." in text
    assert "nothing to translate" not in text
    assert "The latest run" not in text


def test_a_run_that_could_not_start_says_why_and_nothing_else():
    text = github(job_summary(Report(problem="There is no branch `main`: check `base`."))).text
    assert text.count("There is no branch main: check base.") == 1
    assert "nothing to translate" not in text.lower()


def test_a_link_that_is_no_web_address_is_no_link():
    publication = Publication("created", 7, "javascript:alert(1)", "b")
    assert "javascript" not in job_summary(replace(SMALL, publication=publication))


def test_it_says_what_goes_on_costing_money():
    told = "The endpoint polypost-x stays, as keep-endpoint says, and costs about $17.67 a day."
    kept = replace(SMALL, usage=replace(SMALL.usage, left_running=told))
    assert told in github(job_summary(kept, place=PLACE)).text
    assert "polypost-x" not in github(job_summary(SMALL, place=PLACE)).text
