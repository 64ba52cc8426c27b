# SPDX-License-Identifier: MIT
"""What the clients of QMP rely on without ever saying so, each demand as a test, on a monitor in QEMU's form.

usage: client_contract_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import json
import os
import re
import select
import socket
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from catalogue import Catalogue
from program import WAIT_SECONDS, ProgramTest

NEGOTIATE = b'{"execute": "qmp_capabilities"}'
NEGOTIATED = b'{"return": {}}\r\n'
ERROR_CLASSES = {"GenericError", "CommandNotFound", "DeviceNotActive", "DeviceNotFound", "KVMMissingCap"}
EVENT_BYTES = 4096  # an event is smaller: that of the smallest buffer met in a client
# Devices that say something all the time, in states that do not change.
FLOW = {"title": "events without end", "steps": [
    {"storm": "memory", "action": "ost", "arguments": [{"slot": 0, "status": 128}, {"slot": 1, "status": 129}],
     "per-second": 2000, "count": 10000000}]}


TRIGGER = "x-qmpev-trigger"
# One of each event that leaves the machine as it is, or is made good.
EVERYTHING = [
    (TRIGGER, {"device": "balloon", "action": "level", "arguments": {"size": "256M"}}),
    (TRIGGER, {"device": "memory", "action": "unplug", "arguments": {"id": "dimm1", "outcome": "given"}}),
    (TRIGGER, {"device": "cpu", "action": "ost", "arguments": {"slot": 1}}),
    (TRIGGER, {"device": "quorum", "action": "fail", "arguments": {"child": 0}}),
    (TRIGGER, {"device": "quorum", "action": "fail", "arguments": {"child": 1, "error": "enospc"}}),
    (TRIGGER, {"device": "quorum", "action": "read", "arguments": {}}),
    (TRIGGER, {"device": "spice", "action": "session", "arguments": {}}),
    (TRIGGER, {"device": "spice", "action": "disconnect", "arguments": {}}),
    (TRIGGER, {"device": "spice", "action": "connect", "arguments": {"family": "unix", "path": "/tmp/viewer"}}),
    (TRIGGER, {"device": "pvpanic", "action": "crashloaded", "arguments": {}}),
    (TRIGGER, {"device": "pvpanic", "action": "panicked", "arguments": {}}),
    ("system_reset", {}), ("cont", {}), ("system_powerdown", {}),
]
EXPECTED = {"BALLOON_CHANGE", "ACPI_DEVICE_OST", "DEVICE_DELETED", "QUORUM_REPORT_BAD", "QUORUM_FAILURE",
            "SPICE_CONNECTED", "SPICE_INITIALIZED", "SPICE_DISCONNECTED", "GUEST_CRASHLOADED", "GUEST_PANICKED", "STOP",
            "RESET", "RESUME", "POWERDOWN"}


class RawClient:
    """Bytes as they come, and lines cut from them."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(WAIT_SECONDS)
        self.socket.connect(path)
        self.received = b""
        self.taken = 0

    def send(self, data):
        self.socket.sendall(data)

    def receive(self):
        part = self.socket.recv(1 << 20)
        self.received += part
        return part

    def line(self):
        """The next line with its end."""
        while True:
            end = self.received.find(b"\n", self.taken)
            if end >= 0:
                line, self.taken = self.received[self.taken:end + 1], end + 1
                return line
            assert self.receive(), f"closed after {self.received[-200:]!r}"

    def object(self):
        return json.loads(self.line())

    def reply(self):
        """The next object that is no event, and the events before it."""
        events = []
        while True:
            message = self.object()
            if "event" not in message:
                return message, events
            events.append(message["event"])

    def read_all(self):
        while self.receive():
            pass
        return self.received

    def has_more(self):
        return bool(self.received[self.taken:] or select.select([self.socket], [], [], 0)[0])


