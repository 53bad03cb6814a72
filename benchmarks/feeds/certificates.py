"""An authority, a server's and a client's certificate, for mutual TLS on this machine, by the openssl command."""

import subprocess
from pathlib import Path


def certificates(directory: Path) -> Path:
    """Makes authority.pem, server.pem and client.pem, each of the last two with its key; their directory."""
    def openssl(*given: str) -> None:
        subprocess.run(["openssl", *given], check=True, capture_output=True, cwd=directory)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "authority.key", "-out", "authority.pem", "-days", "2",
            "-subj", "/CN=Authority of the benchmark")
    for name in ("server", "client"):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        (directory / f"{name}.ext").write_text("subjectAltName=IP:127.0.0.1\n")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial",
                "-out", f"{name}.crt", "-days", "2", "-extfile", f"{name}.ext")
        (directory / f"{name}.pem").write_text((directory / f"{name}.crt").read_text() + (directory / f"{name}.key").read_text())
    return directory
