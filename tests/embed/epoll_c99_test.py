#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the C99 program that embeds the server in a plain epoll loop, and checks what its client received.

usage: epoll_c99_test.py PROGRAM ITS_OBJECTS NM
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM, OBJECTS, NM = sys.argv[1:4]
ADDRESSES = {"host": "127.0.0.1", "family": "ipv4"}
SERVER = {**ADDRESSES, "port": "5920"}
CLIENT = {**ADDRESSES, "port": "52873"}
OST = {"device": "dimm1", "slot": "1", "slot-type": "DIMM", "source": 3, "status": 129}
CHANNEL = {"connection-id": 1804289383, "channel-type": 1, "channel-id": 0, "tls": False}


def expected(form):
    count = "sectors-count" if form == "qemu" else "sector-count"
    area = {"sector-num": 345435, count: 5}
    bad = {"node-name": "1.raw", "error": "Input/output error", **area}
    if form == "qemu":
        bad["type"] = "read"
    return [
        ("ACPI_DEVICE_OST", {"info": OST} if form == "qemu" else OST),
        ("BALLOON_CHANGE", {"actual": 944766976}),
        ("GUEST_PANICKED", {"action": "pause"}),
        ("QUORUM_REPORT_BAD", bad),
        ("QUORUM_FAILURE", {"reference": "usr1", **area}),
        ("SPICE_CONNECTED", {"server": SERVER, "client": CLIENT}),
        ("SPICE_INITIALIZED", {"server": {**SERVER, "auth": "spice"}, "client": {**CLIENT, **CHANNEL}}),
        ("SPICE_DISCONNECTED", {"server": SERVER, "client": CLIENT}),
    ]


class EpollC99(unittest.TestCase):
    def receive(self, form):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "s")
            result = subprocess.run([PROGRAM, path, form], capture_output=True, text=True, timeout=60)
            self.assertEqual(result.stderr, "")
            self.assertEqual(result.returncode, 0)
            self.assertFalse(os.path.exists(path), "the socket stayed behind")
            return [json.loads(line) for line in result.stdout.splitlines()]

    def check(self, form):
        events = self.receive(form)
        self.assertEqual([(e["event"], e["data"]) for e in events], expected(form))
        for event in events:
            self.assertGreater(event["timestamp"]["seconds"], 1_000_000_000)
            self.assertIn(event["timestamp"]["microseconds"], range(1_000_000))

    def test_all_eight_events_arrive_as_the_document_writes_them(self):
        self.check("document")

    def test_all_eight_events_arrive_as_qemu_writes_them(self):
        self.check("qemu")

    def test_the_program_itself_makes_no_glib_call(self):
        symbols = subprocess.run([NM, "-u", OBJECTS], capture_output=True, text=True, timeout=60, check=True).stdout
        self.assertIn("qmpev_server_new", symbols)
        names = [line.split()[-1] for line in symbols.splitlines() if line.split()]
        glib = [name for name in names if name.startswith(("g_", "json_"))]
        self.assertEqual(glib, [])

    def test_a_path_that_cannot_be_is_refused_with_a_sentence(self):
        with tempfile.TemporaryDirectory() as folder:
            result = subprocess.run([PROGRAM, os.path.join(folder, "missing", "s"), "qemu"], capture_output=True,
                                    text=True, timeout=60)
            self.assertEqual(result.returncode, 1)
            self.assertIn("missing", result.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
