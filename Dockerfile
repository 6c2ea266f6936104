FROM python:3.13-slim AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1

# The locks come first: as long as they stay the same, a change of code costs no new installation.
COPY requirements.lock requirements-dev.lock ./
RUN python -m venv /opt/sitrep \
    && /opt/sitrep/bin/pip install --require-hashes --only-binary :all: -r requirements.lock
# The build backend is in the development lock only; this environment stays behind in the first stage.
RUN python -m venv /opt/build \
    && /opt/build/bin/pip install --require-hashes --only-binary :all: -r requirements-dev.lock

COPY pyproject.toml ./
COPY incidents incidents
COPY commands commands
COPY templates templates
COPY storage storage
COPY scheduler scheduler
COPY bot bot
# The stand-in that `sitrep demo --slack` runs on; the wheel has it inside "bot".
COPY tests/fakes/slack tests/fakes/slack
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/sitrep/bin/pip install --no-deps dist/*.whl \
    && /opt/sitrep/bin/pip uninstall --yes pip

FROM python:3.13-slim
# A fixed number, so that a volume keeps its owner when the image is built anew.
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin sitrep \
    && install --directory --owner=sitrep --group=sitrep /data
COPY --from=build /opt/sitrep /opt/sitrep
ENV PATH=/opt/sitrep/bin:$PATH PYTHONUNBUFFERED=1 SITREP_HOST=0.0.0.0 SITREP_DATA=/data
WORKDIR /data
VOLUME /data
EXPOSE 8080
USER sitrep
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["sitrep"]
CMD ["serve"]