class ContractTest(ProgramTest):
    def start_server(self, *options):
        self.process = self.serve("--listen", "unix:" + self.path("a.sock") + ",wire=qemu", *options)

    def start_flow(self):
        with open(self.path("flow.json"), "w", encoding="utf-8") as file:
            json.dump(FLOW, file)
        self.start_server("--scenario", self.path("flow.json"))
        # Nobody reads what the scenario says.
        self.process.stdout.close()

    def raw(self):
        client = RawClient(self.path("a.sock"))
        self.addCleanup(client.socket.close)
        return client

    def negotiated(self):
        client = self.raw()
        self.assertIn(b'"QMP"', client.line())
        client.send(NEGOTIATE)
        self.assertEqual(client.line(), NEGOTIATED)
        return client

    def await_events(self, client, count):
        while count > 0:
            count -= "event" in client.object()

    # --- the beginning ---

    def test_the_greeting_is_all_that_comes_before_a_command(self):
        self.start_flow()
        witness = self.negotiated()
        silent = self.raw()
        self.await_events(witness, 300)
        self.assertTrue(select.select([silent.socket], [], [], WAIT_SECONDS)[0])
        self.await_events(witness, 300)
        greeting = silent.receive()  # all that has come in that time
        self.assertEqual(greeting.count(b"\r\n"), 1)
        self.assertTrue(greeting.endswith(b"\r\n"))
        self.assertLess(len(greeting), 4096)
        words = json.loads(greeting)["QMP"]
        self.assertEqual(sorted(words), ["capabilities", "version"])
        self.assertIsInstance(words["capabilities"], list)
        self.assertEqual(sorted(words["version"]), ["package", "qemu"])
        self.assertEqual([type(words["version"]["qemu"][part]) for part in ("major", "minor", "micro")], [int] * 3)

    def test_only_replies_come_until_the_negotiation_succeeds(self):
        self.start_flow()
        witness, client = self.negotiated(), self.raw()
        client.send(b'{"execute":"query-version"}{"execute":"qmp_capabilities","arguments":{"enable":[1]}}]')
        self.await_events(witness, 300)
        self.assertEqual([sorted(client.object()) for _ in range(4)], [["QMP"], ["error"], ["error"], ["error"]])
        self.await_events(witness, 300)
        self.assertFalse(client.has_more())
        client.send(NEGOTIATE)
        self.assertEqual(client.line(), NEGOTIATED)
        self.assertIn("event", client.object())

    def test_who_writes_before_the_greeting_gets_the_greeting_first(self):
        self.start_flow()
        for _ in range(100):
            client = self.raw()
            client.send(NEGOTIATE)
            self.assertIn(b'"QMP"', client.line())
            self.assertEqual(client.line(), NEGOTIATED)
            client.socket.close()

    def test_an_idle_session_is_silent(self):
        self.start_server()
        idle, busy = self.negotiated(), self.negotiated()
        for number in range(200):
            busy.send(b'{"execute": "query-status", "id": %d}' % number)
            self.assertEqual(busy.object()["id"], number)
        self.assertFalse(idle.has_more())

    # --- lines ---

    def test_every_line_is_one_object_in_ascii_and_ends_in_cr_lf(self):
        self.start_server("--scenario", "everything-at-once", "--seed", "3")
        client = self.negotiated()
        client.send("{\"execute\":\"é\u20ac\U0001F600\x7F\\u0000\\n\\t\",\"id\":\"é\\u0001\\r\\n\"}".encode())
        client.send(b'\xff{"a":\n"\x01"}\r\n\r\n\t \n[][}{"execute":"query-commands"}\n')
        seen = set()
        while not {"RESUME", "BALLOON_CHANGE", "SPICE_INITIALIZED"} <= seen:
            seen.add(client.object().get("event"))
        text = client.received[:client.taken]
        self.assertRegex(text, rb"\A(?:[\x20-\x7E]+\r\n)+\Z")  # no blank line, nothing else that breaks one
        for line in text.split(b"\r\n")[:-1]:
            self.assertIs(type(json.loads(line)), dict)
            self.assertEqual(re.sub(rb'"(?:[^"\\]|\\.)*"', b'""', line).count(b"  "), 0)

    def test_every_event_is_below_4_kib_and_as_qemus_schema_declares_it(self):
        catalogue = Catalogue()
        self.start_server()
        client = self.negotiated()
        for number, (command, arguments) in enumerate(EVERYTHING):
            client.send(json.dumps({"execute": command, "arguments": arguments, "id": number}).encode())
        seen = {}
        while not EXPECTED <= set(seen):
            line = client.line()
            message = json.loads(line)
            self.assertNotIn("error", message)
            if "event" not in message:
                continue
            self.assertLess(len(line), EVENT_BYTES)
            self.assertEqual(list(message), ["timestamp", "event"] + (["data"] if "data" in message else []))
            self.assertEqual(list(message["timestamp"]), ["seconds", "microseconds"])
            self.assertTrue(0 <= message["timestamp"]["microseconds"] < 1_000_000)
            self.assertIsNone(catalogue.check(message), line)
            seen[message["event"]] = "data" in message
        self.assertEqual({event for event in seen if not seen[event]}, {"STOP", "RESUME", "POWERDOWN"})

    def test_errors_have_five_classes(self):
        self.start_server()
        client = self.negotiated()
        wrong = [b'{"execute":"nothing"}', NEGOTIATE, b"{}", b"[]", b"{x}",
                 b'{"execute":"device_del","arguments":{"id":"x"}}',
                 b'{"execute":"balloon","arguments":{"value":-1}}', b'{"execute":"balloon"}', b'{"execute":1}']
        classes = set()
        for request in wrong:
            client.send(request)
            error = client.object()["error"]
            self.assertEqual(list(error), ["class", "desc"])
            self.assertIs(type(error["desc"]), str)
            classes.add(error["class"])
            while client.has_more():  # what is left of one that was broken
                client.object()
        self.assertLessEqual(classes, ERROR_CLASSES)
        self.assertLessEqual({"GenericError", "CommandNotFound", "DeviceNotFound"}, classes)

    # --- replies ---

    def test_every_id_comes_back_and_none_comes_uncalled(self):
        self.start_server()
        client = self.negotiated()
        same = ["1", "-1", "0.5", "18446744073709551615", "null", "true", "false", '""', '"libvirt-1"', "[]", "{}"]
        for sent, echoed in [(text, text) for text in same] + [
                ('"\\u00e9\\n"', '"\\u00E9\\n"'), ("[1,[2,{}]]", "[1, [2, {}]]"),
                ('{"a":{"b":[null]}}', '{"a": {"b": [null]}}')]:
            with self.subTest(id=sent):
                client.send(b'{"execute":"query-name","id":' + sent.encode() + b"}")
                self.assertRegex(client.line(), rb'\A\{"return": \{[^{}]*\}, "id": ' + re.escape(echoed.encode()) +
                                 rb"\}\r\n\Z")
                client.send(b'{"id":' + sent.encode() + b',"execute":"no"}')
                self.assertTrue(client.line().startswith(b'{"id": ' + echoed.encode() + b', "error": '))
        for request in (b'{"execute":"query-name"}', b'{"execute":"no"}', b'{"id":1]'):
            client.send(request)
            self.assertNotIn("id", client.object())

    def test_what_a_command_causes_comes_before_its_reply(self):
        self.start_server()
        client = self.negotiated()
        for command, events in [("cont", []), ("stop", ["STOP"]), ("stop", []), ("cont", ["RESUME"]), ("cont", []),
                                ("system_reset", ["RESET"]), ("system_powerdown", ["POWERDOWN"])]:
            client.send(json.dumps({"execute": command, "id": command}).encode())
            self.assertEqual(client.reply(), ({"return": {}, "id": command}, events))

    def test_5000_commands_before_the_first_reply_is_read_are_answered_in_order(self):
        for flow in (False, True):
            with self.subTest(flow=flow):
                if flow:
                    self.end(self.process)
                self.start_flow() if flow else self.start_server()
                client = self.negotiated()
                client.send(b"".join(b'{"execute":"query-name","id":%d}' % number if number % 7 else
                                     b'{"id":%d}' % number for number in range(5000)))
                answers = [client.reply()[0] for _ in range(5000)]
                self.assertEqual([answer["id"] for answer in answers], list(range(5000)))
                self.assertEqual(["error" in answer for answer in answers], [number % 7 == 0 for number in range(5000)])

    # --- input ---

    def test_commands_need_no_newline_and_may_be_cut_anywhere(self):
        self.start_server()
        client = self.negotiated()
        request = '{"execute":"query-name","id":["é\u20ac\U0001F600\\n",-1.5e0]}'.encode()
        client.send(request)
        whole = client.line()
        self.assertEqual(json.loads(whole)["id"], ["é\u20ac\U0001F600\n", -1.5])
        for cut in range(1, len(request)):
            client.send(request[:cut])
            client.send(request[cut:])
            self.assertEqual(client.line(), whole)
        for byte in request:
            client.send(bytes([byte]))
        client.send(b"\r\n" + request + request + b"\r\n \t" + request)
        self.assertEqual([client.line() for _ in range(4)], [whole] * 4)
        self.assertFalse(client.has_more())

    def test_everything_sent_before_the_end_is_answered_and_half_a_command_is_not(self):
        self.start_server()
        client = self.raw()
        client.send(NEGOTIATE + b'{"execute":"query-name","id":1}' * 50 + b'{"execute":"query-na')
        client.socket.shutdown(socket.SHUT_WR)
        lines = client.read_all().split(b"\r\n")
        self.assertEqual(len(lines), 1 + 1 + 50 + 1)
        self.assertEqual(set(lines[2:52]), {b'{"return": {"name": "qmpev"}, "id": 1}'})
        self.assertEqual(lines[52], b"")


if __name__ == "__main__":
    unittest.main()
