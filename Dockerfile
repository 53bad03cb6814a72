# Wirelane Geo in a container: docker build -t wirelane-geo . && docker run -p 8501:8501 -v wirelane-geo:/data wirelane-geo
FROM python:3.13-slim AS build
COPY . /source
RUN /source/tools/install-wheel.sh /opt/wirelane-geo

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --home-dir /data wirelane-geo \
    && install --directory --owner wirelane-geo --mode 0700 /data
COPY --from=build /opt/wirelane-geo /opt/wirelane-geo
ENV PATH=/opt/wirelane-geo/bin:$PATH \
    WIRELANE_GEO_DATA=/data \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501
USER wirelane-geo
WORKDIR /data
VOLUME /data
EXPOSE 8501
HEALTHCHECK --start-period=5m --interval=30s --timeout=10s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f\"http://localhost:{os.environ['STREAMLIT_SERVER_PORT']}/healthz\", timeout=8)"]
CMD ["wirelane-geo", "run"]
