# SPDX-License-Identifier: MIT
"""The program's --spice: what it says, what it refuses, what it leaves behind. A real viewer is in
spice_client_test.cpp. Arguments: the program, and `with` or `without` libspice-server."""

import os
import socket
import stat
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
HAS_LIBRARY = sys.argv.pop(2) == "with"
from program import ProgramTest, WAIT_SECONDS  # noqa: E402: it takes its argument when it is imported


class SpiceTest(ProgramTest):
    def serve_spice(self, spice):
        """A machine with --spice; its process and the word it prints about viewers."""
        process = self.serve("--listen", "unix:" + self.path("q.sock") + ",wire=qemu", "--spice", spice)
        return process, process.stdout.readline().split()[-1] if spice != "none" else None

    def query_spice(self):
        return self.connect(self.path("q.sock")).execute("query-spice")["return"]

    def refusal(self, spice):
        """The sentence with which serve ends before anything has started."""
        ended = self.run_program("serve", "--listen", "unix:" + self.path("q.sock"), "--spice", spice)
        self.assertNotEqual(ended.returncode, 0)
        self.assertEqual(ended.stdout, "")
        self.assertEqual(ended.stderr.count("\n"), 1, ended.stderr)
        self.assertFalse(os.path.exists(self.path("q.sock")))
        return ended.stderr

    def test_a_machine_without_spice_says_what_qemu_says(self):
        process, _ = self.serve_spice("none")
        self.assertEqual(self.query_spice(), {"migrated": False, "enabled": False, "mouse-mode": "client"})
        self.end(process)

    def test_a_wrong_option_is_wrong_usage(self):
        for spice in ("port=x", "5930", "port=1,addr=localhost", "port=1,password="):
            self.assertTrue(self.refusal(spice).startswith("qmpev: "))


class WithoutTheLibrary(SpiceTest):
    def test_without_the_library_the_package_is_named(self):
        self.assertIn("libspice-server-dev", self.refusal("port=0"))


class WithTheLibrary(SpiceTest):
    def test_query_spice_tells_the_port_that_was_chosen(self):
        process, address = self.serve_spice("port=0")
        port = int(address.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS).close()
        answer = self.query_spice()
        self.assertRegex(answer.pop("compiled-version"), r"^0\.1[0-9]\.[0-9]+$")
        self.assertEqual(answer, {"enabled": True, "migrated": False, "host": "127.0.0.1", "port": port, "auth": "none",
                                  "mouse-mode": "server", "channels": []})
        self.end(process)

    def test_the_library_is_loaded_by_who_asks_for_it(self):
        for spice, is_loaded in (("none", False), ("port=0", True)):
            process, _ = self.serve_spice(spice)
            with open(f"/proc/{process.pid}/maps", encoding="utf-8") as maps:
                self.assertEqual("/libspice-server.so" in maps.read(), is_loaded)
            self.end(process)

    def test_a_library_that_is_none_is_refused_with_the_packages_name(self):
        with open(self.path("libspice-server.so.1"), "w", encoding="ascii"):
            pass
        self.environment["LD_LIBRARY_PATH"] = self.folder
        sentence = self.refusal("unix=" + self.path("spice.sock"))
        self.assertIn(self.path("libspice-server.so.1"), sentence)
        self.assertIn("install libspice-server1 ", sentence)
        self.assertFalse(os.path.exists(self.path("spice.sock")))

    def test_a_unix_socket_is_the_owners_and_goes_with_the_machine(self):
        path = self.path("spice.sock")
        with open(self.path("password"), "w", encoding="ascii") as file:
            file.write("secret\n")
        process, address = self.serve_spice("unix=" + path + ",password-file=" + self.path("password"))
        self.assertEqual(address, "spice+unix://" + path)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        answer = self.query_spice()
        self.assertEqual((answer["host"], answer["auth"], "port" in answer), (path, "spice", False))
        self.assertIn("is in use by a running process", self.refusal_beside(path))
        self.end(process)
        self.assertFalse(os.path.exists(path))

    @staticmethod
    def wait_for_end(raw):
        """Says that nothing more comes and reads to the end. A server that has not read everything resets."""
        try:
            raw.shutdown(socket.SHUT_WR)
            while raw.recv(4096):
                pass
        except OSError:
            pass

    def refusal_beside(self, path):
        ended = self.run_program("serve", "--listen", "unix:" + self.path("other.sock"), "--spice", "unix=" + path)
        self.assertEqual(ended.returncode, 1)
        return ended.stderr

    def test_a_stale_socket_file_is_replaced_and_another_file_is_not(self):
        path = self.path("spice.sock")
        stale = socket.socket(socket.AF_UNIX)
        stale.bind(path)
        stale.close()
        process, _ = self.serve_spice("unix=" + path)
        self.end(process)
        with open(path, "w", encoding="ascii"):
            pass
        self.assertIn("is not a socket", self.refusal("unix=" + path))

    def test_a_place_that_cannot_be_had_is_refused_before_anything_starts(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.assertIn(f"port {port} of 127.0.0.1 is in use", self.refusal(f"port={port}"))
        self.assertIn("this machine has no address 192.0.2.1", self.refusal("port=0,addr=192.0.2.1"))
        self.assertIn("does not exist", self.refusal("unix=" + self.path("missing/spice.sock")))

    def test_a_client_that_speaks_no_spice_is_told_of_twice_and_the_library_stays_silent(self):
        process, address = self.serve_spice("port=0")
        client = self.connect(self.path("q.sock"))
        for bytes_sent in (b"GET / HTTP/1.0\r\n\r\n", b"REDQ" + b"\xff" * 64, b""):
            with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=WAIT_SECONDS) as raw:
                raw.sendall(bytes_sent)
                self.wait_for_end(raw)
            connected, gone = client.read_until("SPICE_CONNECTED"), client.read_until("SPICE_DISCONNECTED")
            self.assertEqual(connected["data"], gone["data"])
        self.end(process)  # which also looks at stderr

    def test_who_stays_connected_at_the_end_is_not_told_of(self):
        process, address = self.serve_spice("port=0")
        client = self.connect(self.path("q.sock"))
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=WAIT_SECONDS) as raw:
            client.read_until("SPICE_CONNECTED")
            self.end(process)
            client.read_all()
            self.assertEqual([event["event"] for event in client.events()], ["SPICE_CONNECTED", "SHUTDOWN"])
            self.assertEqual(raw.recv(1), b"")


if __name__ == "__main__":
    unittest.main(defaultTest="WithTheLibrary" if HAS_LIBRARY else "WithoutTheLibrary")
