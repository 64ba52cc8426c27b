# SPDX-License-Identifier: MIT
"""The program as a user meets it: processes, sockets, signals, exit statuses, and every sentence it refuses with.

usage: program_test.py QMPEV [UNITTEST ARGUMENTS]
What a program test needs, clients and processes, is in tests/support/program.py.
"""

import json
import os
import select
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import QMPEV, WAIT_SECONDS, ProgramTest

EVENTS_OF_THE_SCENE = {
    "ACPI_DEVICE_OST", "BALLOON_CHANGE", "GUEST_PANICKED", "POWERDOWN", "QUORUM_FAILURE", "QUORUM_REPORT_BAD", "RESET",
    "RESUME", "SPICE_CONNECTED", "SPICE_DISCONNECTED", "SPICE_INITIALIZED", "STOP",
}


class ServeTest(ProgramTest):
    def test_the_default_socket_is_private_and_goes_with_the_program(self):
        process = self.serve()
        default = self.path("qmpev/default.sock")
        self.assertIn(f"unix:{default}   wire=document   (libvirt: wire=qemu)", process.first_line)
        self.assertEqual(stat.S_IMODE(os.stat(self.path("qmpev")).st_mode), 0o700)
        self.assertEqual(stat.S_IMODE(os.stat(default).st_mode), 0o600)
        self.end(process)
        self.assertFalse(os.path.exists(default))

    def test_signals_end_with_shutdown_to_the_clients(self):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests may run under nohup
        for how in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(how=how):
                process = self.serve("--listen", "unix:" + self.path("a.sock"))
                client = self.connect(self.path("a.sock"))
                self.end(process, how)
                client.read_all()
                self.assertEqual([(event["event"], event["data"]) for event in client.events()],
                                 [("SHUTDOWN", {"guest": False, "reason": "host-signal"})])
                self.assertFalse(os.path.exists(self.path("a.sock")))

    def test_a_server_that_was_told_to_outlive_its_terminal_does(self):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a child inherits it, as from nohup
        self.addCleanup(signal.signal, signal.SIGHUP, signal.SIG_DFL)
        process = self.serve("--listen", "unix:" + self.path("a.sock"))
        process.send_signal(signal.SIGHUP)
        self.assertIn("return", self.connect(self.path("a.sock")).execute("query-status"))
        self.end(process)

    def test_a_client_that_does_not_read_cannot_hold_up_the_end(self):
        process = self.serve("--listen", "unix:" + self.path("a.sock"))
        client = socket.socket(socket.AF_UNIX)
        self.addCleanup(client.close)
        client.connect(self.path("a.sock"))
        client.setblocking(False)
        request = b'{"execute": "qmp_capabilities"}' + b'{"execute": "query-commands"}' * 500
        end = time.monotonic() + WAIT_SECONDS
        try:
            while time.monotonic() < end:
                request = request[client.send(request):] or b'{"execute": "query-commands"}' * 500
        except BlockingIOError:
            pass
        self.end(process)

    def test_quit_is_answered_and_ends_the_program(self):
        process = self.serve("--listen", "unix:" + self.path("a.sock"))
        client = self.connect(self.path("a.sock"))
        self.assertEqual(client.execute("quit"), {"return": {}})
        client.read_all()
        self.assertEqual([line.get("event") for line in client.lines[-2:]], ["SHUTDOWN", None])
        self.assertEqual(client.events()[0]["data"], {"guest": False, "reason": "host-qmp-quit"})
        process.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(process.returncode, 0)

    def test_a_live_socket_is_refused_and_left_alone(self):
        self.serve("--listen", "unix:" + self.path("a.sock"))
        second = self.run_program("serve", "--listen", "unix:" + self.path("a.sock"))
        self.assertEqual(second.returncode, 1)
        self.assertIn(self.path("a.sock"), second.stderr)
        self.connect(self.path("a.sock"))

    def test_a_stale_socket_is_replaced(self):
        stale = socket.socket(socket.AF_UNIX)
        stale.bind(self.path("a.sock"))
        stale.close()
        self.end(self.serve("--listen", "unix:" + self.path("a.sock")))

    def test_a_file_that_is_no_socket_is_refused_and_left_alone(self):
        with open(self.path("a.sock"), "w", encoding="ascii") as file:
            file.write("precious")
        refused = self.run_program("serve", "--listen", "unix:" + self.path("a.sock"))
        self.assertEqual(refused.returncode, 1)
        with open(self.path("a.sock"), encoding="ascii") as file:
            self.assertEqual(file.read(), "precious")

    def test_a_refused_second_listener_removes_the_first(self):
        refused = self.run_program("serve", "--listen", "unix:" + self.path("a.sock"), "--listen",
                                   "unix:" + self.path("missing/b.sock"))
        self.assertEqual(refused.returncode, 1)
        self.assertEqual(refused.stdout, "")
        self.assertFalse(os.path.exists(self.path("a.sock")))

    def test_wrong_usage_is_told_what_to_write(self):
        for words, sentence in [
            (["serve", "-qmp", "telnet:localhost:4444,server=on"], "use tcp:HOST:PORT"),
            (["serve", "--qmp=unix:a,server=perhaps"], "server is on or off"),
            (["watch", "-qmp", "unix:a"], "qmpev serve has it"),
            (["-chardev", "socket"], "qmpev serve has it"),
            (["serve", "--listen"], "--listen unix:PATH"),
            (["serve", "--listen", "unix:a,wire=both"], "use wire=document or wire=qemu"),
            (["serve", "--listen", "unix:"], "the socket's path is empty"),
            (["serve", "--listen", "unix:" + "p" * 108], "at most 107"),
            (["serve", "--frobnicate"], "see qmpev serve --help"),
            (["watch", "--count", "none"], "whole number"),
            (["frobnicate"], "see qmpev --help"),
            ([], "usage: qmpev VERB"),
        ]:
            with self.subTest(words=words):
                refused = self.run_program(*words)
                self.assertEqual(refused.returncode, 2)
                self.assertEqual(refused.stdout, "")
                self.assertIn(sentence, refused.stderr)

    def test_help_and_version_are_answered_on_the_output(self):
        for words, text in [(["--help"], "usage: qmpev VERB"), (["serve", "--help"], "usage: qmpev serve"),
                            (["watch", "--help"], "usage: qmpev watch"), (["events", "--help"], "usage: qmpev events"),
                            (["--version"], "qmpev 0.")]:
            with self.subTest(words=words):
                answered = self.run_program(*words)
                self.assertEqual((answered.returncode, answered.stderr), (0, ""))
                self.assertIn(text, answered.stdout)

    def test_help_that_is_lost_is_no_success(self):
        for words in [["--help"], ["serve", "--help"], ["watch", "--help"], ["--version"], ["events"], ["events", "STOP"]]:
            with self.subTest(words=words), open("/dev/full", "wb") as full:
                lost = subprocess.run([QMPEV, *words], stdout=full, stderr=subprocess.PIPE, text=True,
                                      timeout=WAIT_SECONDS)
                self.assertEqual(lost.returncode, 2)
                self.assertEqual(lost.stderr, "qmpev: cannot print this text: No space left on device\n")

    def test_events_are_listed_and_explained(self):
        listed = self.run_program("events")
        self.assertEqual((listed.returncode, listed.stderr), (0, ""))
        self.assertEqual(len(listed.stdout.splitlines()), 58)
        for name in [line.split()[0] for line in listed.stdout.splitlines()]:
            for form in ("document", "qemu"):
                with self.subTest(event=name, form=form):
                    explained = self.run_program("events", name, "--wire", form)
                    self.assertEqual((explained.returncode, explained.stderr), (0, ""))
                    example = json.loads(explained.stdout.splitlines()[-1])
                    self.assertEqual(example["event"], name)
                    self.assertEqual("data" in example, "It has no data." not in explained.stdout)

    def test_an_event_that_does_not_exist_is_refused_with_those_near_it(self):
        refused = self.run_program("events", "block-io-eror")
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))
        self.assertEqual(refused.stderr, "qmpev: there is no event 'block-io-eror': did you mean BLOCK_IO_ERROR or "
                                         "BLOCK_JOB_ERROR? `qmpev events` lists all\n")

    def test_a_list_that_nobody_reads_to_its_end_ends_quietly(self):
        reader, writer = os.pipe()
        os.close(reader)
        with open(writer, "wb") as closed:
            lost = subprocess.run([QMPEV, "events"], stdout=closed, stderr=subprocess.PIPE, text=True, timeout=WAIT_SECONDS)
        self.assertEqual((lost.returncode, lost.stderr), (-signal.SIGPIPE, ""))

    def test_an_unusable_runtime_folder_is_named(self):
        self.environment["XDG_RUNTIME_DIR"] = self.path("missing")
        refused = self.run_program("serve")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("is XDG_RUNTIME_DIR right?", refused.stderr)
        self.assertIn("--listen unix:PATH", refused.stderr)


class CommandTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.process = self.serve("--listen", "unix:" + self.path("a.sock"))
        self.client = self.connect(self.path("a.sock"))

    def test_the_greeting_is_that_of_a_qmp_server(self):
        self.assertEqual(self.client.greeting["QMP"]["capabilities"], ["oob"])
        self.assertTrue(self.client.greeting["QMP"]["version"]["package"].startswith("qmpev "))

    def test_run_state_commands_emit_before_they_answer(self):
        for command, events in [("stop", ["STOP"]), ("stop", []), ("cont", ["RESUME"]), ("cont", []),
                                ("system_powerdown", ["POWERDOWN"]), ("system_reset", ["RESET"])]:
            with self.subTest(command=command):
                before = len(self.client.lines)
                self.assertEqual(self.client.execute(command), {"return": {}})
                self.assertEqual([line["event"] for line in self.client.lines[before:-1]], events)

    def test_query_status_says_what_the_machine_does(self):
        self.assertEqual(self.client.execute("query-status"), {"return": {"status": "running", "running": True}})
        self.client.execute("stop")
        self.assertEqual(self.client.execute("query-status"), {"return": {"status": "paused", "running": False}})
        self.client.execute("system_reset")
        self.assertEqual(self.client.execute("query-status"), {"return": {"status": "prelaunch", "running": False}})

    def test_the_guest_moves_the_balloon_after_the_reply(self):
        full, half = 512 << 20, 256 << 20
        self.assertEqual(self.client.execute("query-balloon"), {"return": {"actual": full}})
        before = len(self.client.lines)
        self.assertEqual(self.client.execute("balloon", value=half), {"return": {}})
        self.assertEqual(len(self.client.lines), before + 1)
        first = self.client.read_until("BALLOON_CHANGE")
        self.assertGreater(first["data"]["actual"], half)
        self.assertEqual(self.client.read_until("BALLOON_CHANGE")["data"], {"actual": half})
        self.assertEqual(self.client.execute("query-balloon"), {"return": {"actual": half}})

    def test_a_stopped_guest_does_not_move_the_balloon(self):
        self.client.execute("stop")
        self.client.execute("balloon", value=256 << 20)
        self.assertEqual(self.client.execute("query-balloon"), {"return": {"actual": 512 << 20}})
        self.client.execute("cont")
        self.client.read_until("BALLOON_CHANGE")

    def test_a_balloon_of_no_size_is_refused_in_qemus_words(self):
        for value in (0, -1):
            refused = self.client.execute("balloon", value=value)
            self.assertEqual(refused, {"error": {"class": "GenericError", "desc": "Parameter 'value' expects a size"}})
        missing = self.client.execute("balloon")
        self.assertEqual(missing["error"]["desc"], "Parameter 'value' is missing")

    def test_ospm_status_lists_every_slot(self):
        slots = self.client.execute("query-acpi-ospm-status")["return"]
        self.assertEqual(slots[1], {"device": "dimm1", "slot": "1", "slot-type": "DIMM", "source": 0, "status": 0})
        self.assertEqual(slots[3], {"slot": "3", "slot-type": "DIMM", "source": 0, "status": 0})

    def test_query_spice_is_in_qemus_members(self):
        self.assertEqual(self.client.execute("query-spice"), {"return": {
            "enabled": True, "migrated": False, "host": "127.0.0.1", "port": 5900, "auth": "spice",
            "mouse-mode": "server", "channels": []}})


