#!/usr/bin/env python3
"""Trims Wycheproof's test vectors to what the tests of keys/ read: trim.py CHECKOUT, from this folder.

Bytes become base64url; of many valid signatures a few stay, of the invalid ones all. Private keys stay
only where decryption or a shared secret needs them."""

import base64
import json
import pathlib
import sys

VECTORS = pathlib.Path(sys.argv[1]) / "testvectors_v1"


def load(name):
    return json.loads((VECTORS / f"{name}_test.json").read_text())["testGroups"]


def encoded(hexadecimal):
    return base64.urlsafe_b64encode(bytes.fromhex(hexadecimal)).rstrip(b"=").decode()


def as_text(token):
    return token if isinstance(token, str) else json.dumps(token)


def few(tests, valid):
    """All tests that must fail, and the first `valid` others."""
    for test in tests:
        if test["result"] == "valid":
            valid -= 1
        if test["result"] != "valid" or valid >= 0:
            yield test


def signatures():
    """(file, alg, how many valid ones of each group, how many groups of valid ones alone)"""
    wanted = [
        ("ecdsa_secp256r1_sha256_p1363", "ES256", 2, 12), ("ecdsa_secp384r1_sha384_p1363", "ES384", 2, 6),
        ("ecdsa_secp521r1_sha512_p1363", "ES512", 2, 4), ("ed25519", "EdDSA", 2, 30), ("ed448", "EdDSA", 2, 30),
        ("rsa_pss_2048_sha256_mgf1_32", "PS256", 20, 9)]  # json_web_signature has those of RS256
    for name, alg, valid, alone in wanted:
        for group in load(name):
            tests = list(few(group["tests"], valid))
            if all(test["result"] == "valid" for test in tests):
                alone -= 1
                if alone < 0:
                    continue
            yield {"name": name, "alg": alg, "pem": group["publicKeyPem"],
                   "tests": [[t["tcId"], t["comment"], encoded(t["msg"]), encoded(t["sig"]), t["result"]]
                             for t in tests]}


def tokens():
    for group in load("json_web_signature"):
        key = group.get("public", group["private"])
        tests = group["tests"]
        if len(tests) > 200:  # one signature, altered in each place of its DER
            tests = tests[:20] + tests[20::2]
        # Two rows lost their padding on the way, and are the valid token now.
        valid = {as_text(t["jws"]) for t in tests if t["result"] == "valid"}
        tests = [t for t in tests if t["result"] == "valid" or as_text(t["jws"]) not in valid]
        yield {"name": group["comment"], "key": key,
               "tests": [[t["tcId"], t["comment"], as_text(t["jws"]), t["result"]] for t in tests]}


def sets():
    for group in load("json_web_key"):
        yield {"name": group["comment"], "set": group.get("public", group["private"]),
               "tests": [[t["tcId"], t["comment"], as_text(t["jws"]), t["result"]] for t in group["tests"]]}


def encrypted():
    for group in load("json_web_encryption"):
        if group["private"].get("alg") == "RSA1_5":
            group["tests"] = group["tests"][:1]  # it is refused, padding or not
        yield {"name": group["comment"], "key": group["private"],
               "tests": [[t["tcId"], t["comment"], as_text(t["jwe"]), encoded(t.get("pt", "")), t["result"]]
                         for t in group["tests"]]}


for make in signatures, tokens, sets, encrypted:
    rows = [json.dumps(group, separators=(",", ":")) for group in make()]
    pathlib.Path(f"{make.__name__}.json").write_text('{"groups":[\n' + ",\n".join(rows) + "\n]}\n")
