# The server: docker build --tag dx-mock . && docker run --rm --publish 127.0.0.1:4000:4000 dx-mock
# It was written where no engine runs: hadolint and tests/packaging/test_container.py check it there, and the
# workflow builds it, starts it and calls it (tox -e container).
ARG PYTHON=3.14

FROM python:${PYTHON}-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY .ci/constraints.txt ./
COPY dx_mock ./dx_mock
RUN python -m venv /opt/dx-mock \
    && /opt/dx-mock/bin/pip install --no-cache-dir --constraint constraints.txt '.[all]'

FROM python:${PYTHON}-slim
LABEL org.opencontainers.image.title="dx-mock" \
      org.opencontainers.image.description="A server that answers like AWS Direct Connect" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/dx-mock /opt/dx-mock
# Snapshots go to /data; nothing else is written.
RUN useradd --system --uid 10001 --no-create-home dx-mock \
    && install --directory --owner=dx-mock /data
ENV PATH=/opt/dx-mock/bin:$PATH
USER 10001
WORKDIR /data
EXPOSE 4000
# Not urllib, which would ask a proxy of the environment for the container's own loopback.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --start-interval=1s --retries=3 \
    CMD ["python", "-c", "import http.client as c; a = c.HTTPConnection('127.0.0.1', 4000, timeout=2); a.request('GET', '/dx-mock/health'); raise SystemExit(a.getresponse().status != 200)"]
# Every interface of the container, since the engine forwards the port to it: publish it on the host's loopback.
# Other containers call it by a name: dx-mock, or what further --allow-host say.
# What follows the image's name are more options of serve; a later one wins.
ENTRYPOINT ["dx-mock", "serve", "--host", "0.0.0.0", "--i-know-it-is-open", "--allow-host", "dx-mock", "--port", "4000"]
