"""`updateRefs` of GitHub's official GraphQL schema, as a real compare-and-swap.

GitHub documents no text for a lost swap, so the message here is git's own: whoever parses it is wrong.
"""

import functools

import graphql

from standins.github.description import FIXTURES
from standins.github.store import GitError


@functools.cache
def _schema():
    schema = graphql.build_schema((FIXTURES / "schema.graphql").read_text())
    schema.mutation_type.fields["updateRefs"].resolve = _update_refs
    return schema


def answer(hub, body):
    """The answer to a GraphQL request, and what in the request is not as the schema says."""
    try:
        document = graphql.parse(body["query"])
    except graphql.GraphQLError as error:
        return {"errors": [error.formatted]}, [error.message]
    if problems := graphql.validate(_schema(), document):
        return {"errors": [each.formatted for each in problems]}, [each.message for each in problems]
    done = graphql.execute_sync(_schema(), document, context_value=hub, variable_values=body.get("variables"))
    # An error without a path is one of the variables: it never reached the operation.
    problems = [each.message for each in done.errors or () if not each.path]
    errors = [{**each.formatted, "type": "UNPROCESSABLE"} for each in done.errors or ()]
    return {"data": done.data} | ({"errors": errors} if errors else {}), problems


def _update_refs(_root, info, input):  # noqa: A002 - the schema calls it so
    hub = info.context
    if not hub.contents_write:
        raise graphql.GraphQLError("Resource not accessible by integration")
    if input["repositoryId"] != hub.node_id:
        raise graphql.GraphQLError(
            f"Could not resolve to a node with the global id of '{input['repositoryId']}'"
        )
    for each in input["refUpdates"]:
        try:
            hub.store.swap(each["name"], each["afterOid"], each.get("beforeOid"), force=each["force"])
        except GitError as error:
            raise graphql.GraphQLError(str(error)) from None
    return {"clientMutationId": input.get("clientMutationId")}
