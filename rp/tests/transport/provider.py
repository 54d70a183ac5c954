"""A small OpenID provider over TLS, with a fault at one path. Standard library and openssl(1) only."""

import base64
import gzip
import http.server
import json
import pathlib
import socket
import ssl
import struct
import subprocess
import threading
import time
import urllib.parse


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, check=True, capture_output=True).stdout


class Keys:
    """An ES256 key, and an authority with a certificate for localhost and one that is another's."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.key = self.folder / "signing.pem"
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(self.key))
        point = openssl("ec", "-in", str(self.key), "-pubout", "-outform", "DER")[-64:]
        self.jwk = {"kty": "EC", "crv": "P-256", "kid": "k1", "x": b64url(point[:32]), "y": b64url(point[32:])}
        self.authority("ca")
        self.authority("other-ca")
        self.good = self.certificate("good", "ca", "DNS:localhost,IP:127.0.0.1")
        self.wrong_name = self.certificate("wrong-name", "ca", "DNS:elsewhere.example")
        self.untrusted = self.certificate("untrusted", "other-ca", "DNS:localhost,IP:127.0.0.1")

    def path(self, name):
        return str(self.folder / name)

    def authority(self, name):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", f"/CN={name}", "-keyout", self.path(name + ".key"), "-out", self.path(name + ".pem"))

    def certificate(self, name, authority, names):
        extensions = self.folder / (name + ".ext")
        extensions.write_text(f"subjectAltName={names}\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
                "-keyout", self.path(name + ".key"), "-out", self.path(name + ".csr"))
        openssl("x509", "-req", "-days", "2", "-in", self.path(name + ".csr"), "-CA", self.path(authority + ".pem"),
                "-CAkey", self.path(authority + ".key"), "-CAcreateserial", "-extfile", str(extensions),
                "-out", self.path(name + ".pem"))
        return self.path(name + ".pem"), self.path(name + ".key")

    def sign(self, claims):
        head = b64url(json.dumps({"alg": "ES256", "kid": "k1"}).encode())
        text = f"{head}.{b64url(json.dumps(claims).encode())}"
        der = openssl("dgst", "-sha256", "-sign", str(self.key), data=text.encode())
        return f"{text}.{b64url(raw_signature(der))}"


def raw_signature(der):
    """r and s of 32 bytes each, out of the ASN.1 that openssl writes."""
    out, at = b"", 2
    for _ in range(2):
        size = der[at + 1]
        out += der[at + 2:at + 2 + size].lstrip(b"\0").rjust(32, b"\0")
        at += 2 + size
    return out


class Provider:
    """`fault(handler, answer)` is called for the requests of `path` in place of the good answer."""

    def __init__(self, keys):
        self.keys, self.path, self.fault, self.nonce = keys, None, None, None
        self.connections = 0
        self.servers = {name: self.serve(getattr(keys, name)) for name in ("good", "wrong_name", "untrusted")}

    def serve(self, certificate):
        provider = self

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def get_request(self):
                connection = super().get_request()
                provider.connections += 1
                return connection

            def handle_error(self, request, address):
                """A client that goes away is what half of the faults are about."""

        server = Server(("127.0.0.1", 0), handler_of(self))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def issuer(self, name="good"):
        return f"https://localhost:{self.servers[name].server_port}"

    def metadata(self):
        base = self.issuer()
        return {"issuer": base, "authorization_endpoint": base + "/authorize", "token_endpoint": base + "/token",
                "jwks_uri": base + "/jwks", "userinfo_endpoint": base + "/userinfo",
                "code_challenge_methods_supported": ["S256"]}

    def answer(self, path):
        now = int(time.time())
        claims = {"iss": self.issuer(), "sub": "ada", "aud": "app", "iat": now, "exp": now + 300, "nonce": self.nonce}
        return {
            "/.well-known/openid-configuration": self.metadata,
            "/jwks": lambda: {"keys": [self.keys.jwk]},
            "/token": lambda: {"access_token": "at", "token_type": "Bearer", "id_token": self.keys.sign(claims)},
            "/userinfo": lambda: {"sub": "ada", "name": "Ada"},
        }[path]()


def handler_of(provider):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = urllib.parse.urlsplit(self.path).path
            body = json.dumps(provider.answer(path)).encode()
            if provider.fault and path == provider.path:
                provider.fault(self, body)
                return
            send(self, body)

        do_POST = do_GET

    return Handler


def send(handler, body, status=200, size=None, **headers):
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body) if size is None else size))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def end(handler):
    handler.close_connection = True


def silent(handler, _):
    time.sleep(8)
    end(handler)


def reset(handler, _):
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    end(handler)


def truncated(handler, body):
    send(handler, body[:len(body) // 2], size=len(body))
    end(handler)


def cut_json(handler, body):
    send(handler, body[:len(body) // 2])


def ten_megabytes(handler, body):
    send(handler, body + b" " * (10 << 20))


def slow_drip(handler, body):
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    for byte in body:
        handler.wfile.write(bytes([byte]))
        time.sleep(0.4)


def header_flood(handler, body):
    send(handler, body, **{f"X_{i}": "x" * 1000 for i in range(64)})


def redirect(handler, _):
    send(handler, b"", status=302, Location="https://elsewhere.example/")


def busy(handler, _):
    send(handler, b"{}", status=503, Retry_After="3")


def not_http(handler, _):
    handler.wfile.write(b"220 mail.example ESMTP\r\n")
    end(handler)


def wrong_type(handler, _):
    send(handler, b"<html>a page</html>")


BOMB = gzip.compress(b" " * (50 << 20), 1)


def squeezed(handler, _):
    """A gzip bomb must not be unpacked: nobody asked for it."""
    send(handler, BOMB[:200 << 10], Content_Encoding="gzip")
