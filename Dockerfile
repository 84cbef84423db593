# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements.lock .
RUN /venv/bin/pip install --no-deps --require-hashes -r requirements.lock
COPY . .
RUN /venv/bin/pip install --no-deps --no-build-isolation --config-settings editable_mode=compat -e . \
    && /venv/bin/python -m compileall -q /app

FROM python:3.13-slim
# A number, so that the platform can see that this is not root.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin shifen \
    && install -d -o 10001 -g 10001 /backups
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["shifen"]
CMD ["--help"]
