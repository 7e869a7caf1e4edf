# Two stages: the first makes the virtual environment, the second holds nothing but it and Opis.
FROM python:3.13-slim AS build
WORKDIR /opis
COPY requirements.lock ./
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /opis --shell /usr/sbin/nologin opis \
    && mkdir /data \
    && chown opis:opis /data
WORKDIR /opis
COPY --from=build /opis/.venv .venv
COPY migrations migrations
COPY api api
# The seed comes along; mount another over it to serve that: -v "$PWD/seed:/opis/seed:ro"
COPY seed seed
ENV PATH=/opis/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OPIS_HOST=0.0.0.0 \
    OPIS_DATA_DIR=/data
VOLUME /data
EXPOSE 8000
USER 10001
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["python", "-m", "api", "serve"]
