# listsync in a container. Targets: `browser` (the default, with Chromium) and `slim` (without). docs/container.md tells
# how to run it. Nothing here depends on the processor: every locked package has wheels for amd64 and arm64.

FROM docker.io/library/python:3.12-slim-bookworm AS wheels
RUN apt-get update && apt-get install -y --no-install-recommends binutils && rm -rf /var/lib/apt/lists/*
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements.lock ./
RUN pip wheel --require-hashes --only-binary=:all: --no-deps --wheel-dir=/wheels -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY providers providers
COPY reconciler reconciler
RUN pip wheel --no-deps --wheel-dir=/wheels .

# An environment without pip, and without what serves debuggers, type checkers and the packages' own tests alone; time zones
# are Debian's. Its files never change, so it is compiled here, and Python is told not to compare them with their sources.
FROM wheels AS slim-environment
# hadolint ignore=DL3013
RUN python -m venv --without-pip /opt/listsync \
    && pip --python /opt/listsync/bin/python install --no-index --find-links=/wheels --no-compile "listsync[git,notify]" \
    && find /opt/listsync -name "*.so" -exec strip --strip-unneeded {} + \
    && find /opt/listsync -depth \( -name tests -o -path "*/sqlalchemy/testing" -o -path "*/alembic/testing" \
        -o -path "*/tzdata/zoneinfo" -o -path "*/apprise/i18n/*" -o -name "*.pyi" -o -name "*.pyx" -o -name "*.pxd" \
        -o -name "*.c" -o -name "*.h" \) -exec rm -r {} + \
    && python -m compileall -q --invalidation-mode=unchecked-hash -x pygments/lexers /opt/listsync

FROM wheels AS browser-environment
RUN python -m venv --without-pip /opt/listsync \
    && pip --python /opt/listsync/bin/python install --no-index --no-deps --no-compile /wheels/*.whl \
    && find /opt/listsync -name "*.so" -exec strip --strip-unneeded {} + \
    && python -m compileall -q --invalidation-mode=unchecked-hash -x pygments/lexers /opt/listsync

FROM docker.io/library/python:3.12-slim-bookworm AS runtime
RUN apt-get update \
    && apt-get install -y --no-install-recommends tini tzdata \
    && apt-get clean \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log \
    && useradd --uid 10001 --user-group --no-log-init --no-create-home --home-dir /tmp --shell /usr/sbin/nologin listsync \
    # Anybody's, like /tmp: a new volume takes over this mode, and `user:` may be whom you like.
    && install --directory --owner=listsync --group=listsync --mode=0777 /data
ENV PATH=/opt/listsync/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    LISTSYNC_CONTAINER=1 \
    LISTSYNC_DATA=/data \
    LISTSYNC_HEARTBEAT=/dev/shm/listsync.heartbeat
ARG VERSION=unreleased
ARG REVISION=unknown
LABEL org.opencontainers.image.title="listsync" \
      org.opencontainers.image.description="Keeps Overseerr, Jellyseerr or Seerr requesting what your watchlists say" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
# Each check is a process of its own that reads the loop's heartbeat; the loop itself notices nothing of it.
HEALTHCHECK --interval=2m --timeout=20s --start-period=2m --retries=3 CMD ["listsync", "healthcheck"]
ENTRYPOINT ["tini", "--", "listsync"]
CMD ["run"]

# Both targets end with the demo: it proves that the image works, and leaves behind what Python's own library compiles to,
# which the base image lacks and a read-only root could never keep. Without it every start takes a second instead of a fifth.
FROM runtime AS slim
COPY --from=slim-environment /opt/listsync /opt/listsync
USER 0
RUN PYTHONDONTWRITEBYTECODE='' listsync demo
USER 10001:10001

FROM runtime AS browser
USER 0
RUN apt-get update \
    && apt-get install -y --no-install-recommends chromium fonts-liberation \
    && apt-get clean \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log
COPY --from=browser-environment /opt/listsync /opt/listsync
RUN PYTHONDONTWRITEBYTECODE='' listsync demo
USER 10001:10001
