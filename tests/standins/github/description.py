"""GitHub's official REST description: finds the operation of a request, judges both sides, fills answers."""

import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path

from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

FIXTURES = Path(__file__).parents[2] / "fixtures" / "github"
METHODS = ("get", "post", "put", "patch", "delete")
MANY = 20
PLAIN = {"array": [], "boolean": False, "integer": 0, "number": 0}
FORMATS = {"date-time": "2026-01-02T03:04:05Z", "uri": "https://example.invalid/"}


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    id: str
    method: str
    template: str
    pattern: re.Pattern
    parameters: tuple
    body: dict | None
    responses: dict


class Description:
    """The trimmed description in `fixtures/github/api.json`."""

    def __init__(self, document):
        self.document = document
        resource = Resource(contents=document, specification=DRAFT4)
        self.registry = Registry().with_resource("urn:api", resource)
        found = [
            self._operation(method, template, item)
            for template, item in document["paths"].items()
            for method in METHODS
            if method in item
        ]
        self.operations = sorted(found, key=lambda each: each.template.count("{"))

    def find(self, method, path):
        """The operation of a request and its path parameters, or None."""
        for operation in self.operations:
            if operation.method == method.lower() and (match := operation.pattern.fullmatch(path)):
                return operation, match.groupdict()
        return None

    def request_problems(self, operation, query, body):
        """What in a request is not as the description says."""
        problems = []
        known = {each["name"]: each["schema"] for each in operation.parameters if each["in"] == "query"}
        for name, value in query.items():
            if name not in known:
                problems.append(f"unknown query parameter {name!r}")
                continue
            number = self.resolve(known[name]).get("type") == "integer" and value.isdigit()
            problems += self._judge(known[name], int(value) if number else value, OAS30WriteValidator)
        if operation.body is None:
            return problems + (["a body where none is described"] if body is not None else [])
        if body is None:
            return problems + (["no body"] if operation.body.get("required") else [])
        schema = operation.body["content"]["application/json"]["schema"]
        body = {key: _few(each) for key, each in body.items()} if isinstance(body, dict) else body
        problems += [f"body: {each}" for each in self._judge(schema, body, OAS30WriteValidator)]
        return problems + [f"undocumented body key {key!r}" for key in self._unknown(schema, body)]

    def response_problems(self, operation, status, body):
        """What in an answer is not as the description says."""
        response = self.resolve(operation.responses.get(str(status)))
        if response is None:
            # 403 is what GitHub says to a token that may not, described or not.
            return [] if status in {403, 429, 500, 502, 503} else [f"undocumented status {status}"]
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        return self._judge(schema, body, OAS30ReadValidator) if schema else []

    def answer(self, operation, status, body):
        """`body` with every required key that it lacks, filled with the plainest value allowed."""
        response = self.resolve(operation.responses.get(str(status))) or {}
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        return self._complete(schema, body) if schema else body

    def example(self, name, **about):
        """A value of a schema of this name, the plainest but for what is given."""
        return self._complete({"$ref": f"#/components/schemas/{name}"}, about)

    def resolve(self, node):
        """The node itself, or what its `$ref` points to."""
        while isinstance(node, dict) and "$ref" in node:
            _, _, kind, name = node["$ref"].split("/", 3)
            node = self.document["components"][kind][name]
        return node

    def _operation(self, method, template, item):
        about = item[method]
        parameters = [self.resolve(each) for each in item.get("parameters", []) + about.get("parameters", [])]
        pattern = re.escape(template).replace(r"\{", "{").replace(r"\}", "}")
        for each in parameters:
            if each["in"] == "path":
                many = each.get("x-multi-segment") or each["name"] == "ref"
                pattern = pattern.replace(
                    f"{{{each['name']}}}", f"(?P<{each['name']}>{'.+' if many else '[^/]+'})"
                )
        body = self.resolve(about.get("requestBody"))
        return Operation(
            about["operationId"],
            method,
            template,
            re.compile(pattern),
            tuple(parameters),
            body,
            about["responses"],
        )

    def _judge(self, schema, value, validator):
        absolute = json.loads(json.dumps(schema).replace('"#/components', '"urn:api#/components'))
        found = validator(absolute, registry=self.registry).iter_errors(value)
        return [f"{'/'.join(map(str, each.absolute_path))}: {each.message[:200]}" for each in found]

    def _unknown(self, schema, body):
        schema = self.resolve(schema)
        choices = [self.resolve(each) for each in schema.get("oneOf", schema.get("anyOf", [schema]))]
        known = {key for each in choices for key in each.get("properties", {})}
        return [key for key in body if key not in known] if known and isinstance(body, dict) else []

    def _complete(self, schema, value):
        schema = self.resolve(schema)
        for part in schema.get("allOf", []):
            value = self._complete(part, value)
        if isinstance(value, list):
            return [self._complete(schema.get("items", {}), each) for each in value]
        if not isinstance(value, dict):
            return value
        properties = schema.get("properties", {})
        filled = {
            key: self._plainest(properties.get(key, {}))
            for key in schema.get("required", [])
            if key not in value
        }
        return filled | {
            key: self._complete(properties[key], each) if key in properties else each
            for key, each in value.items()
        }

    def _plainest(self, schema):
        schema = self.resolve(schema)
        if schema.get("nullable") and "type" in schema:
            return None
        if "enum" in schema:
            return schema["enum"][0]
        for kind in ("allOf", "anyOf", "oneOf"):
            if schema.get(kind):
                return self._plainest(schema[kind][0])
        if schema.get("type", "object") == "object":
            return self._complete(schema, {})
        return PLAIN.get(schema["type"], FORMATS.get(schema.get("format"), ""))


def _few(value):
    """A long list with one item of each shape: of thousands of files, a judge has to see no more."""
    if not isinstance(value, list) or len(value) < MANY:
        return value
    return list({_shape(each): each for each in value}.values())


def _shape(item):
    if not isinstance(item, dict):
        return repr(item)
    short = {
        key: each for key, each in item.items() if key not in {"path", "content"} and len(repr(each)) < MANY
    }
    return repr([(key, type(each), short.get(key)) for key, each in sorted(item.items())])


@functools.cache
def official():
    """The description, read once."""
    return Description(json.loads((FIXTURES / "api.json").read_text()))
