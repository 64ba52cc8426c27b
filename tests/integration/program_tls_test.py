# SPDX-License-Identifier: MIT
"""Monitors that ask for certificates, as Python's own TLS meets them.

usage: program_tls_test.py QMPEV MAKE_CERTIFICATES [UNITTEST ARGUMENTS]
"""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import ProgramTest, WAIT_SECONDS

MAKE_CERTIFICATES = os.path.abspath(sys.argv.pop(1))


class TlsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.certificates = self.path("tls")
        os.mkdir(self.certificates)
        subprocess.run([MAKE_CERTIFICATES, self.certificates, "ops", "guest", "stranger", "lost"], check=True,
                       timeout=WAIT_SECONDS)

    def listen(self, settings=""):
        self.process = self.serve("--listen", "unix:" + self.path("full.sock"), "--listen",
                                  f"tcp:127.0.0.1:0,wire=qemu,tls={self.certificates}{settings}")
        self.line = self.process.stdout.readline()
        return int(re.search(r"   tcp:\S+:(\d+)   wire=", self.line).group(1))

    def context(self, name):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(os.path.join(self.certificates, "ca-cert.pem"))
        if name:
            context.load_cert_chain(os.path.join(self.certificates, name + "-cert.pem"),
                                    os.path.join(self.certificates, name + "-key.pem"))
        return context

    def connect_as(self, name, port, version=None):
        """A file of lines. TLS 1.3 tells a client of a refusal only when it reads."""
        context = self.context(name)
        if version:
            context.maximum_version = version
        raw = socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)
        self.addCleanup(raw.close)
        secured = context.wrap_socket(raw, server_hostname="localhost")
        self.addCleanup(secured.close)
        return secured

    def converse(self, secured):
        lines = secured.makefile("rw", encoding="utf-8", newline="\n")
        self.assertIn("QMP", json.loads(lines.readline()))
        lines.write('{"execute":"qmp_capabilities"}\n')
        lines.flush()
        self.assertEqual(json.loads(lines.readline()), {"return": {}})
        return lines

    def totals(self):
        return self.connect(self.path("full.sock")).execute("x-qmpev-statistics")["return"]["totals"]

    def assert_refused(self, name, port, **options):
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            secured = self.connect_as(name, port, **options)
            if not secured.recv(1):
                raise ConnectionResetError("closed")

    def test_who_has_a_certificate_hears_events(self):
        port = self.listen()
        self.assertIn("tls", self.line)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            lines = self.converse(self.connect_as("ops", port, version))
            full = self.connect(self.path("full.sock"))
            full.execute("stop")
            full.execute("cont")
            self.assertEqual([json.loads(lines.readline())["event"] for _ in range(2)], ["STOP", "RESUME"])
        self.assertEqual(self.totals()["refused-tls"], 0)

    def test_with_the_role_full_it_commands(self):
        port = self.listen(",role=full,allow-name=ops")
        lines = self.converse(self.connect_as("ops", port))
        # Many at once, longer than one record of TLS, and all of them answered.
        count = 3000
        lines.write('{"execute":"query-status"}\n' * count)
        lines.flush()
        for _ in range(count):
            self.assertIn("return", json.loads(lines.readline()))
        lines.write('{"execute":"quit"}\n')
        lines.flush()
        words = [json.loads(line) for line in lines]
        self.assertEqual([next(iter(word)) for word in words].count("return"), 1)
        self.assertEqual(words[0]["event"], "SHUTDOWN")
        self.assertEqual(self.process.wait(WAIT_SECONDS), 0)

    def test_others_do_not(self):
        port = self.listen(",allow-name=ops")
        for count, name in enumerate((None, "stranger", "lost", "guest"), 1):
            with self.subTest(name=name):
                self.assert_refused(name, port)
                self.assertEqual(self.totals()["refused-tls"], count)
        with socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS) as plain:
            plain.sendall(b'{"execute":"qmp_capabilities"}\n')
            self.assertNotIn(b"QMP", plain.recv(4096))
        self.converse(self.connect_as("ops", port))
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=WAIT_SECONDS)
        self.assertIn("did not prove who it is and was closed", errors)

    def test_beyond_loopback_it_is_up_to_the_system(self):
        place = "tcp:192.0.2.1:0"  # RFC 5737: nobody has it
        for settings, reason in (("", "other machines reach"),
                                 (",tls=" + self.certificates, "this machine has no address")):
            with self.subTest(settings=settings):
                refused = self.run_program("serve", "--listen", place + settings)
                self.assertNotEqual(refused.returncode, 0)
                self.assertIn(reason, refused.stderr)

    def test_folders_that_are_no_good(self):
        def refusal(*settings):
            refused = self.run_program("serve", "--listen", "tcp:127.0.0.1:0" + "".join(settings))
            self.assertEqual(refused.stdout, "")
            self.assertNotEqual(refused.returncode, 0)
            return refused.stderr

        self.assertIn("cannot read /nowhere/ca-cert.pem: No such file", refusal(",tls=/nowhere"))
        self.assertIn("TLS needs the authorities", refusal(",allow-name=ops"))
        self.assertIn("for UNIX sockets", refusal(",tls=" + self.certificates, ",allow-uid=0"))
        on_unix = self.run_program("serve", "--listen", "unix:" + self.path("x.sock") + ",tls=" + self.certificates)
        self.assertIn("only a TCP listener has TLS", on_unix.stderr)
        scenario = self.run_program("serve", "--demo", "--listen", "tcp:127.0.0.1:0,role=full,tls=" + self.certificates)
        self.assertEqual(scenario.returncode, 2)
        self.assertIn("name one without tls= first", scenario.stderr)
        os.replace(os.path.join(self.certificates, "ops-key.pem"), os.path.join(self.certificates, "server-key.pem"))
        self.assertIn("is not that of the certificate", refusal(",tls=" + self.certificates))


if __name__ == "__main__":
    unittest.main()