class DemoTest(ProgramTest):
    def test_the_demo_shows_every_event_to_both_forms_and_on_its_screen(self):
        process = self.serve("--demo", "--listen", "unix:" + self.path("d.sock"), "--listen",
                             "unix:" + self.path("q.sock") + ",wire=qemu")
        document, qemu = self.connect(self.path("d.sock")), self.connect(self.path("q.sock"))
        for client in (document, qemu):
            client.read_until("RESET")
        screen = self.read_screen_until(process, "Ctrl-C")
        document.execute("balloon", value=512 << 20)
        document.read_until("BALLOON_CHANGE")
        rest = self.end(process, signal.SIGINT)
        for client in (document, qemu):
            client.read_all()
            # What came before the client was there is missing: the very first event at most.
            names = {event["event"] for event in client.events()}
            self.assertLessEqual(EVENTS_OF_THE_SCENE - {"ACPI_DEVICE_OST"}, names)
            # A level that its rate limit still holds back is sent at the end, behind everything.
            self.assertEqual([event["event"] for event in client.events() if event["event"] != "BALLOON_CHANGE"][-1], "SHUTDOWN")
        self.check_forms(document, qemu)
        self.check_screen(process.first_line + screen + rest)

    def read_screen_until(self, process, text):
        screen = ""
        end = threading.Timer(WAIT_SECONDS, process.kill)
        end.start()
        self.addCleanup(end.cancel)
        while text not in screen:
            line = process.stdout.readline()
            self.assertTrue(line, screen)
            screen += line
        return screen

    def check_forms(self, document, qemu):
        def data(client, name):
            return next(event["data"] for event in client.events() if event["event"] == name)

        self.assertEqual(data(document, "QUORUM_FAILURE"), {"reference": "disk0", "sector-num": 1, "sector-count": 1})
        self.assertEqual(data(qemu, "QUORUM_FAILURE"), {"reference": "disk0", "sector-num": 1, "sectors-count": 1})
        self.assertEqual(data(document, "QUORUM_REPORT_BAD"), {
            "node-name": "disk0-b", "sector-num": 16, "sector-count": 2, "error": "Input/output error"})
        self.assertEqual(data(qemu, "QUORUM_REPORT_BAD"), {
            "node-name": "disk0-b", "sector-num": 16, "sectors-count": 2, "error": "Input/output error",
            "type": "read"})

    def check_screen(self, screen):
        for name in EVENTS_OF_THE_SCENE | {"SHUTDOWN"}:
            self.assertRegex(screen, rf"(?m)^ *[0-9.]+  event   {name}\b")
        self.assertIn("guest   wrote 0xa00<-1 0xa04<-3 0xa08<-0x81   dimm1 is in use and refuses to go", screen)
        self.assertRegex(screen, r"BALLOON_CHANGE +\{\"actual\": 402653184\}   2 merged: one a second")
        self.assertLess(screen.index("guest   wrote 0x01 to port 0x505"), screen.index("GUEST_PANICKED"))
        self.assertRegex(screen, r'(?s)host    {"execute": "balloon", "arguments": {"value": 536870912}}   from another client\n'
                                 r".*BALLOON_CHANGE")
        self.assertIn(f"watch --json {self.path('d.sock')}", screen)
        self.assertNotIn("\x1b", screen)


class WatchTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.process = self.serve()
        self.client = self.connect(self.path("qmpev/default.sock"))

    def watch(self, *words):
        """A watch that has negotiated: it has seen a first event."""
        process = self.start("watch", *words)
        end = time.monotonic() + WAIT_SECONDS
        process.first_line = ""
        while not process.first_line and time.monotonic() < end:
            self.client.execute("system_powerdown")
            if select.select([process.stdout], [], [], 0.05)[0]:
                process.first_line = process.stdout.readline()
        return process

    def outcome(self, process):
        output, errors = process.communicate(timeout=WAIT_SECONDS)
        return process.returncode, process.first_line + output, errors

    def test_until_ends_with_the_event_it_waits_for(self):
        watch = self.watch("--until", "STOP")
        self.client.execute("stop")
        status, output, errors = self.outcome(watch)
        self.assertEqual((status, errors), (0, ""))
        self.assertRegex(output, r"^\d\d:\d\d:\d\d\.\d{6}  POWERDOWN\n")
        self.assertRegex(output, r"  STOP\n$")

    def test_count_ends_after_that_many_raw_lines(self):
        watch = self.watch("--json", "--count", "2")
        self.client.execute("stop")
        self.client.execute("cont")
        status, output, _ = self.outcome(watch)
        self.assertEqual(status, 0)
        lines = output.splitlines()
        self.assertEqual(len(lines), 2)
        self.assertTrue(lines[0].startswith('{"timestamp": {"seconds": '))
        self.assertEqual(json.loads(lines[0])["event"], "POWERDOWN")

    def test_what_does_not_come_in_time_is_not_seen(self):
        outcome = self.run_program("watch", "--until", "STOP", "--timeout", "1")
        self.assertEqual((outcome.returncode, outcome.stdout, outcome.stderr), (1, "", ""))

    def test_a_flood_of_other_events_does_not_hold_up_the_end_of_time(self):
        watch = self.start("watch", "--until", "NEVER", "--timeout", "0.5")
        end = time.monotonic() + WAIT_SECONDS
        while watch.poll() is None and time.monotonic() < end:
            self.client.execute("system_powerdown")
            while select.select([watch.stdout], [], [], 0)[0] and watch.stdout.readline():
                pass
        self.assertEqual(watch.returncode, 1)

    def test_a_server_that_ends_is_lost_after_its_last_event(self):
        watch = self.watch("--until", "NEVER")
        self.end(self.process)
        status, output, errors = self.outcome(watch)
        self.assertEqual(status, 2)
        self.assertRegex(output, r"  SHUTDOWN +\{\"guest\": false, \"reason\": \"host-signal\"\}\n$")
        self.assertIn("the server has closed the connection", errors)

    def test_no_server_names_the_verb_that_starts_one(self):
        for name, sentence in [("missing.sock", "there is no socket"), ("stale.sock", "nobody serves")]:
            if name == "stale.sock":
                stale = socket.socket(socket.AF_UNIX)
                stale.bind(self.path(name))
                stale.close()
            outcome = self.run_program("watch", self.path(name))
            self.assertEqual(outcome.returncode, 2)
            self.assertIn(sentence, outcome.stderr)
            self.assertIn("`qmpev serve`", outcome.stderr)

    def test_closed_standard_descriptors_are_not_given_to_sockets(self):
        def close_all():
            for descriptor in (0, 1, 2):
                os.close(descriptor)

        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(self.path("own.sock"))
        listener.listen()
        listener.settimeout(WAIT_SECONDS)
        watch = subprocess.Popen([QMPEV, "watch", self.path("own.sock")], env=self.environment, preexec_fn=close_all)
        self.addCleanup(self.reap, watch)
        connection, _ = listener.accept()
        for descriptor in (0, 1, 2):
            self.assertEqual(os.readlink(f"/proc/{watch.pid}/fd/{descriptor}"), "/dev/null")
        connection.sendall(b'{"QMP": {}}\r\n{"return": {}}\r\n{"event": "STOP"}\r\n')
        self.assertEqual(watch.wait(timeout=WAIT_SECONDS), 2)
        self.assertNotIn(b"STOP", connection.recv(4096))
        connection.close()

    def test_an_output_that_is_full_ends_it(self):
        with open("/dev/full", "wb") as full:
            watch = subprocess.Popen([QMPEV, "watch"], stdout=full, stderr=subprocess.PIPE, text=True,
                                     env=self.environment)
        self.addCleanup(self.reap, watch)
        end = time.monotonic() + WAIT_SECONDS
        while watch.poll() is None and time.monotonic() < end:
            self.client.execute("system_powerdown")
        self.assertEqual(watch.returncode, 2)
        self.assertEqual(watch.stderr.read(), "qmpev: cannot print events: No space left on device\n")

    def test_it_ends_with_its_reader_although_the_server_is_quiet(self):
        watch = self.watch()
        watch.stdout.close()
        self.assertEqual(watch.wait(timeout=WAIT_SECONDS), 2)
        self.assertEqual(watch.stderr.read(), "")
        watch.stdout = open(os.devnull, encoding="ascii")  # for the clean-up
        self.assertIn("return", self.client.execute("query-status"))

    def test_a_server_that_does_not_greet_in_time_is_told_from_a_quiet_one(self):
        silent = socket.socket(socket.AF_UNIX)
        self.addCleanup(silent.close)
        silent.bind(self.path("silent.sock"))
        silent.listen()
        outcome = self.run_program("watch", "--timeout", "0.1", self.path("silent.sock"))
        self.assertEqual((outcome.returncode, outcome.stdout), (1, ""))
        self.assertIn("did not greet in time", outcome.stderr)

    def test_a_server_of_another_kind_is_named_as_such(self):
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(self.path("other.sock"))
        listener.listen()
        watch = self.start("watch", "unix:" + self.path("other.sock"))
        watch.first_line = ""
        listener.settimeout(WAIT_SECONDS)
        connection, _ = listener.accept()
        connection.sendall(b"220 mail.example.org ESMTP\r\n")
        status, output, errors = self.outcome(watch)
        connection.close()
        self.assertEqual((status, output), (2, ""))
        self.assertIn("this is not a QMP server", errors)


if __name__ == "__main__":
    unittest.main()
