"""Tiles and counts behind nginx's cache: what the second visitor costs. Needs nginx and wrk, both in Debian."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks.application import answers, free_port, wait_until

CONNECTIONS, SECONDS = 32, 5
_NGINX = """
daemon off; pid {own}/pid; error_log {own}/errors; worker_processes 1; {user}
events {{ worker_connections 1024; }}
http {{
    access_log off; client_body_temp_path {own}/bodies; proxy_temp_path {own}/temporary;
    fastcgi_temp_path {own}/f; uwsgi_temp_path {own}/u; scgi_temp_path {own}/s;
    proxy_cache_path {own}/cache keys_zone=tiles:16m max_size=256m;
    server {{
        listen 127.0.0.1:{port}; keepalive_requests 1000000;
        location / {{ proxy_pass {url}; proxy_cache tiles; proxy_cache_valid 200 10m; proxy_ignore_headers Cache-Control Vary; }}
    }}
}}
"""
_WRK = """
local paths = {{{paths}}}
local turn = 0
request = function() turn = turn % #paths + 1; return wrk.format("GET", paths[turn]) end
"""


def why_not() -> str | None:
    """What is missing on this machine."""
    missing = [name for name in ("nginx", "wrk") if not shutil.which(name)]
    return f"{' and '.join(missing)} of Debian: not installed" if missing else None


def measure(url: str, paths: Sequence[str]) -> list[str]:
    """Answers a second and the 99th percentile in milliseconds, of paths that somebody has asked for before."""
    with tempfile.TemporaryDirectory() as own, _nginx(Path(own), url) as cache:
        with httpx.Client(base_url=cache, timeout=60) as client:
            for path in paths:
                client.get(path).raise_for_status()
        script = Path(own) / "paths.lua"
        script.write_text(_WRK.format(paths=", ".join(f'"{path}"' for path in paths)))
        said = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}", "--latency", "-s", script, cache],
                              check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said:
        raise SystemExit(f"the cache answered something else:\n{said}")
    [rate] = re.findall(r"Requests/sec:\s+([\d.]+)", said)
    [[value, unit]] = re.findall(r"99%\s+([\d.]+)(us|ms|s)\b", said)
    return [f"{float(rate):,.0f}", f"{float(value) * {'us': 0.001, 'ms': 1.0, 's': 1000.0}[unit]:.1f}"]


@contextmanager
def _nginx(own: Path, url: str) -> Iterator[str]:
    port, settings = free_port(), own / "nginx.conf"
    user = "user root;" if own.owner() == "root" else ""
    settings.write_text(_NGINX.format(own=own, port=port, url=url, user=user))
    process = subprocess.Popen(["nginx", "-p", own, "-c", settings, "-e", own / "errors"])
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), seconds=20)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
