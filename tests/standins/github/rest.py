"""The REST operations that polypost uses, over the store; one method per operation of the description."""

import base64
import urllib.parse
from dataclasses import dataclass, field

from standins.github.description import official
from standins.github.store import GitError

DOCS = "https://docs.github.com/rest"


class ApiError(Exception):
    """An answer that is no success."""

    def __init__(self, status, message, errors=None, headers=None):
        super().__init__(message)
        self.status, self.headers = status, headers or {}
        self.body = {"message": message, "documentation_url": DOCS} | ({"errors": errors} if errors else {})


@dataclass
class Pull:
    """A pull request."""

    number: int
    head: str
    base: str
    title: str
    body: str
    draft: bool = False
    state: str = "open"
    merged: bool = False
    closed_at_sha: str = ""
    labels: list = field(default_factory=list)
    reviewers: list = field(default_factory=list)
    team_reviewers: list = field(default_factory=list)
    assignees: list = field(default_factory=list)


class Rest:
    """What the operations do. `hub` holds the repository, the pull requests and the switches."""

    def __init__(self, hub):
        self.hub, self.store = hub, hub.store

    def call(self, operation, path, query, body):
        """Status and body. Raises ApiError, or KeyError for an operation that isn't here."""
        if path.get("owner") != self.hub.owner or path.get("repo") != self.hub.name:
            raise ApiError(404, "Not Found")
        method = getattr(self, operation.id.replace("/", "_").replace("-", "_"))
        writes = operation.method != "get"
        allowed = self.hub.contents_write if "/git/" in operation.template else self.hub.pulls_write
        if writes and not allowed:
            raise ApiError(403, "Resource not accessible by integration")
        try:
            return method(path, query, body)
        except GitError as error:
            raise ApiError(422, str(error)) from None

    def repos_get(self, path, query, body):
        owner = {"login": self.hub.owner}
        about = {"name": self.hub.name, "full_name": self.hub.repository, "owner": owner}
        return 200, about | {"default_branch": "main", "node_id": self.hub.node_id, "url": self._url("")}

    def actions_get_github_actions_default_workflow_permissions_repository(self, path, query, body):
        if not self.hub.administers:
            raise ApiError(403, "Resource not accessible by integration")
        told = {"default_workflow_permissions": "read"}
        return 200, told | {"can_approve_pull_request_reviews": self.hub.may_open_pulls}

    def git_get_ref(self, path, query, body):
        ref = "refs/" + path["ref"]
        if not (sha := self.store.resolve(ref)):
            raise ApiError(404, "Not Found")
        return 200, self._ref(ref, sha)

    def git_list_matching_refs(self, path, query, body):
        names = self.store.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        found = [line.split() for line in names if line.startswith("refs/" + path["ref"])]
        return 200, [self._ref(ref, sha) for ref, sha in found]

    def git_create_blob(self, path, query, body):
        text = body["content"]
        content = base64.b64decode(text) if body.get("encoding") == "base64" else text.encode()
        sha = self.store.blob(content)
        return 201, {"sha": sha, "url": self._url(f"/git/blobs/{sha}")}

    def git_create_tree(self, path, query, body):
        inline = [each for each in body["tree"] if "content" in each]
        written = iter(self.store.blobs([each["content"].encode() for each in inline]))
        entries = [
            (each["path"], each["mode"], next(written) if "content" in each else each["sha"])
            for each in body["tree"]
        ]
        sha = self.store.tree(body.get("base_tree"), entries)
        return 201, {"sha": sha, "url": self._url(f"/git/trees/{sha}"), "truncated": False, "tree": []}

    def git_create_commit(self, path, query, body):
        sha = self.store.commit(body["tree"], body.get("parents", []), body["message"], body.get("author"))
        return 201, self._commit(sha)

    def git_get_commit(self, path, query, body):
        if not self.store.resolve(path["commit_sha"] + "^{commit}"):
            raise ApiError(404, "Not Found")
        return 200, self._commit(path["commit_sha"])

    def repos_compare_commits_with_basehead(self, path, query, body):
        base, _, head = path["basehead"].partition("...")
        if not (self.store.resolve(f"{base}^{{commit}}") and self.store.resolve(f"{head}^{{commit}}")):
            raise ApiError(404, "Not Found")
        try:
            merge_base = self.store.git("merge-base", base, head)
        except GitError:
            raise ApiError(404, f"No common ancestor between {base} and {head}.") from None
        behind, ahead = map(
            int, self.store.git("rev-list", "--left-right", "--count", f"{base}...{head}").split()
        )
        status = {(0, 0): "identical", (0, 1): "ahead", (1, 0): "behind"}.get(
            (behind and 1, ahead and 1), "diverged"
        )
        found = {"status": status, "ahead_by": ahead, "behind_by": behind, "total_commits": ahead}
        return 200, found | {
            "base_commit": {"sha": base},
            "merge_base_commit": {"sha": merge_base},
            "commits": self._between(base, head, int(query.get("per_page", 30)), int(query.get("page", 1))),
        }

    def _between(self, base, head, per_page, page):
        """The commits that `head` has and `base` has not, first ones first, as GitHub pages them."""
        every = self.store.git("rev-list", "--reverse", "--topo-order", f"{base}..{head}").split()
        return [self._described(sha) for sha in every[(page - 1) * per_page : page * per_page]]

    def _described(self, sha):
        form = "%an%n%ae%n%aI%n%cn%n%ce%n%cI"
        name, address, date, *committer = self.store.git("log", "-1", f"--format={form}", sha).splitlines()
        commit = self._commit(sha)
        kind = "Bot" if name.endswith("[bot]") else "User"
        about = {"message": commit["message"], "tree": commit["tree"]}
        about |= {"author": {"name": name, "email": address, "date": date}}
        about |= {"committer": dict(zip(("name", "email", "date"), committer, strict=True))}
        author = official().example("simple-user", login=name, type=kind)
        return {"sha": sha, "commit": about, "author": author, "parents": commit["parents"]}

    def pulls_list(self, path, query, body):
        state = query.get("state", "open")
        found = [
            self._pull(each)
            for each in reversed(self.hub.pulls.values())
            if state in {"all", each.state}
            and query.get("head", f"{self.hub.owner}:{each.head}") == f"{self.hub.owner}:{each.head}"
            and query.get("base", each.base) == each.base
        ]
        return 200, found if query.get("page", "1") == "1" else []

    def pulls_get(self, path, query, body):
        return 200, self._pull(self._known(path["pull_number"]))

    def pulls_create(self, path, query, body):
        if not self.hub.may_open_pulls:
            raise ApiError(403, "GitHub Actions is not permitted to create or approve pull requests.")
        head, base = body["head"].rpartition(":")[2], body["base"]
        if body.get("draft") and not self.hub.drafts:
            raise ApiError(422, "Draft pull requests are not supported in this repository.")
        for name, value in (("head", head), ("base", base)):
            if not self.store.resolve(f"refs/heads/{value}"):
                raise self._invalid({"resource": "PullRequest", "code": "invalid", "field": name})
        if any(
            each.state == "open" and (each.head, each.base) == (head, base)
            for each in self.hub.pulls.values()
        ):
            raise self._custom(f"A pull request already exists for {self.hub.owner}:{head}.")
        if self.store.git("rev-list", "--count", f"refs/heads/{base}..refs/heads/{head}") == "0":
            raise self._custom(f"No commits between {base} and {head}")
        number = max(self.hub.pulls, default=0) + 1
        pull = Pull(number, head, base, body["title"], body.get("body", ""), body.get("draft", False))
        self.hub.pulls[number] = pull
        return 201, self._pull(pull)

    def pulls_update(self, path, query, body):
        pull = self._known(path["pull_number"])
        for key in {"title", "body", "state", "base"} & body.keys():
            setattr(pull, key, body[key])
        return 200, self._pull(pull)

    def pulls_request_reviewers(self, path, query, body):
        pull = self._known(path["pull_number"])
        if unknown := set(body.get("reviewers", [])) - self.hub.collaborators:
            raise ApiError(
                422, f"Reviews may only be requested from collaborators. {min(unknown)} is not one."
            )
        if unknown := set(body.get("team_reviewers", [])) - self.hub.teams:
            raise ApiError(422, f"Could not resolve to a node with the global id of '{min(unknown)}'.")
        for there, asked in ((pull.reviewers, "reviewers"), (pull.team_reviewers, "team_reviewers")):
            there += [each for each in body.get(asked, []) if each not in there]
        return 201, self._pull(pull)

    def issues_add_labels(self, path, query, body):
        pull = self._known(path["issue_number"])
        pull.labels += [each for each in body["labels"] if each not in pull.labels]
        return 200, [{"name": each} for each in pull.labels]

    def issues_add_assignees(self, path, query, body):
        pull = self._known(path["issue_number"])
        pull.assignees += [each for each in body["assignees"] if each not in pull.assignees]
        return 201, {"number": pull.number, "title": pull.title, "state": pull.state}

    def _known(self, number):
        if int(number) not in self.hub.pulls:
            raise ApiError(404, "Not Found")
        return self.hub.pulls[int(number)]

    def _pull(self, pull):
        def side(name):
            about = {"full_name": self.hub.repository, "name": self.hub.name}
            sha = pull.closed_at_sha if name == pull.head else ""
            sha = sha or self.store.resolve(f"refs/heads/{name}") or "0" * 40
            return {"ref": name, "label": f"{self.hub.owner}:{name}", "sha": sha, "repo": about}

        about = {"number": pull.number, "title": pull.title, "body": pull.body, "state": pull.state}
        about |= {
            "draft": pull.draft,
            "node_id": f"PR_{pull.number}",
            "url": self._url(f"/pulls/{pull.number}"),
        }
        about |= {"merged": pull.merged, "merged_at": "2026-01-02T03:04:05Z" if pull.merged else None}
        about |= {"html_url": f"{self.hub.url}/{self.hub.repository}/pull/{pull.number}"}
        return about | {"head": side(pull.head), "base": side(pull.base)}

    def _commit(self, sha):
        fields = self.store.git("log", "-1", "--format=%T%n%P%n%B", sha)
        tree, parents, message = fields.split("\n", 2)
        about = {
            "sha": sha,
            "message": message,
            "tree": {"sha": tree, "url": self._url(f"/git/trees/{tree}")},
        }
        return about | {"parents": [{"sha": each, "url": "", "html_url": ""} for each in parents.split()]}

    def _ref(self, ref, sha):
        target = {"type": "commit", "sha": sha, "url": self._url(f"/git/commits/{sha}")}
        return {"ref": ref, "node_id": "REF", "url": self._url(f"/git/{ref}"), "object": target}

    def _url(self, rest):
        return f"{self.hub.api}/repos/{urllib.parse.quote(self.hub.repository)}{rest}"

    def _invalid(self, error):
        return ApiError(422, "Validation Failed", [error])

    def _custom(self, message):
        return self._invalid({"resource": "PullRequest", "code": "custom", "message": message})
