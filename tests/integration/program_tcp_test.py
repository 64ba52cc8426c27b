# SPDX-License-Identifier: MIT
"""Monitors on TCP ports as clients meet them: what they may do, and what ends them.

usage: program_tcp_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import os
import re
import signal
import socket
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import Client, ProgramTest, WAIT_SECONDS


class TcpTest(ProgramTest):
    def listen(self, settings="", host="127.0.0.1"):
        """A machine with a monitor at a UNIX socket and one at a port; returns the port."""
        self.process = self.serve("--listen", "unix:" + self.path("full.sock"), "--listen", f"tcp:{host}:0{settings}")
        self.line = self.process.stdout.readline()
        found = re.search(r"   tcp:\S+:(\d+)   wire=", self.line)
        self.assertTrue(found, self.line)
        return int(found.group(1))

    def client(self, port, host="127.0.0.1"):
        client = Client((host, port), socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.addCleanup(client.close)
        return client

    def totals(self):
        return self.connect(self.path("full.sock")).execute("x-qmpev-statistics")["return"]["totals"]

    def test_a_port_is_for_events(self):
        port = self.listen()
        self.assertIn("role=events", self.line)
        client = self.client(port)
        self.assertIn("for events only", client.execute("quit")["error"]["desc"])
        self.connect(self.path("full.sock")).execute("stop")
        client.read_until("STOP")

    def test_unless_it_says_full(self):
        port = self.listen(",role=full,wire=qemu")
        self.assertNotIn("role=", self.line)
        self.assertEqual(self.client(port).execute("stop")["return"], {})
        place = f"tcp:127.0.0.1:{port}"
        triggered = self.run_program("trigger", place, "machine", "cont")
        self.assertEqual((triggered.returncode, triggered.stderr), (0, ""))
        self.assertIn("RESUME", triggered.stdout)

    def test_watch_finds_it(self):
        port = self.listen()
        watching = self.start("watch", f"tcp:localhost:{port}", "--count", "1", "--json", "--timeout", str(WAIT_SECONDS))
        full = self.connect(self.path("full.sock"))
        # The watcher hears events once it has negotiated, which the machine's own count says.
        for _ in range(10_000):
            sessions = full.execute("x-qmpev-statistics")["return"]["sessions"]
            if any(each["listener"].startswith("tcp:") and each["state"] == "command" for each in sessions):
                break
        full.execute("stop")
        out, errors = watching.communicate(timeout=WAIT_SECONDS)
        self.assertEqual((watching.returncode, errors), (0, ""))
        self.assertIn('"STOP"', out)

    def test_ipv6(self):
        if not socket.has_ipv6:
            self.skipTest("no IPv6")
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError:
            self.skipTest("this machine has no ::1")
        port = self.listen(host="[::1]")
        self.assertIn(f"tcp:[::1]:{port}", self.line)
        self.assertIn("return", self.client(port, "::1").execute("query-status"))

    def test_an_http_request_ends_the_session(self):
        port = self.listen(",role=full")
        with socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS) as browser:
            browser.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n\r\n{\"execute\":\"qmp_capabilities\"}{\"execute\":\"quit\"}")
            received = b""
            try:
                while part := browser.recv(65536):
                    received += part
            except ConnectionResetError:
                pass
        self.assertNotIn(b"return", received)
        self.assertEqual(self.totals()["refused-http"], 1)
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=WAIT_SECONDS)
        self.assertIn(f"tcp:127.0.0.1:{port} said an HTTP request", errors)

    def test_other_machines_are_refused(self):
        for place in ("tcp:0.0.0.0:0", "tcp:[::]:0", "tcp:192.0.2.1:4444,role=events"):
            refused = self.run_program("serve", "--listen", place)
            self.assertEqual((refused.returncode, refused.stdout), (2, ""))
            self.assertIn("other machines reach ", refused.stderr)

    def test_a_port_in_use_is_refused(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            refused = self.run_program("serve", "--listen", f"tcp:127.0.0.1:{port}")
        self.assertEqual((refused.returncode, refused.stdout), (1, ""))
        self.assertIn(f"port {port} of 127.0.0.1 is in use", refused.stderr)
        nobody = self.run_program("watch", f"tcp:127.0.0.1:{port}")
        self.assertEqual(nobody.returncode, 2)
        self.assertIn(f"nobody serves tcp:127.0.0.1:{port}", nobody.stderr)

    def test_qemu_spells_a_port_with_all_its_powers_and_is_warned_of(self):
        self.process = self.serve("-qmp", "tcp:127.0.0.1:0,server=on,wait=off")
        line = self.process.first_line
        port = int(re.search(r"   tcp:127\.0\.0\.1:(\d+)   wire=qemu\n", line).group(1))
        client = self.client(port)
        self.assertEqual(client.execute("stop")["return"], {})
        self.assertEqual(client.execute("quit")["return"], {})
        _, errors = self.process.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(self.process.returncode, 0)
        self.assertEqual(errors.count(f"whoever reaches tcp:127.0.0.1:{port} controls the machine"), 1, errors)

    def test_qemu_waits_at_a_port_and_serves_one_after_another(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
        self.process = self.serve("-chardev", f"socket,id=c,host=localhost,port={port},server=on", "-mon", "chardev=c,mode=control")
        self.assertIn("waits for a client", self.process.first_line)
        first = self.client(port)
        self.assertTrue(first.execute("query-status")["return"]["running"])
        with socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS) as second:
            first.close()
            self.assertIn(b"QMP", second.recv(65536))

    def test_qemu_dials_a_port_until_somebody_is_there(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
        self.process = self.serve("-qmp", f"tcp:127.0.0.1:{port},reconnect-ms=10")
        self.assertIn("dialled", self.process.first_line)
        with socket.create_server(("127.0.0.1", port)) as listening:
            listening.settimeout(WAIT_SECONDS)
            for _ in range(2):
                connection, _address = listening.accept()
                with connection:
                    connection.settimeout(WAIT_SECONDS)
                    self.assertIn(b"QMP", connection.recv(65536))


if __name__ == "__main__":
    unittest.main()
