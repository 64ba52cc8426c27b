# SPDX-License-Identifier: MIT
"""A harness written for QEMU, at the program: the same command lines, and where a QEMU is installed the same conversations
with that.

usage: program_qemu_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import QMPEV, WAIT_SECONDS, ProgramTest

QEMU = shutil.which("qemu-system-x86_64")
COMMON = ["-nodefaults", "-machine", "none", "-display", "none"]


class Harness(ProgramTest):
    """Starts what stands for QEMU, and speaks lines of bytes with it."""

    binary = [QMPEV, "serve"]

    def launch(self, *options, **how):
        process = subprocess.Popen([*self.binary, *COMMON, *options], stderr=subprocess.PIPE, start_new_session=True,
                                   env=self.environment, **{"stdout": subprocess.PIPE, **how})
        self.addCleanup(self.reap, process)
        return process

    def connect_to(self, address):
        """Who listens may need a moment."""
        end = time.monotonic() + WAIT_SECONDS
        while True:
            client = socket.socket(socket.AF_UNIX)
            self.addCleanup(client.close)
            try:
                client.connect(address)
                return client
            except OSError:
                client.close()
                self.assertLess(time.monotonic(), end, f"nobody listens at {address}")
                time.sleep(0.01)

    def connect_at_once(self, address):
        client = socket.socket(socket.AF_UNIX)
        self.addCleanup(client.close)
        client.connect(address)
        return client

    def listen_at(self, name):
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(self.path(name))
        listener.listen()
        listener.settimeout(WAIT_SECONDS)
        return listener

    def accept(self, listener):
        client, _ = listener.accept()
        self.addCleanup(client.close)
        return client

    def read_lines(self, client, count=1):
        got = b""
        client.settimeout(WAIT_SECONDS)
        while got.count(b"\r\n") < count:
            more = client.recv(65536)
            self.assertTrue(more, f"closed after {got}")
            got += more
        return got

    def greeted(self, client):
        self.assertTrue(self.read_lines(client).startswith(b'{"QMP": {"version": {"qemu": {"micro": '))

    def says(self, client, request, lines=1):
        client.sendall(request)
        return self.read_lines(client, lines)

    def end_all(self, process):
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(process.returncode, 0)


class Conversations:
    """What holds for QEMU holds for the program."""

    def test_a_second_client_waits_for_the_first_to_leave(self):
        self.launch("-qmp", f"unix:{self.path('q')},server=on,wait=off")
        first = self.connect_to(self.path("q"))
        self.greeted(first)
        second = self.connect_to(self.path("q"))
        second.sendall(b'{"execute": "qmp_capabilities"}')
        self.assertEqual(self.says(first, b'{"execute": "qmp_capabilities"}'), b'{"return": {}}\r\n')
        self.assertEqual(select.select([second], [], [], 0)[0], [])
        first.close()
        self.assertTrue(self.read_lines(second, 2).endswith(b'{"return": {}}\r\n'))

    def test_a_machine_that_waits_for_its_monitor_runs_then(self):
        self.launch("-qmp", f"unix:{self.path('q')},server=on")
        client = self.connect_to(self.path("q"))
        self.greeted(client)
        client.sendall(b'{"execute": "qmp_capabilities"}')
        self.read_lines(client)
        answer = self.says(client, b'{"execute": "query-status"}')
        self.assertIn(b'"running": true', answer)

    def test_a_monitor_that_waits_holds_back_those_behind_it(self):
        self.launch("-chardev", f"socket,id=first,path={self.path('a')},server=on", "-mon",
                    "chardev=second,mode=control", "-chardev",
                    f"socket,id=second,path={self.path('b')},server=on,wait=off", "-mon",
                    "chardev=first,mode=control")
        first = self.connect_to(self.path("a"))
        self.greeted(first)  # so the other is there
        self.greeted(second := self.connect_at_once(self.path("b")))
        self.says(second, b'{"execute": "qmp_capabilities"}')
        self.assertIn(b'"running": true', self.says(second, b'{"execute": "query-status"}'))

    def test_a_pretty_monitor_spreads_its_lines(self):
        self.launch("-chardev", f"socket,id=m0,path={self.path('q')},server=on,wait=off", "-mon",
                    "chardev=m0,mode=control,pretty=on")
        client = self.connect_to(self.path("q"))
        self.assertTrue(self.read_lines(client, 15).startswith(b'{\r\n    "QMP": {\r\n        "version": {\r\n'))
        self.assertEqual(self.says(client, b'{"execute": "qmp_capabilities"}', 4),
                         b'{\r\n    "return": {\r\n    }\r\n}\r\n')

    def test_it_dials_out_and_again_when_the_connection_is_lost(self):
        listener = self.listen_at("q")
        self.launch("-qmp", f"unix:{self.path('q')},reconnect=1")
        self.greeted(client := self.accept(listener))
        client.close()
        self.greeted(self.accept(listener))

    def test_nobody_to_dial_is_the_end(self):
        process = self.launch("-qmp", f"unix:{self.path('q')}")
        process.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(process.returncode, 1)

    def test_a_terminal_may_end_its_input(self):
        process = self.launch("-qmp", "stdio", stdin=subprocess.PIPE, bufsize=0)
        self.assertIn(b'"QMP"', process.stdout.readline())
        process.stdin.write(b'{"execute": "qmp_capabilities"}')
        self.assertEqual(process.stdout.readline(), b'{"return": {}}\r\n')
        process.stdin.close()
        process.stdin = None
        process.send_signal(signal.SIGTERM)
        self.assertIn(b"host-signal", process.communicate(timeout=WAIT_SECONDS)[0])
        self.assertEqual(process.returncode, 0)

    def test_a_script_is_read_from_a_file_and_answered_into_one(self):
        # More than a pipe would take, and more than is read or answered in one turn.
        count = 5000
        with open(self.path("script"), "w", encoding="ascii") as script:
            script.write('{"execute": "qmp_capabilities"}')
            script.writelines(f'{{"execute": "query-name", "id": {number}}}\n' for number in range(count))
            script.write('{"execute": "quit"}')
        with open(self.path("script"), "rb") as script, open(self.path("log"), "wb") as log:
            process = self.launch("-name", "vm1", "-qmp", "stdio", stdin=script, stdout=log)
            process.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(process.returncode, 0)
        with open(self.path("log"), "rb") as log:
            lines = log.read().split(b"\r\n")
        self.assertIn(b'"QMP"', lines[0])
        self.assertEqual(lines[2:2 + count],
                         [b'{"return": {"name": "vm1"}, "id": %d}' % number for number in range(count)])
        self.assertIn(b'"SHUTDOWN"', b"".join(lines[-3:]))

    def test_the_short_option_names_a_chardev(self):
        self.launch("-qmp", "chardev:m0", "-chardev",
                    f"socket,id=m0,path={self.path('q')},server=on,wait=off,nodelay=on")
        self.greeted(self.connect_to(self.path("q")))

    def test_libvirts_words_are_understood(self):
        self.launch("-chardev", f"socket,id=charmonitor,path={self.path('q')},server=on,wait=off", "-mon",
                    "chardev=charmonitor,id=monitor,mode=control")
        self.greeted(self.connect_to(self.path("q")))

    def test_an_abstract_name_is_served(self):
        name = f"qmpev-program-{os.getpid()}"
        self.launch("-chardev", f"socket,id=m0,path={name},abstract=on,server=on,wait=off", "-mon",
                    "chardev=m0,mode=control")
        self.greeted(self.connect_to("\0" + name))

    def test_a_comma_in_a_path_is_doubled(self):
        self.launch("-qmp", f"unix:{self.path('a,,b')},server,nowait")
        self.greeted(self.connect_to(self.path("a,b")))


class ProgramConversations(Conversations, Harness):
    def test_a_descriptor_that_listens_is_served(self):
        listener = self.listen_at("q")
        self.launch("-chardev", f"socket,id=m0,fd={listener.fileno()},server=on,wait=off", "-mon",
                    "chardev=m0,mode=control", pass_fds=[listener.fileno()])
        self.greeted(self.connect_to(self.path("q")))

    def test_a_connected_descriptor_is_one_client(self):
        ours, theirs = socket.socketpair()
        self.addCleanup(ours.close)
        process = self.launch("-chardev", f"socket,id=m0,fd={theirs.fileno()}", "-mon", "chardev=m0,mode=control",
                              pass_fds=[theirs.fileno()])
        theirs.close()
        self.greeted(ours)
        self.end_all(process)

    def test_a_descriptor_that_listens_on_a_port_is_served_and_warned_of(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port, number = listener.getsockname()[1], listener.fileno()
            process = self.launch("-chardev", f"socket,id=m0,fd={number},server=on,wait=off", "-mon",
                                  "chardev=m0,mode=control", pass_fds=[number])
        with socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS) as client:
            self.greeted(client)
            self.says(client, b'{"execute": "qmp_capabilities"}')
            self.assertIn(b'"return"', self.says(client, b'{"execute": "quit"}', 2))  # behind SHUTDOWN
        _, errors = process.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(errors.count(f"whoever reaches tcp:127.0.0.1:{port} (fd:{number}) controls".encode()), 1, errors)

    def test_a_connected_descriptor_of_tcp_is_one_client_and_not_warned_of(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            ours = socket.create_connection(listener.getsockname(), timeout=WAIT_SECONDS)
            self.addCleanup(ours.close)
            theirs, _ = listener.accept()
        with theirs:
            process = self.launch("-chardev", f"socket,id=m0,fd={theirs.fileno()}", "-mon", "chardev=m0,mode=control",
                                  pass_fds=[theirs.fileno()])
        self.greeted(ours)
        self.says(ours, b'{"execute": "qmp_capabilities"}')
        self.assertIn(b'"return"', self.says(ours, b'{"execute": "quit"}', 2))  # behind SHUTDOWN
        _, errors = process.communicate(timeout=WAIT_SECONDS)
        self.assertEqual((process.returncode, errors), (0, b""))

    def test_what_a_descriptor_is_and_what_is_said_of_it_are_the_same(self):
        listener = self.listen_at("q")
        ours, theirs = socket.socketpair()
        self.addCleanup(ours.close)
        self.addCleanup(theirs.close)
        for handed_down, server, sentence in ((theirs, ",server=on", b"leave out server=on"),
                                              (theirs, ",server=on,wait=off", b"leave out server=on"),
                                              (listener, "", b"add server=on")):
            with self.subTest(sentence=sentence, server=server):
                process = self.launch("-chardev", f"socket,id=m0,fd={handed_down.fileno()}{server}", "-mon",
                                      "chardev=m0,mode=control", pass_fds=[handed_down.fileno()])
                self.assertIn(sentence, process.communicate(timeout=WAIT_SECONDS)[1])
                self.assertEqual(process.returncode, 2)

    def test_who_is_dialled_in_vain_and_then_found_is_said(self):
        process = self.launch("-qmp", f"unix:{self.path('q')},reconnect-ms=1")
        self.assertIn(b"No such file or directory: trying again every 1 ms\n", process.stderr.readline())
        self.greeted(self.accept(self.listen_at("q")))
        self.assertIn(b"qmpev: connected to ", process.stderr.readline())
        self.end_all(process)

    def test_what_is_held_back_is_not_there_until_the_client_has_come(self):
        listener = self.listen_at("dialled")
        process = self.launch("-qmp", f"unix:{self.path('a')},server=on", "-qmp",
                              f"unix:{self.path('b')},server=on,wait=off", "-qmp", f"unix:{self.path('dialled')}")
        self.assertIn(b"waits for a client", process.stdout.readline())
        self.assertFalse(os.path.exists(self.path("b")))
        self.assertEqual(select.select([listener], [], [], 0)[0], [])
        self.greeted(self.connect_at_once(self.path("a")))
        self.greeted(self.accept(listener))
        self.greeted(self.connect_at_once(self.path("b")))
        self.assertIn(self.path("b").encode(), process.stdout.readline())

    def test_what_was_held_back_and_cannot_be_opened_is_the_end(self):
        process = self.launch("-qmp", f"unix:{self.path('a')},server=on", "-qmp", f"unix:{self.path('nobody')}")
        self.assertIn(b"waits for a client", process.stdout.readline())
        self.connect_at_once(self.path("a"))
        self.assertIn(b"cannot connect to", process.communicate(timeout=WAIT_SECONDS)[1])
        self.assertEqual(process.returncode, 1)

    def test_a_machine_that_waits_ends_by_a_signal(self):
        process = self.launch("-qmp", f"unix:{self.path('a')},server=on")
        self.assertIn(b"waits for a client", process.stdout.readline())
        self.end_all(process)
        self.assertFalse(os.path.exists(self.path("a")))

    def test_a_panic_ends_the_machine_as_qemus(self):
        self.launch("-qmp", f"unix:{self.path('q')},server=on,wait=off")
        client = self.connect_to(self.path("q"))
        self.greeted(client)
        self.says(client, b'{"execute": "qmp_capabilities"}')
        got = self.says(client, b'{"execute": "x-qmpev-trigger", "arguments": {"device": "pvpanic"}}', 2)
        self.assertIn(b'"action": "poweroff"', got)
        self.assertIn(b"guest-panic", got)

    def test_what_is_not_understood_is_refused_or_passed_over(self):
        refused = self.run_program("serve", "-device", "virtio-net")
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))
        process = self.launch("--ignore-unknown-options", "-device", "virtio-net", "-qmp",
                              f"unix:{self.path('q')},server=on,wait=off")
        self.greeted(self.connect_to(self.path("q")))
        process.send_signal(signal.SIGTERM)
        self.assertIn(b"passed over: -device virtio-net", process.communicate(timeout=WAIT_SECONDS)[1])


class QtestTest(Harness):
    """The test library's side of QEMU's own tests: it listens at two sockets and starts the binary."""

    def setUp(self):
        super().setUp()
        ports, monitor = self.listen_at("t.sock"), self.listen_at("t.qmp")
        self.process = self.launch("-qtest", f"unix:{self.path('t.sock')}", "-qtest-log", "/dev/null", "-chardev",
                                   f"socket,path={self.path('t.qmp')},id=char0", "-mon", "chardev=char0,mode=control",
                                   "-audio", "none", "-accel", "qtest")
        self.monitor, self.ports = self.accept(monitor), self.accept(ports)
        self.ports.settimeout(WAIT_SECONDS)

    def line(self, text):
        self.ports.sendall(text)
        got = b""
        while got.count(b"\n") < text.count(b"\n"):
            got += self.ports.recv(4096)
        return got

    def test_ports_are_reached_through_its_lines(self):
        self.greeted(self.monitor)
        self.assertEqual(self.line(b"endianness\n"), b"OK little\n")
        self.assertEqual(self.line(b"inb 0x505\noutl 0xa00 1\n"), b"OK 0x0007\nOK\n")
        self.assertEqual(self.line(b"clock_step\n"), b"FAIL Unknown command 'clock_step'\n")
        self.says(self.monitor, b'{"execute": "qmp_capabilities"}')
        self.ports.sendall(b"outb 0x505 0x1\n")
        self.assertIn(b"GUEST_PANICKED", self.read_lines(self.monitor, 3))

    def test_many_lines_may_be_sent_before_an_answer_is_read(self):
        self.greeted(self.monitor)
        self.assertEqual(self.line(b"outb 0x80 0x1\n" * 2000), b"OK\n" * 2000)

    def test_one_that_sends_no_line_end_is_given_up_and_nothing_else(self):
        self.greeted(self.monitor)
        self.ports.sendall(b"x" * 20000)
        with self.assertRaises(ConnectionResetError):  # with bytes of ours unread
            self.assertEqual(self.ports.recv(10), b"")
            raise ConnectionResetError
        self.says(self.monitor, b'{"execute": "qmp_capabilities"}')
        self.end_all(self.process)


if QEMU:
    class QemuConversations(Conversations, Harness):
        binary = [QEMU]


if __name__ == "__main__":
    unittest.main()
