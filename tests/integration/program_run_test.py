# SPDX-License-Identifier: MIT
"""`qmpev run`: a command finds a machine behind $QMP_SOCKET, its status is ours, and nothing stays behind.

usage: program_run_test.py QMPEV [UNITTEST ARGUMENTS]
The commands are python programs and the shell; no test waits for a fixed time.
"""

import json
import os
import pty
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import QMPEV, WAIT_SECONDS, ProgramTest  # noqa: E402

SUPPORT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support")
# What python commands begin with: a client of $QMP_SOCKET.
PRELUDE = f"""
import os, sys
sys.argv[1:1] = ["-"]
sys.path.insert(0, {SUPPORT!r})
from program import Client
client = Client(os.environ["QMP_SOCKET"])
"""


class RunTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.environment["TMPDIR"] = self.path("tmp")
        os.mkdir(self.path("tmp"))
        self.addCleanup(self.check_nothing_is_left)

    def check_nothing_is_left(self):
        self.assertEqual(os.listdir(self.path("tmp")), [])

    def run_python(self, source, *options):
        return self.run_program("run", *options, "--", sys.executable, "-c", PRELUDE + source)

    def start_shell(self, script, *options):
        """A run whose command has begun: it has printed its first line."""
        process = self.start("run", *options, "--", "sh", "-c", script)
        process.first_line = process.stdout.readline()
        return process

    def outcome(self, process):
        output, errors = process.communicate(timeout=WAIT_SECONDS)
        return process.returncode, output, errors

    # --- what the command finds ---

    def test_a_command_has_a_machine_and_its_success_is_quiet(self):
        done = self.run_python("""
assert client.execute("query-status") == {"return": {"status": "running", "running": True}}
client.execute("stop"); assert client.events()[0]["event"] == "STOP"
print("seen")""")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "seen\n", ""))

    def test_the_socket_is_in_a_private_folder_with_an_absolute_path(self):
        self.environment["TMPDIR"] = "tmp"
        done = self.run_program("run", "--", "sh", "-c",
                                'stat -c "%a %F" "$(dirname "$QMP_SOCKET")" "$QMP_SOCKET"; echo "$QMP_SOCKET"',
                                cwd=self.folder)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[:2], ["700 directory", "600 socket"])
        self.assertTrue(lines[2].startswith(self.path("tmp") + "/qmpev-"), lines[2])

    def test_our_own_client_finds_the_machine_too(self):
        done = self.run_program("run", "--", QMPEV, "trigger", "pvpanic", "panicked")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("0x505", done.stdout)
        done = self.run_program("run", "--", QMPEV, "watch", "--timeout", "0.1")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn('client 1 wrote  {"execute": "qmp_capabilities"}', done.stderr)

    def test_monitors_in_qemus_spelling_are_opened_beside_the_private_one(self):
        done = self.run_python(f"""
assert not client.execute("query-status")["return"]["running"]
other = Client({self.path('q')!r})
assert client.execute("query-status")["return"]["running"]
print("seen")""", "-qmp", f"unix:{self.path('q')},server=on", "-enable-x", "--ignore-unknown-options")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "seen\n", "qmpev: passed over: -enable-x\n"))
        done = self.run_program("run", "-qmp", "stdio", "--", "true")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("use unix:PATH", done.stderr)

    def test_the_wire_form_and_further_monitors_are_chosen(self):
        for options, member in [((), "sector-count"), (("--wire", "qemu"), "sectors-count")]:
            with self.subTest(options=options):
                done = self.run_python(f"""
other = Client({self.path('other.sock')!r})
assert "{member}" in client.read_until("QUORUM_FAILURE")["data"]
assert "sectors-count" in other.read_until("QUORUM_FAILURE")["data"]""", *options, "--demo", "--listen",
                                       f"unix:{self.path('other.sock')},wire=qemu")
                self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
                self.assertIn("QUORUM_FAILURE", done.stderr)  # the scene's screen
                self.assertFalse(os.path.exists(self.path("other.sock")))

    def test_standard_descriptors_are_passed_through_and_nothing_of_ours(self):
        script = "import os; print(sorted(int(fd) for fd in os.listdir('/proc/self/fd'))[:-1], input())"
        done = self.run_program("run", "--", sys.executable, "-c", script, input="typed\n")
        self.assertEqual((done.returncode, done.stdout), (0, "[0, 1, 2] typed\n"), done.stderr)

    def test_signals_are_at_their_defaults(self):
        internal = 3 << 31  # 32 and 33, which the C library keeps for itself
        done = self.run_program("run", "--", "sh", "-c", "grep -E '^Sig(Blk|Ign)' /proc/self/status")
        for line in done.stdout.splitlines():
            self.assertEqual(int(line.split()[1], 16) & ~internal, 0, line)
        self.assertEqual(done.stdout.count("\n"), 2)

    # --- its status ---

    def test_the_status_is_the_commands(self):
        for script, status in [("exit 3", 3), ("exit 255", 255), ("kill -9 $$", 137), ("kill -SEGV $$", 139),
                               ("exit 127", 127)]:
            with self.subTest(script=script):
                done = self.run_program("run", "--", "sh", "-c", script)
                self.assertEqual((done.returncode, done.stdout), (status, ""))
                self.assertEqual(done.stderr, f"qmpev: sh ended with status {status}; no client came to $QMP_SOCKET\n")

    def test_a_command_that_cannot_be_run_is_told(self):
        for command, status, sentence in [("no-such-command", 127, "there is no such command in PATH"),
                                          ("./missing", 127, "there is no such file"),
                                          ("/etc/passwd", 126, "is it an executable file?")]:
            with self.subTest(command=command):
                done = self.run_program("run", "--", command)
                self.assertEqual(done.returncode, status)
                self.assertIn(sentence, done.stderr)

    def test_a_refused_start_runs_no_command(self):
        for options, sentence in [(["--listen", "unix:" + self.path("missing/a")], "create it or choose another path"),
                                  (["--transcript", self.path("missing/t")], "its folder does not exist")]:
            with self.subTest(options=options):
                done = self.run_program("run", *options, "--", "echo", "ran")
                self.assertEqual((done.returncode, done.stdout), (125, ""))
                self.assertIn(sentence, done.stderr)
        self.environment["TMPDIR"] = self.path("missing")
        done = self.run_program("run", "--", "echo", "ran")
        self.assertEqual((done.returncode, done.stdout), (125, ""))
        self.assertIn("is TMPDIR right?", done.stderr)

    def test_a_signal_ends_the_wait_for_a_scenario_that_nobody_writes(self):
        os.mkfifo(self.path("a.json"))
        process = self.start("run", "--scenario", self.path("a.json"), "--", "echo", "ran")
        writer = os.open(self.path("a.json"), os.O_WRONLY)  # returns when the program reads
        self.addCleanup(os.close, writer)
        process.terminate()
        self.assertEqual(self.outcome(process), (-signal.SIGTERM, "", ""))

    def test_wrong_usage_is_told(self):
        for words, sentence in [(["make", "test"], "behind `--`"), ([], "run needs a command"),
                                (["--nonsense", "--", "true"], "see qmpev run --help")]:
            done = self.run_program("run", *words)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(sentence, done.stderr)
        explained = self.run_program("run", "--help")
        self.assertEqual((explained.returncode, explained.stderr), (0, ""))
        self.assertIn("usage: qmpev run", explained.stdout)

    # --- what passed ---

    def test_a_failure_shows_what_passed(self):
        done = self.run_python('client.execute("query-name"); client.execute("stop"); print("out"); sys.exit(4)')
        self.assertEqual((done.returncode, done.stdout), (4, "out\n"))
        head, *lines = done.stderr.splitlines()
        self.assertIn("ended with status 4; what passed its monitors", head)
        self.assertRegex(lines[0], r"^ +\d+\.\d{3}  client 1 came$")
        self.assertTrue(any('client 1 wrote  {"execute": "query-name"}' in line for line in lines), lines)
        self.assertTrue(any('client 1 got    {"timestamp"' in line and "STOP" in line for line in lines), lines)
        self.assertRegex(lines[-1], r"client 1 is gone$")

    def test_a_scenarios_own_client_is_named_among_what_passed(self):
        done = self.run_program("run", "--scenario", "panic-and-recovery", "--", "false")
        self.assertEqual(done.returncode, 1)
        self.assertIn("; what passed its monitors, the scenario's own client included, in seconds", done.stderr)

    def test_what_is_shown_of_a_flood_is_bounded(self):
        done = self.run_python('for _ in range(300): client.execute("query-name", no="x" * 1500)\nsys.exit(1)')
        self.assertEqual(done.returncode, 1)
        self.assertLess(len(done.stderr), 300 << 10)
        self.assertRegex(done.stderr.splitlines()[1], r"^\(\d+ earlier lines are left out")

    def test_a_signal_ends_what_is_shown_to_nobody(self):
        process = self.start("run", "--", sys.executable, "-c", PRELUDE + """
for _ in range(3000): client.execute("query-status")
print("done", flush=True)
sys.exit(3)""")
        self.assertEqual(process.stdout.readline(), "done\n")
        self.assertEqual(process.stderr.read(20), "qmpev: " + sys.executable[:13])  # more than a pipe takes follows
        process.terminate()
        self.assertEqual(process.wait(timeout=WAIT_SECONDS), -signal.SIGTERM)

    def test_a_transcript_is_kept_whatever_the_status(self):
        for status in (0, 1):
            with self.subTest(status=status):
                file = self.path(f"t{status}")
                done = self.run_python(f'client.execute("query-name"); sys.exit({status})', "--transcript", file)
                self.assertEqual((done.returncode, done.stderr == ""), (status, status == 0))
                with open(file, encoding="ascii") as lines:
                    records = [json.loads(line) for line in lines]
                self.assertTrue(any("query-name" in record.get("text", "") for record in records))
                self.assertEqual(records[-1]["direction"], "closed")

    # --- ends in awkward moments ---

    def test_a_machine_that_ends_first_closes_and_the_command_goes_on(self):
        done = self.run_python("""
client.execute("quit"); client.read_all()
assert client.events()[-1]["event"] == "SHUTDOWN"
try:
    Client(os.environ["QMP_SOCKET"])
except OSError:
    print("gone"); sys.exit(6)""")
        self.assertEqual((done.returncode, done.stdout), (6, "gone\n"), done.stderr)

    def test_a_machine_whose_guest_ends_it_is_no_failure_of_the_command(self):
        done = self.run_python('''
client.execute("x-qmpev-trigger", device="pvpanic", action="panicked")
client.read_all()
assert [event["event"] for event in client.events()][0] == "GUEST_PANICKED"
assert client.events()[-1]["event"] == "SHUTDOWN"
print("done")''', "--action", "panic=exit-failure")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "done\n", ""))

    def test_a_signal_reaches_the_command_and_is_outlived(self):
        for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(how=how):
                name = how.name[3:]
                process = self.start_shell(f"trap 'echo heard; exit 9' {name}; echo ready; while sleep 0.02; do :; done")
                self.assertEqual(process.first_line, "ready\n")
                process.send_signal(how)
                status, output, _ = self.outcome(process)
                self.assertEqual((status, output), (9, "heard\n"))

    def test_a_command_that_a_signal_ends_gives_its_number(self):
        process = self.start_shell("echo ready; exec sleep 1000")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(self.outcome(process)[0], 128 + signal.SIGTERM)

    def test_a_command_killed_from_elsewhere_leaves_nothing(self):
        process = self.start_shell("echo $$; exec sleep 1000")
        os.kill(int(process.first_line), signal.SIGKILL)
        self.assertEqual(self.outcome(process)[0], 137)

    def run_on_terminal(self, script):
        """Starts a python command on a terminal of its own; returns our process and the terminal."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(QMPEV, [QMPEV, "run", "--", sys.executable, "-c", script], self.environment)
        self.addCleanup(os.close, terminal)
        self.read_terminal(terminal, b"ready")
        return pid, terminal

    def test_a_terminals_interrupt_reaches_the_command(self):
        pid, terminal = self.run_on_terminal(
            "import signal, sys\nsignal.signal(signal.SIGINT, lambda *_: sys.exit(7))\n"
            "print('ready', flush=True)\nwhile True: signal.pause()")
        os.write(terminal, b"\x03")
        signal.alarm(WAIT_SECONDS)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 7)
        signal.alarm(0)

    def test_a_terminals_interrupt_is_not_passed_on(self):
        # The command leaves the terminal's foreground, so that it hears only what is passed on.
        pid, terminal = self.run_on_terminal(
            "import os, signal\nos.setpgid(0, 0)\nheard = []\n"
            "for name in (signal.SIGINT, signal.SIGTERM): signal.signal(name, lambda number, _: heard.append(number))\n"
            "print('ready', flush=True)\nwhile signal.SIGTERM not in heard: signal.pause()\n"
            "os._exit(9 if heard == [signal.SIGTERM] else 8)")
        os.write(terminal, b"\x03")
        self.read_terminal(terminal, b"^C")  # the echo comes behind the signal
        os.kill(pid, signal.SIGTERM)
        signal.alarm(WAIT_SECONDS)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 9)
        signal.alarm(0)

    @staticmethod
    def read_terminal(terminal, text):
        signal.alarm(WAIT_SECONDS)  # ends the test, whatever hangs
        got = b""
        while text not in got:
            got += os.read(terminal, 4096)
        signal.alarm(0)
        return got

    def test_a_background_process_of_the_command_does_not_hold_it_up(self):
        done = subprocess.run([QMPEV, "run", "--", "sh", "-c", "sleep 1000 >/dev/null 2>&1 & echo $!"],
                              stdout=subprocess.PIPE, text=True, env=self.environment, timeout=WAIT_SECONDS)
        os.kill(int(done.stdout), signal.SIGKILL)
        self.assertEqual(done.returncode, 0)

    def test_an_ignored_end_of_children_is_no_matter(self):
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        self.addCleanup(signal.signal, signal.SIGCHLD, signal.SIG_DFL)
        process = subprocess.Popen(["sh", "-c", f"trap '' CHLD; {QMPEV} run -- sh -c 'exit 5'; echo $?"],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=self.environment)
        self.assertEqual(process.communicate(timeout=WAIT_SECONDS)[0], "5\n")


if __name__ == "__main__":
    unittest.main()
