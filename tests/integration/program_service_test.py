# SPDX-License-Identifier: MIT
"""The program as a service: sockets that are passed to it, and what it tells who started it.

usage: program_service_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import Client, ProgramTest, QMPEV, WAIT_SECONDS

FIRST = 3
# What stands between a starter and its service: it knows the number that the service will have, and puts the sockets
# where they belong.
STARTER = f"""
import os, sys
fds = [int(fd) for fd in sys.argv[1].split(",") if fd]
for place, fd in enumerate(fds):
    os.dup2(fd, 100 + place)
for place in range(len(fds)):
    os.dup2(100 + place, {FIRST} + place)
os.environ["LISTEN_PID"] = str(os.getpid())
os.environ["LISTEN_FDS"] = str(len(fds))
os.closerange({FIRST} + len(fds), 1024)
os.execv(sys.argv[2], sys.argv[2:])
"""


class ServiceTest(ProgramTest):
    def unix(self, name, kind=socket.SOCK_STREAM):
        """A socket at a path of its own, which listens when it is of streams."""
        made = socket.socket(socket.AF_UNIX, kind)
        self.addCleanup(made.close)
        made.settimeout(WAIT_SECONDS)
        made.bind(self.path(name))
        if kind == socket.SOCK_STREAM:
            made.listen()
        return made

    def pass_on(self, sockets, *words, notify=None):
        """The program with `sockets`, of (name, socket), as systemd starts it."""
        environment = {**self.environment, "LISTEN_FDNAMES": ":".join(name for name, _ in sockets)}
        if notify:
            environment["NOTIFY_SOCKET"] = notify
        fds = [each.fileno() for _, each in sockets]
        process = subprocess.Popen([sys.executable, "-c", STARTER, ",".join(map(str, fds)), QMPEV, *words], pass_fds=fds,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
                                   start_new_session=True)
        self.addCleanup(self.reap, process)
        return process

    def refusal_of(self, sockets, *words):
        process = self.pass_on(sockets, *words)
        out, errors = process.communicate(timeout=WAIT_SECONDS)
        self.assertIn(process.returncode, (1, 2))
        self.assertEqual(out, "")
        return errors


class PassedSocketTest(ServiceTest):
    def test_a_passed_socket_is_served_and_its_file_stays(self):
        listening = self.unix("qmp.sock")
        with socket.socket(socket.AF_UNIX) as early:  # systemd starts a service for its first client
            early.settimeout(WAIT_SECONDS)
            early.connect(self.path("qmp.sock"))
            process = self.pass_on([("qmp", listening)], "serve", "--listen", "fd:qmp,wire=qemu")
            self.assertIn(b"QMP", early.recv(65536))
        client = self.connect(self.path("qmp.sock"))
        self.assertEqual(client.execute("stop")["return"], {})
        rest = self.end(process)
        self.assertIn(f"unix:{self.path('qmp.sock')}   wire=qemu\n", rest)
        client.read_until("SHUTDOWN")
        self.assertTrue(os.path.exists(self.path("qmp.sock")), "the socket of who started us was removed")

    def test_each_name_has_its_settings_and_may_be_that_of_several(self):
        sockets = [("events", self.unix("a")), ("qmp", self.unix("b")), ("events", self.unix("c"))]
        process = self.pass_on(sockets, "serve", "--listen", "fd:qmp", "--listen", "fd:events,role=events",
                               "--listen", "unix:" + self.path("d"))
        for name in "ac":
            self.assertIn("for events only", self.connect(self.path(name)).execute("stop")["error"]["desc"])
        for name in "bd":
            self.assertEqual(self.connect(self.path(name)).execute("stop")["return"], {})
        self.end(process)
        self.assertEqual(sorted(set(os.listdir(self.folder)) & set("abcd")), ["a", "b", "c"])

    def test_a_passed_port_is_for_events_and_guarded(self):
        with socket.create_server(("127.0.0.1", 0)) as port, socket.create_server(("0.0.0.0", 0)) as world:
            process = self.pass_on([("port", port)], "serve", "--listen", "fd:port")
            client = Client(port.getsockname(), socket.AF_INET)
            self.addCleanup(client.close)
            self.assertIn("for events only", client.execute("quit")["error"]["desc"])
            self.assertIn(f"tcp:127.0.0.1:{port.getsockname()[1]}   wire=document   role=events", self.end(process))
            self.assertIn("other machines reach ", self.refusal_of([("port", world)], "serve", "--listen", "fd:port"))

    def test_what_cannot_be_served_is_refused(self):
        listening = self.unix("a")
        one, other = socket.socketpair()
        with one, other:
            self.assertIn("use Accept=no", self.refusal_of([("a", listening), ("b", one)], "serve", "--listen", "fd:a",
                                                           "--listen", "fd:b"))
        self.assertIn("there is 'a' ", self.refusal_of([("a", listening)], "serve", "--listen", "fd:b"))
        self.assertIn("nobody serves the socket 'a'", self.refusal_of([("a", listening)], "serve"))
        self.assertIn("nobody serves the socket 'a'",
                      self.refusal_of([("a", listening)], "serve", "-qmp", "unix:" + self.path("q") + ",server=on"))
        self.assertFalse(os.path.exists(self.path("q")))

    def test_sockets_of_another_process_are_not_ours(self):
        self.environment.update(LISTEN_PID="1", LISTEN_FDS="1", LISTEN_FDNAMES="a")
        refused = self.run_program("serve", "--listen", "fd:a")
        self.assertEqual((refused.returncode, refused.stdout), (1, ""))
        self.assertIn("passed to process 1 (LISTEN_PID)", refused.stderr)
        self.end(self.serve("--listen", "unix:" + self.path("b")))

    def test_a_scenario_plays_through_a_passed_socket(self):
        process = self.pass_on([("a", self.unix("a"))], "serve", "--scenario", "panic-and-recovery", "--listen", "fd:a")
        for line in process.stdout:
            if line.startswith("try:"):
                break
        self.assertIn(f" trigger {self.path('a')} ", line)
        with socket.create_server(("127.0.0.1", 0)) as port:
            self.assertIn("give it role=full", self.refusal_of([("a", port)], "serve", "--demo", "--listen", "fd:a"))

    def test_a_command_inherits_neither_sockets_nor_variables(self):
        script = "env; ls -l /proc/self/fd"
        process = self.pass_on([("a", self.unix("a"))], "run", "--listen", "fd:a", "--", "sh", "-c", script)
        out, errors = process.communicate(timeout=WAIT_SECONDS)
        self.assertEqual((process.returncode, errors), (0, ""))
        self.assertIn("QMP_SOCKET=", out)
        self.assertNotIn("LISTEN_", out)
        self.assertNotIn("socket:", out)


if ACTIVATE := shutil.which("systemd-socket-activate"):

    class ActivatedTest(ProgramTest):
        def test_systemds_own_tool_passes_a_socket(self):
            process = subprocess.Popen([ACTIVATE, "-l", self.path("a"), "--fdname=qmp", QMPEV, "serve", "--listen", "fd:qmp"],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment,
                                       start_new_session=True)
            self.addCleanup(self.reap, process)
            self.assertIn("Listening on", process.stderr.readline())
            client = self.connect(self.path("a"))  # which has it start the program
            self.assertEqual(client.execute("quit")["return"], {})
            self.assertEqual(process.wait(WAIT_SECONDS), 0)
            self.assertIn(f"unix:{self.path('a')} ", process.stdout.read())


class NoticeTest(ServiceTest):
    def told(self, starter):
        return starter.recv(65536).decode().split("\n")

    def test_who_started_it_is_told_when_it_is_ready_and_when_it_ends(self):
        starter = self.unix("notify", socket.SOCK_DGRAM)
        process = self.pass_on([("a", self.unix("a"))], "serve", "--listen", "fd:a", "--listen",
                               f"unix:{self.path('b')},wire=qemu", notify=self.path("notify"))
        self.assertEqual(self.told(starter), ["READY=1", f"STATUS=QMP at unix:{self.path('a')} (document), "
                                              f"unix:{self.path('b')} (qemu)"])
        self.connect(self.path("b")).execute("quit")
        told = self.told(starter)
        self.assertEqual(told[0], "STOPPING=1")
        self.assertRegex(told[1], "^STATUS=ending")
        self.assertEqual(process.wait(WAIT_SECONDS), 0)

    def test_an_abstract_name(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as starter:
            starter.settimeout(WAIT_SECONDS)
            starter.bind("")  # the system picks a name
            name = starter.getsockname().decode()
            self.environment["NOTIFY_SOCKET"] = name.replace("\0", "@", 1)
            process = self.serve("-qmp", f"unix:{self.path('a')},server=on,wait=off")
            self.assertEqual(self.told(starter), ["READY=1", f"STATUS=QMP at unix:{self.path('a')} (qemu)"])
            process.send_signal(signal.SIGTERM)
            self.assertEqual(self.told(starter)[0], "STOPPING=1")

    def test_who_is_refused_never_was_ready(self):
        starter = self.unix("notify", socket.SOCK_DGRAM)
        self.environment["NOTIFY_SOCKET"] = self.path("notify")
        for words in (("--listen", "fd:a"), ("--listen", "unix:" + self.path("none/a")), ("--scenario", "none")):
            self.assertNotEqual(self.run_program("serve", *words).returncode, 0)
        starter.setblocking(False)
        with self.assertRaises(BlockingIOError):
            starter.recv(1)

    def test_nobody_to_be_told_is_not_the_end(self):
        self.environment["NOTIFY_SOCKET"] = self.path("none")
        process = self.serve("--listen", "unix:" + self.path("a"))
        self.connect(self.path("a")).execute("quit")
        _, errors = process.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(process.returncode, 0)
        for what in ("READY=1", "STOPPING=1"):
            self.assertIn(f"qmpev: cannot say {what} to NOTIFY_SOCKET {self.path('none')}: ", errors)

    def test_run_leaves_the_notice_to_its_command(self):
        starter = self.unix("notify", socket.SOCK_DGRAM)
        self.environment["NOTIFY_SOCKET"] = self.path("notify")
        ran = self.run_program("run", "--", "sh", "-c", "echo $NOTIFY_SOCKET")
        self.assertEqual(ran.stdout, self.path("notify") + "\n")
        starter.setblocking(False)
        with self.assertRaises(BlockingIOError):
            starter.recv(1)


if __name__ == "__main__":
    unittest.main()
