# The wheel is built apart, so that the running image holds no sources and no build tools.
FROM python:3.11-slim AS build
WORKDIR /build
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheel .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin clm \
    && install --directory --owner=clm --group=clm --mode=0700 /data
RUN --mount=type=bind,from=build,source=/wheel,target=/wheel \
    pip install --no-cache-dir /wheel/*.whl
USER clm
WORKDIR /data
ENV CLM_DATA_DIR=/data PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
ENTRYPOINT ["clm-tracker"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
