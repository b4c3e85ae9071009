# docker run --rm -v "$PWD:/work" kwlint manifests/
FROM python:3.13-slim AS build
COPY . /src
RUN python -m venv /opt/kwlint && /opt/kwlint/bin/pip install --no-cache-dir /src && /opt/kwlint/bin/pip uninstall --yes pip

FROM python:3.13-slim
# git is for --since.
RUN apt-get update && apt-get install --yes --no-install-recommends git && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/kwlint /opt/kwlint
ENV PATH="/opt/kwlint/bin:$PATH" KWLINT_CACHE_DIR=/tmp/kwlint
WORKDIR /work
ENTRYPOINT ["kwlint"]
