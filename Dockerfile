# syntax=docker/dockerfile:1
# The app alone; the language model answers over HTTP from a container of its own (compose.yaml).
FROM python:3.11-slim-bookworm AS build
ARG EXTRAS="serve postgres trace paint"
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN python -m venv /opt/tastemaker
ENV PATH=/opt/tastemaker/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
# What is depended on changes less often than the code, and takes minutes: a layer of its own.
COPY pyproject.toml constraints.txt ./
RUN python -c 'import sys, tomllib; project = tomllib.load(open("pyproject.toml", "rb"))["project"]; extras = project["optional-dependencies"]; print(*project["dependencies"], *(one for name in sys.argv[1:] for one in extras[name]), sep="\n")' $EXTRAS > requirements.txt
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install -c constraints.txt --extra-index-url "$TORCH_INDEX" -r requirements.txt
COPY . .
RUN --mount=type=cache,target=/root/.cache/pip pip install --no-deps .

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home tastemaker && install -d -o tastemaker -g tastemaker /data
COPY --from=build /opt/tastemaker /opt/tastemaker
ENV PATH=/opt/tastemaker/bin:$PATH \
    TASTEMAKER_DATA_DIR=/data \
    TASTEMAKER_CACHE_DIR=/data/cache
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["tastemaker"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
