#!/usr/bin/python3
"""A real SMTP server (python3-aiosmtpd) that tells in a file, a JSON object a line, what it was asked
and what it took. It wants STARTTLS (unless --plain) and the one name and password.

What it does follows from a recipient's name: `later-N-…` is put off N times (451), `refused-…` is
refused (550), `too-big-…` is refused with its text (554), and `cut-…` and `unanswered-…` kill the
server, once: as the text is to come, and when it is stored but not answered.

    smtp_server.py PORT JOURNAL [--tls CERTIFICATE KEY] [--plain]
"""
import argparse
import asyncio
import email
import email.policy
import json
import logging
import os
import re
import signal
import ssl
import time

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = b"hitkey", b"correct-horse"


class Journal:
    def __init__(self, path):
        self.path = path

    def entries(self):
        try:
            with open(self.path, encoding="utf-8") as file:
                return [json.loads(line) for line in file]
        except FileNotFoundError:
            return []

    def count(self, event, to):
        return sum(1 for entry in self.entries() if entry["event"] == event and entry.get("to") == to)

    def tell(self, event, **what):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"event": event, "at": time.time() * 1000, **what}) + "\n")


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def parsed(content):
    """As Python's own reader of mail sees it."""
    mail = email.message_from_bytes(content, policy=email.policy.default)
    raw_subject = re.search(rb"(?im)^subject:((?:.*\r?\n)(?:[ \t].*\r?\n)*)", content).group(1)
    parts = [part for part in mail.walk() if not part.is_multipart()]
    return {
        "id": mail["Message-ID"],
        "subject": str(mail["Subject"]),
        "raw_subject": raw_subject.decode("ascii").strip(),
        "header_to": str(mail["To"]),
        "type": mail.get_content_type(),
        "parts": {part.get_content_type(): part.get_content() for part in parts},
        "defects": [str(defect) for part in mail.walk() for defect in part.defects],
        "longest_line": max(len(line) for line in content.split(b"\r\n")),
    }


class Handler:
    def __init__(self, journal):
        self.journal = journal

    async def handle_RCPT(self, server, session, envelope, address, options):
        del options
        name = address.split("@")[0]
        puts_off = re.match(r"later-(\d+)-", name)
        reply = "250 OK"
        if name.startswith("refused-"):
            reply = "550 5.1.1 There is nobody of that name"
        elif puts_off and self.journal.count("recipient", address) < int(puts_off.group(1)):
            reply = "451 4.7.1 Come again later"
        self.journal.tell("recipient", to=address, reply=int(reply[:3]), tls=session.ssl is not None,
                          user=server.session.auth_data)
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):
        del server, session
        to = envelope.rcpt_tos[0]
        if to.startswith("too-big-"):
            self.journal.tell("text_refused", to=to)
            return "554 5.6.0 Not with such a text"
        again = self.journal.count("mail", to)
        self.journal.tell("mail", to=to, sender=envelope.mail_from, **parsed(envelope.content))
        if to.startswith("unanswered-") and not again:
            die()
        return "250 OK"


class Server(SMTP):
    async def push(self, status):
        await super().push(status)
        to = (self.envelope.rcpt_tos or [""])[0] if self.envelope else ""
        if str(status).startswith("354") and to.startswith("cut-"):
            if not self.event_handler.journal.count("cut", to):
                self.event_handler.journal.tell("cut", to=to)
                die()


def authenticator(journal):
    def check(server, session, envelope, mechanism, data):
        del server, envelope
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER, PASSWORD)
        journal.tell("auth", mechanism=mechanism, good=good, tls=session.ssl is not None)
        return AuthResult(success=good, handled=good, auth_data=data.login.decode() if good else None)
    return check


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("journal")
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--plain", action="store_true")
    return parser.parse_args()


async def main():
    args = options()
    logging.disable()  # the journal tells what matters
    journal = Journal(args.journal)
    context = None
    if args.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*args.tls)

    def connection():
        journal.tell("connection")
        return Server(Handler(journal), hostname="localhost", tls_context=context,
                      require_starttls=not args.plain, authenticator=authenticator(journal),
                      auth_required=not args.plain, auth_require_tls=not args.plain)

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", args.port)
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(main())
