#!/usr/bin/env python3
"""transport_test.py TOOL: each request of a sign-in fails in each way; what must come of it is a table."""

import concurrent.futures
import subprocess
import sys
import tempfile
import urllib.parse

import provider as p

TOOL = sys.argv[1]
PATHS = ["/.well-known/openid-configuration", "/jwks", "/token", "/userinfo"]
TIMEOUT_MS = 4000
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


def run(driver, keys):
    """Every row with that driver: what went wrong."""
    failures = []
    provider = p.Provider(keys)

    def check(what, got, wanted):
        if got != wanted:
            failures.append(f"{driver}: {what}: {got}, not {wanted}")

    check("no fault", sign_in(provider, provider.issuer(), driver), "HK_OK")
    check("connections", provider.connections, 1)
    for name in ("wrong_name", "untrusted"):
        check(name, sign_in(provider, provider.issuer(name), driver), "HK_E_TLS")
    nobody = provider.issuer().rsplit(":", 1)[0] + ":1"
    check("nobody listens", sign_in(provider, nobody, driver), "HK_E_NET")
    for provider.fault, wanted in FAULTS:
        for provider.path in PATHS:
            what = f"{provider.fault.__name__} at {provider.path}"
            check(what, sign_in(provider, provider.issuer(), driver), wanted)
    return failures


def main():
    drivers = ("run", "curl")
    with tempfile.TemporaryDirectory(prefix="hitkey-transport-") as folder:
        keys = p.Keys(folder)
        with concurrent.futures.ThreadPoolExecutor(len(drivers)) as pool:
            failures = sum(pool.map(lambda driver: run(driver, keys), drivers), [])
    print("\n".join(failures))
    print(f"{len(drivers) * (len(FAULTS) * len(PATHS) + 5) - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


sys.exit(main())
