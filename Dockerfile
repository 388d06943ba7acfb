# The action's image. Debian's own Python rather than the python image: it is smaller, it gets Debian's security
# updates, and the base can be rebuilt from Debian packages alone, so that the image test runs what users run.
# The base is named by tag: a release is pinned by its own digest (see .github/workflows/release.yml), and a
# digest here would only delay Debian's updates between releases.
FROM docker.io/library/debian:trixie-slim AS base
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git python3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/log/*.log /var/log/apt

FROM base AS build
RUN apt-get update && apt-get install --yes --no-install-recommends python3-venv
WORKDIR /app
COPY tools/image/requirements.txt /tmp/requirements.txt
RUN python3 -m venv /opt/uv && /opt/uv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.txt
ENV UV_LINK_MODE=copy UV_NO_CACHE=1 UV_PYTHON=/usr/bin/python3 UV_PYTHON_DOWNLOADS=never
# Dependencies first: they change less often than the code, so that a layer cache is of use.
COPY pyproject.toml uv.lock ./
RUN /opt/uv/bin/uv sync --locked --no-default-groups --extra deploy --no-install-project
COPY LICENSE README.md ./
COPY src src
COPY examples/blog examples/blog
RUN /opt/uv/bin/uv sync --locked --no-default-groups --extra deploy --no-editable
COPY tools/image/trim.py tools/image/trim.py
RUN .venv/bin/python tools/image/trim.py .venv

FROM base
LABEL org.opencontainers.image.title="polypost" \
      org.opencontainers.image.description="Localize a Markdown blog with an open translation model on your own Amazon SageMaker" \
      org.opencontainers.image.licenses="MIT"
# PYTHONUNBUFFERED: a log line is seen when it is written, also when the container is killed a moment later.
ENV PATH="/app/.venv/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY --from=build /app/.venv /app/.venv
COPY --chmod=0755 entrypoint.py post_entrypoint.py /app/
# No USER: the runner mounts the workspace with the owner of its own account and expects a container action to be
# able to write there and to its command files; any other user would be refused.
ENTRYPOINT ["/app/entrypoint.py"]
