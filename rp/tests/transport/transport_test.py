#!/usr/bin/env python3
"""transport_test.py TOOL: each request of a sign-in fails in each way; what must come of it is a table."""

import subprocess
import sys
import tempfile
import urllib.parse

import provider as p

TOOL = sys.argv[1]
PATHS = ["/.well-known/openid-configuration", "/jwks", "/token", "/userinfo"]
TIMEOUT_MS = 1500
# What fails -> what hk_finish or hk_begin must say.
FAULTS = [
    (p.silent, "HK_E_TIMEOUT"),
    (p.slow_drip, "HK_E_TIMEOUT"),
    (p.reset, "HK_E_NET"),
    (p.truncated, "HK_E_NET"),
    (p.not_http, "HK_E_NET"),
    (p.ten_megabytes, "HK_E_TOO_LARGE"),
    (p.header_flood, "HK_E_TOO_LARGE"),
    (p.redirect, "HK_E_HTTP"),
    (p.busy, "HK_E_HTTP"),
    (p.cut_json, "HK_E_HTTP"),
    (p.wrong_type, "HK_E_HTTP"),
    (p.squeezed, "HK_E_HTTP"),
]


def sign_in(provider, issuer, driver):
    """The tool's last line, when this script is its browser."""
    tool = subprocess.Popen([TOOL, issuer, provider.keys.path("ca.pem"), driver, str(TIMEOUT_MS)],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    line = tool.stdout.readline()
    if line.startswith("https://"):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(line.strip()).query))
        provider.nonce = query["nonce"]
        tool.stdin.write(urllib.parse.urlencode({"code": "c", "state": query["state"]}) + "\n")
        tool.stdin.flush()
        line = tool.stdout.readline()
    tool.stdin.close()
    return line.split(" ", 1)[0] if tool.wait(timeout=30) == 0 else f"exit {tool.returncode}"


def main():
    failures = []

    def check(what, got, wanted):
        if got != wanted:
            failures.append(f"{what}: {got}, not {wanted}")

    with tempfile.TemporaryDirectory(prefix="hitkey-transport-") as folder:
        provider = p.Provider(p.Keys(folder))
        for driver in ("run", "curl"):
            provider.fault = None
            before = provider.connections
            check(f"{driver}: no fault", sign_in(provider, provider.issuer(), driver), "HK_OK")
            check(f"{driver}: connections", provider.connections - before, 1)
            for name in ("wrong_name", "untrusted"):
                check(f"{driver}: {name}", sign_in(provider, provider.issuer(name), driver), "HK_E_TLS")
            for fault, wanted in FAULTS:
                for path in PATHS:
                    provider.fault, provider.path = fault, path
                    check(f"{driver}: {fault.__name__} at {path}", sign_in(provider, provider.issuer(), driver), wanted)
        nobody = provider.issuer().rsplit(":", 1)[0] + ":1"
        check("nobody listens", sign_in(provider, nobody, "run"), "HK_E_NET")
    print("\n".join(failures))
    print(f"{len(FAULTS) * len(PATHS) * 2 + 7 - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


sys.exit(main())
