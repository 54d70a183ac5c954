#!/usr/bin/env python3
"""A partner's app in one file: a page with a "Sign in with HitKey" button and what came of it.

It speaks plain OpenID Connect with the code flow, PKCE, state and nonce. It is a demonstration for
localhost: it trusts the token because it came straight from the issuer over loopback (OIDC Core
3.1.3.7, 6), keeps sessions in memory, and serves one person at a time."""

import argparse
import base64
import hashlib
import html
import http.cookies
import http.server
import json
import secrets
import urllib.parse
import urllib.request

STYLE = """
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f8fafc;color:#0f172b;
font:16px/1.5 system-ui,"Noto Sans","DejaVu Sans",sans-serif}
main{width:min(92vw,560px);padding:32px;background:#fff;border:1px solid #e2e8f0;border-radius:16px}
h1{margin:0 0 8px;font-size:24px;letter-spacing:-.02em}p{color:#475569;margin:0 0 24px}
a.button{display:inline-block;padding:12px 20px;border-radius:10px;background:#0f172b;color:#fff;
font-weight:600;text-decoration:none}a.button:focus-visible{outline:3px solid #1d5fbf;outline-offset:2px}
pre{overflow:auto;padding:16px;background:#f8fafc;border:1px solid #e2e8f0;border-radius:10px;font-size:13px}
h2{font-size:16px;margin:24px 0 8px}
@media(prefers-color-scheme:dark){body{background:#0a1122;color:#e8edf5}main{background:#111a2e;border-color:#26334a}
p{color:#a3b1c6}a.button{background:#e8edf5;color:#111a2e}pre{background:#0a1122;border-color:#26334a}}
"""


def b64url(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unpack(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


class Partner(http.server.BaseHTTPRequestHandler):
    issuer = client = redirect_uri = None
    pending = {}  # the browser's cookie -> state, nonce, verifier

    def answer(self, status, body, headers=()):
        page = ("<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport "
                f"content='width=device-width,initial-scale=1'><title>Demo Partner</title><style>{STYLE}"
                f"</style><main>{body}</main></html>").encode()
        self.send_response(status)
        for name, value in (("Content-Type", "text/html; charset=utf-8"),
                            ("Content-Length", str(len(page))), ("Cache-Control", "no-store"),
                            ("Referrer-Policy", "no-referrer"), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        action = {"/": self.front, "/login": self.login, "/callback": self.callback}.get(path)
        if action:
            action(urllib.parse.parse_qs(query))
        else:
            self.answer(404, "<h1>Not here</h1><p><a href=/>Back to the front</a></p>")

    def front(self, _):
        self.answer(200, "<h1>Demo Partner</h1><p>An app that lets HitKey say who you are.</p>"
                         "<a class=button id=sign-in href=/login>Sign in with HitKey</a>")

    def login(self, _):
        cookie, state, nonce = (b64url(secrets.token_bytes(24)) for _ in range(3))
        verifier = b64url(secrets.token_bytes(32))
        self.pending[cookie] = (state, nonce, verifier)
        challenge = b64url(hashlib.sha256(verifier.encode()).digest())
        query = urllib.parse.urlencode({
            "response_type": "code", "client_id": self.client["client_id"],
            "redirect_uri": self.redirect_uri, "scope": "openid profile email", "state": state,
            "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256"})
        self.send_response(303)
        self.send_header("Location", f"{self.issuer}/oauth/authorize?{query}")
        self.send_header("Set-Cookie", f"partner={cookie}; Path=/; HttpOnly; SameSite=Lax")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def exchange(self, code, verifier):
        form = urllib.parse.urlencode({
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri,
            "code_verifier": verifier, "client_id": self.client["client_id"],
            "client_secret": self.client["client_secret"]}).encode()
        with urllib.request.urlopen(f"{self.issuer}/oauth/token", form, timeout=10) as response:
            tokens = json.load(response)
        request = urllib.request.Request(f"{self.issuer}/oauth/userinfo", headers={
            "Authorization": f"Bearer {tokens['access_token']}"})
        with urllib.request.urlopen(request, timeout=10) as response:
            return unpack(tokens["id_token"]), json.load(response)

    def callback(self, query):
        cookie = http.cookies.SimpleCookie(self.headers.get("Cookie", "")).get("partner")
        state, nonce, verifier = self.pending.pop(cookie.value if cookie else "", ("", "", ""))
        given = {name: values[0] for name, values in query.items()}
        if not state or not secrets.compare_digest(given.get("state", ""), state) or given.get("iss") != self.issuer:
            return self.answer(400, "<h1>That was not our sign-in</h1><p><a href=/>Start again</a></p>")
        if "error" in given:
            return self.answer(200, f"<h1>Not signed in</h1><p>HitKey says: {html.escape(given['error'])}</p>"
                                    "<a class=button href=/login>Try again</a>")
        try:
            token, user = self.exchange(given["code"], verifier)
        except OSError as problem:
            return self.answer(502, f"<h1>The exchange failed</h1><p>{html.escape(str(problem))}</p>")
        if token.get("nonce") != nonce or token.get("iss") != self.issuer or token.get("aud") != self.client["client_id"]:
            return self.answer(400, "<h1>The ID token is not for this sign-in</h1>")
        show = lambda value: html.escape(json.dumps(value, indent=2, ensure_ascii=False))
        name = html.escape(user.get("name") or user.get("email") or user["sub"])
        self.answer(200, f"<h1>Hello, {name}</h1><p>HitKey told us who you are.</p>"
                         f"<h2>ID token</h2><pre id=id-token>{show(token)}</pre>"
                         f"<h2>Userinfo</h2><pre id=userinfo>{show(user)}</pre>"
                         "<a class=button href=/>Start over</a>")

    def log_message(self, *_):
        pass


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--issuer", required=True)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--client-file", required=True)
    given = options.parse_args()
    Partner.issuer = given.issuer
    Partner.redirect_uri = f"http://localhost:{given.port}/callback"
    with open(given.client_file, encoding="utf-8") as file:
        Partner.client = json.load(file)
    http.server.ThreadingHTTPServer(("127.0.0.1", given.port), Partner).serve_forever()


main()
