# SPDX-License-Identifier: MIT
"""The verb `trigger`, against servers that answer as they should, as others do, and as nobody should.

usage: program_trigger_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import json
import os
import socket
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import ProgramTest, WAIT_SECONDS  # noqa: E402

GREETING = b'{"QMP": {"version": {}, "capabilities": []}}\r\n'
STOP = b'{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "STOP"}\r\n'
PANICKED = b'{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "GUEST_PANICKED", "data": {"action": "pause"}}\r\n'


class FakeServer:
    """Greets one client, negotiates, and answers its command with the given bytes; b"" stands for the end."""

    def __init__(self, path, *answers, greeting=GREETING):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen()
        self.listener.settimeout(WAIT_SECONDS)
        self.answers = answers
        self.greeting = greeting
        self.request = None
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        try:
            self.serve()
        except BrokenPipeError:
            pass  # the client did not like us

    def serve(self):
        client, _ = self.listener.accept()
        with client, client.makefile("rb") as lines:
            client.settimeout(WAIT_SECONDS)
            client.sendall(self.greeting)
            lines.readline()
            client.sendall(b'{"return": {}}\r\n')
            request = lines.readline()
            self.request = json.loads(request) if request else None
            for answer in self.answers:
                client.sendall(answer)
            if b"" not in self.answers:
                lines.readline()  # until the client is gone

    def end(self):
        self.thread.join(WAIT_SECONDS)
        self.listener.close()


class TriggerAtAFakeServer(ProgramTest):
    def trigger(self, words, *answers, **options):
        server = FakeServer(self.path("fake.sock"), *answers, **options)
        self.addCleanup(server.end)
        result = self.run_program("trigger", self.path("fake.sock"), *words)
        server.end()
        return result, server.request

    def test_cause_and_effects_of_a_trigger(self):
        result, request = self.trigger(
            ["pvpanic", "write", "value=0x1", "--json"], PANICKED, STOP,
            b'{"return": {"cause": "guest wrote 0x1", "delayed": []}}\r\n')
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(request["execute"], "x-qmpev-trigger")
        self.assertEqual(request["arguments"],
                         {"device": "pvpanic", "action": "write", "arguments": {"value": "0x1"}})
        outcome = json.loads(result.stdout)
        self.assertEqual(outcome["cause"], "guest wrote 0x1")
        self.assertEqual([event["event"] for event in outcome["events"]], ["GUEST_PANICKED", "STOP"])

    def test_text_for_people(self):
        result, _ = self.trigger(["pvpanic"], PANICKED, STOP, b'{"return": {"cause": "guest wrote 0x1"}}\r\n')
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stdout, r"^guest wrote 0x1; GUEST_PANICKED action=pause after [\d.]+ m?s\n"
                                        r"  then STOP after [\d.]+ m?s\n$")
        result, _ = self.trigger_again(["pvpanic"], b'{"return": {"cause": "guest slept"}}\r\n')
        self.assertEqual(result.stdout, "guest slept; no event\n")

    def trigger_again(self, words, *answers):
        os.unlink(self.path("fake.sock"))
        return self.trigger(words, *answers)

    def test_delayed_events_are_waited_for(self):
        result, _ = self.trigger(["balloon"], b'{"return": {"cause": "guest did", "delayed": ["STOP"]}}\r\n', STOP)
        self.assertRegex(result.stdout, r"^guest did; STOP after [\d.]+ m?s, held back by its rate limit\n$")

    def test_delayed_events_are_not_waited_for_without_end(self):
        result, _ = self.trigger(["balloon"], b'{"return": {"cause": "guest did", "delayed": ["STOP"]}}\r\n')
        self.assertEqual(result.returncode, 0)
        self.assertEqual(result.stdout, "guest did; STOP later: its rate limit still holds it back\n")

    def test_a_refusal_is_the_servers_sentence(self):
        result, _ = self.trigger(["lamp"], b'{"error": {"class": "GenericError", "desc": "there is no lamp"}}\r\n')
        self.assertEqual((result.returncode, result.stdout, result.stderr), (1, "", "qmpev: there is no lamp\n"))

    def test_a_server_without_the_command_is_told(self):
        result, request = self.trigger([], b'{"error": {"class": "CommandNotFound", "desc": "x"}}\r\n')
        self.assertEqual(result.returncode, 1)
        self.assertIn("this monitor has no triggers", result.stderr)
        self.assertNotIn("arguments", request)

    def test_nothing_of_a_hostile_server_reaches_the_terminal(self):
        for number, words in enumerate((["x"], [], ["x", "--json"], ["--json"])):
            for reply in (b'{"return": {"cause": "a\x1b[2J\\u001b\xff", "delayed": ["\\u001b\x07"]}}\r\n',
                          b'{"return": [{"name": "\x1b\\u0007", "state": "\\u009b\\n"}]}\r\n',
                          b'{"error": {"class": "\x1b", "desc": "\\u001b[2J"}}\r\n', b'{"\x1b": 1}\r\n'):
                with self.subTest(words=words, reply=reply):
                    if os.path.exists(self.path("fake.sock")):
                        os.unlink(self.path("fake.sock"))
                    event = b'{"event": "\x1b\x07", "data": {"\x1b": "\xe2\x80\xae"}}\r\n'
                    result, _ = self.trigger(words, event, reply, b"")
                    shown = result.stdout + result.stderr
                    self.assertTrue(shown)
                    self.assertEqual([c for c in shown if not (c == "\n" or " " <= c <= "~")], [])

    def test_a_lost_server_is_status_2(self):
        result, _ = self.trigger(["x"], STOP, b"")
        self.assertEqual(result.returncode, 2)
        self.assertIn("closed the connection", result.stderr)
        os.unlink(self.path("fake.sock"))
        result = self.run_program("trigger", self.path("fake.sock"), "x")
        self.assertEqual(result.returncode, 2)
        self.assertIn("there is no socket", result.stderr)

    def test_what_is_no_qmp_server_is_status_2(self):
        result, _ = self.trigger(["x"], greeting=b"220 ready\r\n")
        self.assertEqual(result.returncode, 2)
        self.assertIn("not a QMP server", result.stderr)

    def test_the_list_is_short_and_a_device_long(self):
        lamp = (b'{"return": [{"name": "lamp", "doc": "a lamp", "state": "dark", "example": "lamp dim", "actions": '
                b'[{"name": "dim", "doc": "goes down", "actor": "guest", "arguments": '
                b'[{"name": "level", "doc": "how far", "standard": "5", "words": []}]}]}]}\r\n')
        result, request = self.trigger([], lamp)
        self.assertEqual(result.returncode, 0)
        self.assertNotIn("arguments", request)
        self.assertIn("lamp   dark\n  a lamp: dim\n", result.stdout)
        self.assertNotIn("how far", result.stdout)
        os.unlink(self.path("fake.sock"))
        result, request = self.trigger(["lamp", "--list"], lamp)
        self.assertNotIn("arguments", request)
        self.assertIn("level: how far\n", result.stdout)
        os.unlink(self.path("fake.sock"))
        result, _ = self.trigger(["pump", "--list"], lamp)
        self.assertEqual((result.returncode, result.stderr),
                         (1, "qmpev: there is no device 'pump': there are lamp\n"))

    def test_wrong_usage_is_status_2(self):
        for words in (["value=1"], ["a", "b", "c"], ["--fast"], ["a", "x=1", "x=2"]):
            result = self.run_program("trigger", *words)
            self.assertEqual(result.returncode, 2, words)
            self.assertTrue(result.stderr.startswith("qmpev: "))

    def test_help(self):
        result = self.run_program("trigger", "--help")
        self.assertEqual(result.returncode, 0)
        self.assertIn("unix:PATH", result.stdout)


class TriggerAtOurMachine(ProgramTest):
    def setUp(self):
        super().setUp()
        self.process = self.serve("--listen", "unix:" + self.path("s.sock"))

    def trigger(self, *words):
        return self.run_program("trigger", self.path("s.sock"), *words)

    def test_cause_and_effects(self):
        done = self.trigger("pvpanic", "panicked")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^guest wrote 0x01 to port 0x505; GUEST_PANICKED action=pause after [\d.]+ m?s\n"
                                      r"  then STOP after [\d.]+ m?s\n$")
        still = self.trigger("balloon", "set", "pages=1")
        self.assertEqual((still.returncode, still.stdout), (1, ""))
        self.assertIn("stands still (guest-panicked): resume it with `cont` or the trigger `machine cont`", still.stderr)
        self.assertIn("; RESUME after", self.trigger("machine", "cont").stdout)
        self.assertIn("; BALLOON_CHANGE", self.trigger("balloon", "set", "pages=1").stdout)

    def test_a_rate_limit_is_told_and_waited_for(self):
        self.assertIn("; BALLOON_CHANGE actual=", self.trigger("balloon", "set", "pages=0x1000").stdout)
        outcome = json.loads(self.trigger("--json", "balloon", "set", "pages=0x2000").stdout)
        self.assertEqual([event["event"] for event in outcome["events"]], ["BALLOON_CHANGE"])
        self.assertEqual(outcome["events"][0]["data"], {"actual": (512 << 20) - (0x2000 << 12)})

    def test_every_line_of_the_list_can_be_pasted(self):
        listed = self.trigger()
        self.assertEqual(listed.returncode, 0)
        lines = [line.split(" trigger ", 1)[1] for line in listed.stdout.splitlines() if line.startswith("  ") and " trigger " in line]
        devices = [device["name"] for device in json.loads(self.trigger("--json").stdout)["return"]]
        self.assertEqual([line.split()[1] for line in lines], devices)
        client = self.connect(self.path("s.sock"))
        for line in lines:
            with self.subTest(line=line):
                client.execute("cont")
                done = self.run_program("trigger", *line.split())
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_refusals_are_sentences(self):
        for words, sentence in ((["lamp"], "there is no device 'lamp'"), (["pvpanic", "off"], "no action 'off'"),
                                (["balloon", "set"], "needs pages="), (["balloon", "set", "pages=x"], "not a number")):
            refused = self.trigger(*words)
            self.assertEqual((refused.returncode, refused.stdout), (1, ""))
            self.assertIn(sentence, refused.stderr)


if __name__ == "__main__":
    unittest.main()
