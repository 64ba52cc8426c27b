# SPDX-License-Identifier: MIT
"""Well-known clients of QMP, each as a few lines that make its assumptions and fail where it would fail.

They are written from what the clients are known to demand, not from their sources. All talk to a monitor in QEMU's
form of a machine that says something all the time, during their handshakes, too; where a client is known to lose what
comes with a reply in one read, what happens is made to happen afterwards.

usage: clients_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import json
import os
import socket
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from catalogue import Catalogue
from program import WAIT_SECONDS, ProgramTest

FLOW = {"title": "events without end", "steps": [
    {"storm": "memory", "action": "ost", "arguments": [{"slot": 0, "status": 128}, {"slot": 1, "status": 129}],
     "per-second": 1000, "count": 10000000}]}
ERROR_CLASSES = {"GenericError", "CommandNotFound", "DeviceNotActive", "DeviceNotFound", "KVMMissingCap"}


class Wrong(Exception):
    """The client would give up here."""


def require(holds, words):
    if not holds:
        raise Wrong(words)


class Connection:
    def __init__(self, where):
        """To a path, or over a socket that is connected."""
        self.socket = socket.socket(socket.AF_UNIX) if isinstance(where, str) else where
        self.socket.settimeout(WAIT_SECONDS)
        if isinstance(where, str):
            self.socket.connect(where)
        self.buffer = b""

    def send(self, data):
        self.socket.sendall(data)

    def receive(self, size=1 << 16):
        part = self.socket.recv(size)
        require(part, "closed")
        return part

    def line(self, end=b"\n", limit=1 << 28):
        """Up to `end`, which is taken and not returned."""
        while end not in self.buffer:
            require(len(self.buffer) <= limit, "line too long")
            self.buffer += self.receive()
        line, self.buffer = self.buffer.split(end, 1)
        require(len(line) <= limit, "line too long")
        return line

    def close(self):
        self.socket.close()


class Libvirt(Connection):
    """Lines end in CR LF. Ids are not compared: whatever reply comes belongs to the command that waits."""

    def __init__(self, where):
        super().__init__(where)
        self.number = 0
        self.events = []
        self.waiting = False

    def take(self):
        message = json.loads(self.line(b"\r\n", 10 << 20))
        require(type(message) is dict, "parsed JSON isn't an object")
        if "QMP" in message:
            return None
        if "event" in message:
            self.events.append(message)
            self.read_event(message)
            return None
        require("error" in message or "return" in message, f"unknown JSON reply {message}")
        require(self.waiting, f"unexpected JSON reply {message}")
        self.waiting = False
        return message

    @staticmethod
    def read_event(message):
        """What it reads without looking whether it is there."""
        if message["event"] == "ACPI_DEVICE_OST":
            info = message["data"]["info"]
            require(type(info["slot"]) is str and type(info["slot-type"]) is str, "OST")
            require(0 <= info["source"] < 2**32 and 0 <= info["status"] < 2**32, "OST")
        elif message["event"] == "BALLOON_CHANGE":
            require(message["data"]["actual"] >= 0, "balloon")

    def command(self, name, **arguments):
        self.number += 1
        request = {"execute": name, **({"arguments": arguments} if arguments else {}), "id": f"libvirt-{self.number}"}
        self.waiting = True
        self.send(json.dumps(request).encode() + b"\r\n")
        while True:
            reply = self.take()
            if reply is not None:
                return reply


class GoQemu(Connection):
    """Takes whatever value comes first for the greeting, and the next for the reply; what came with that reply is
    lost. Then lines of at most 64 KiB, replies in order without ids."""

    def __init__(self, where):
        super().__init__(where)
        self.decode()
        self.send(b'{"execute":"qmp_capabilities"}\n')
        reply = self.decode()
        require("return" in reply, f"not a reply: {reply}")
        require(self.buffer == b"", f"lost: {self.buffer}")

    def decode(self):
        """One value, however it is ended."""
        while True:
            try:
                value, end = json.JSONDecoder().raw_decode(self.buffer.decode().lstrip())
            except ValueError:
                self.buffer += self.receive(512)
                continue
            self.buffer = self.buffer.lstrip()[end:].lstrip()
            return value

    def run(self, command):
        self.send(command)
        events = []
        while True:
            message = json.loads(self.line(limit=64 * 1024))
            if "event" not in message:
                return message, events
            stamp = message["timestamp"]
            require(type(stamp["seconds"]) is int and type(stamp["microseconds"]) is int, "timestamp")
            require(type(message.get("data", {})) is dict, "data")
            events.append(message["event"])


class Incus(GoQemu):
    """Of the same descent, with a number as id that has to come back with the next value; query-version is its ping."""

    def __init__(self, where):
        Connection.__init__(self, where)
        require("QMP" in self.decode(), "greeting")
        self.number = 0
        self.call("qmp_capabilities")
        require(self.buffer == b"", f"lost: {self.buffer}")

    def call(self, name):
        self.number += 1
        self.send(json.dumps({"execute": name, "id": self.number}).encode())
        reply = self.decode()
        require("return" in reply and reply.get("id") == self.number, f"not the reply: {reply}")
        return reply["return"]


class Systemd(Connection):
    """vmspawn: unsigned numbers as ids; bears events at any time, whose data is an object if there is any."""

    def __init__(self, where):
        super().__init__(where)
        require("QMP" in json.loads(self.line(b"\r\n")), "greeting")
        self.number = self.events = 0
        self.call("qmp_capabilities")

    def call(self, name):
        self.number += 1
        self.send(json.dumps({"execute": name, "id": self.number}).encode() + b"\r\n")
        while True:
            message = json.loads(self.line(b"\r\n", 16 << 20))
            if "event" in message:
                require(type(message.get("data", {})) is dict, "data")
                self.events += 1
                continue
            require(type(message.get("id")) is int and message["id"] == self.number, f"unexpected id: {message}")
            return message


class QemuQmp(Connection):
    """Python's qemu.qmp: the line after its negotiation is the reply; a reply of unknown id is dropped, an error
    without id ends the session."""

    def __init__(self, where):
        super().__init__(where)
        self.events = []
        self.number = 0
        greeting = json.loads(self.line(limit=256 * 1024))
        require(type(greeting["QMP"]) is dict, "greeting")
        require(type(greeting["QMP"]["version"]) is dict, "version")
        require(type(greeting["QMP"]["capabilities"]) is list, "capabilities")
        oob = ["oob"] if "oob" in greeting["QMP"]["capabilities"] else []
        self.send(json.dumps({"execute": "qmp_capabilities", "arguments": {"enable": oob} if oob else {}}).encode())
        reply = json.loads(self.line(limit=256 * 1024))
        require("return" in reply, f"expected a reply, received {reply}")

    def execute(self, name):
        self.number += 1
        wanted = f"__qmp#{self.number:05d}"
        self.send(json.dumps({"execute": name, "id": wanted}).encode())
        while True:
            message = json.loads(self.line(limit=256 * 1024))
            if "event" in message:
                self.events.append(message["event"])
                continue
            require("id" in message or "error" not in message, "server error without id")
            if message.get("id") == wanted:
                return message


class Govmm(Connection):
    """kata: QEMU 5 or later, lines of at most 64 KiB, one command at a time."""

    def __init__(self, where):
        super().__init__(where)
        version = json.loads(self.line(limit=64 * 1024))["QMP"]["version"]["qemu"]
        require(version["major"] >= 5, f"version {version}")
        self.events = []
        require("return" in self.execute("qmp_capabilities"), "negotiation")

    def execute(self, name):
        self.send(json.dumps({"execute": name}).encode())
        while True:
            message = json.loads(self.line(limit=64 * 1024))
            if "event" in message:
                self.events.append((message["event"], message["timestamp"]["seconds"], message.get("data")))
            elif "return" in message or "error" in message:
                require("id" not in message, "an id nobody gave")
                return message


class Ganeti(Connection):
    """CR LF between messages; drops what came with the greeting; then asks which commands there are."""

    def __init__(self, where):
        super().__init__(where)
        greeting = json.loads(self.line(b"\r\n"))
        require(self.buffer == b"", "bytes behind the greeting are dropped")
        version = greeting["QMP"]["version"]
        require(all(part in version["qemu"] for part in ("major", "minor", "micro")), "version")
        require("package" in version, "package")
        self.execute("qmp_capabilities")
        self.commands = {command["name"] for command in self.execute("query-commands")}

    def execute(self, name):
        self.send(json.dumps({"execute": name}).encode() + b"\r\n")
        while True:
            message = json.loads(self.line(b"\r\n"))
            if "event" not in message:
                require("return" in message, f"{name}: {message}")
                return message["return"]


class Proxmox(Connection):
    """A connection per call; ids that have to come back; no newline; any error text ends it."""

    @staticmethod
    def call(path, name):
        client = Proxmox(path)
        try:
            require("QMP" in json.loads(client.line(b"\r\n")), "greeting")
            client.command("qmp_capabilities", 1)
            return client.command(name, 2)
        finally:
            client.close()

    def command(self, name, number):
        wanted = f"{os.getpid()}:{number}"
        self.send(json.dumps({"execute": name, "id": wanted, "arguments": {}}).encode())
        while True:
            message = json.loads(self.line(b"\r\n"))
            if "event" in message:
                continue
            require("error" not in message, message)
            require(message.get("id") == wanted, f"got wrong command id {message.get('id')}")
            return message["return"]


class NodeQemuQmp(Connection):
    """npm qemu-qmp: the first read is the greeting and nothing else; an empty line makes it hang up."""

    def __init__(self, where):
        super().__init__(where)
        first = self.receive()
        require(first.count(b"\n") == 1, "more than the greeting")
        require("QMP" in json.loads(first), "greeting")
        self.send(b'{"execute":"qmp_capabilities"}')
        require(json.loads(self.line(b"\r\n")) == {"return": {}}, "negotiation")

    def next(self):
        line = self.line(b"\r\n")
        require(line != b"", "an empty line")
        return json.loads(line)


class QapiRs(Connection):
    """Closed sets: events, their members and values, error classes. What it does not know ends it."""

    def __init__(self, where):
        super().__init__(where)
        self.catalogue = Catalogue()
        self.events = 0
        self.oob = "oob" in json.loads(self.line())["QMP"]["capabilities"]
        self.execute({"execute": "qmp_capabilities", "arguments": {}})

    def execute(self, request):
        self.send(json.dumps(request).encode())
        while True:
            message = json.loads(self.line())
            if "event" not in message:
                require(message.get("id") == request.get("id"), "id")
                require("error" not in message or message["error"]["class"] in ERROR_CLASSES, "error class")
                return message
            require(message["event"] in self.catalogue.events, f"unknown event {message['event']}")
            require(message["timestamp"]["seconds"] >= 0 and message["timestamp"]["microseconds"] >= 0, "timestamp")
            wrong = self.catalogue.check(message)
            require(wrong is None, f"{wrong}: {message}")
            self.events += 1


class ClientsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.socket_path = self.path("a.sock")

    def flowing(self):
        with open(self.path("flow.json"), "w", encoding="utf-8") as file:
            json.dump(FLOW, file)
        self.process = self.serve("--listen", f"unix:{self.socket_path},wire=qemu",
                                  "--scenario", self.path("flow.json"))
        self.process.stdout.close()  # nobody reads what the scenario says

    def quiet(self):
        self.process = self.serve("--listen", f"unix:{self.socket_path},wire=qemu")

    def open(self, kind):
        client = kind(self.socket_path)
        self.addCleanup(client.close)
        return client

    def test_libvirt(self):
        self.flowing()
        client = self.open(Libvirt)
        self.assertEqual(client.command("qmp_capabilities"), {"return": {}, "id": "libvirt-1"})
        for name in ("query-version", "query-status", "query-name", "query-balloon", "query-commands"):
            self.assertIn("return", client.command(name))
        self.assertEqual(client.command("query-target-not-there")["error"]["class"], "CommandNotFound")
        self.assertEqual(client.command("stop")["id"], f"libvirt-{client.number}")
        self.assertEqual(client.command("cont")["id"], f"libvirt-{client.number}")
        while len(client.events) < 200:
            self.assertIsNone(client.take())
        names = [event["event"] for event in client.events]
        self.assertEqual([name for name in names if name in ("STOP", "RESUME")], ["STOP", "RESUME"])

    def test_go_qemu(self):
        self.quiet()
        driver = self.connect(self.socket_path)
        storm = {"device": "memory", "action": "ost"}
        for _ in range(20):
            driver.execute("x-qmpev-trigger", **storm)
            client = GoQemu(self.socket_path)  # sees what is caused while it negotiates, if it comes too soon
            driver.execute("x-qmpev-trigger", **storm)
            reply, events = client.run(b'{"execute":"query-status"}\n')
            self.assertEqual(reply["return"]["status"], "running")
            self.assertEqual(events, ["ACPI_DEVICE_OST"])
            self.assertEqual(client.run(b'{"execute":"stop"}\n'), ({"return": {}}, ["STOP"]))
            self.assertEqual(client.run(b'{"execute":"cont"}\n'), ({"return": {}}, ["RESUME"]))
            client.close()

    def test_incus(self):
        self.quiet()
        for _ in range(20):
            client = Incus(self.socket_path)
            self.assertIn("qemu", client.call("query-version"))
            self.assertEqual(client.call("query-status")["status"], "running")
            client.close()

    def test_systemd_vmspawn(self):
        self.flowing()
        client = self.open(Systemd)
        while client.events < 100:
            self.assertIn("return", client.call("query-status"))
        self.assertIn("error", client.call("nothing"))

    def test_qemu_qmp(self):
        self.flowing()
        for _ in range(100):
            client = QemuQmp(self.socket_path)
            self.assertIn("return", client.execute("query-status"))
            client.close()
        client = self.open(QemuQmp)
        for _ in range(300):
            self.assertIn("return", client.execute("query-version"))
        self.assertIn("error", client.execute("nothing"))
        while not client.events:
            client.execute("query-name")

    def test_kata_govmm(self):
        self.quiet()
        client = self.open(Govmm)
        driver = self.connect(self.socket_path)
        driver.execute("x-qmpev-trigger", device="pvpanic", action="panicked")
        self.assertEqual(client.execute("query-status")["return"]["status"], "guest-panicked")
        self.assertEqual([event[0] for event in client.events], ["GUEST_PANICKED", "STOP"])
        self.assertEqual(client.events[0][2], {"action": "pause"})
        self.assertEqual(client.execute("quit"), {"return": {}})
        self.assertEqual(client.events[-1][0], "SHUTDOWN")

    def test_kata_govmm_while_events_flow(self):
        self.flowing()
        for _ in range(100):
            client = Govmm(self.socket_path)
            self.assertIn("return", client.execute("query-status"))
            client.close()

    def test_ganeti(self):
        self.flowing()
        for _ in range(50):
            client = Ganeti(self.socket_path)
            self.assertLessEqual({"qmp_capabilities", "query-commands", "balloon", "device_del"}, client.commands)
            self.assertIn("status", client.execute("query-status"))
            client.close()

    def test_proxmox(self):
        self.flowing()
        for _ in range(100):
            self.assertEqual(Proxmox.call(self.socket_path, "query-status")["status"], "running")
        self.assertEqual(Proxmox.call(self.socket_path, "system_powerdown"), {})

    def test_npm_qemu_qmp(self):
        self.flowing()
        for _ in range(50):
            client = NodeQemuQmp(self.socket_path)
            self.assertEqual(client.next()["event"], "ACPI_DEVICE_OST")
            client.close()

    def test_qapi_rs(self):
        self.quiet()
        client, driver = self.open(QapiRs), self.connect(self.socket_path)
        for trigger in ({"device": "quorum", "action": "fail", "arguments": {"child": 0}},
                        {"device": "quorum", "action": "read"},
                        {"device": "spice", "action": "session"}, {"device": "memory", "action": "unplug"},
                        {"device": "balloon", "action": "level", "arguments": {"size": "128M"}},
                        {"device": "pvpanic", "action": "panicked"}):
            self.assertIn("return", driver.execute("x-qmpev-trigger", **trigger))
        for number in range(50):
            request = {"execute": "query-fdsets-or-so", **({"id": number} if client.oob else {})}
            self.assertIn("error", client.execute(request))
        self.assertGreaterEqual(client.events, 5)

    def test_the_models_notice(self):
        """Each fails on a server that does what it cannot bear: otherwise the tests above would show nothing."""
        greeting = (b'{"QMP": {"version": {"qemu": {"micro": 0, "minor": 0, "major": 10}, "package": ""}, '
                    b'"capabilities": []}}\r\n')
        event = b'{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "STOP"}\r\n'
        ok = b'{"return": {}}\r\n'
        for kind, said in [(Libvirt, [greeting + ok]), (GoQemu, [greeting, event + ok]),
                           (GoQemu, [greeting, ok + event]), (QemuQmp, [greeting, event + ok]),
                           (Incus, [greeting, ok]), (Systemd, [greeting, ok]),
                           (Govmm, [greeting.replace(b"10", b"4"), ok]),
                           (Govmm, [greeting, b'{"return": {}, "id": 1}\r\n']), (Ganeti, [greeting + event, ok]),
                           (NodeQemuQmp, [greeting + event, ok]),
                           (QapiRs, [greeting, event.replace(b"STOP", b"STOPPED") + ok]),
                           (QapiRs, [greeting, event.replace(b'"STOP"', b'"STOP", "data": {}') + ok]),
                           (QapiRs, [greeting, event.replace(b"STOP", b"BALLOON_CHANGE") + ok])]:
            with self.subTest(client=kind.__name__, said=said), self.assertRaises(Wrong):
                server, client = socket.socketpair()
                with server, client:
                    server.sendall(said[0])
                    converse(kind, server, client, said[1:])


def converse(kind, server, client, later):
    """A client with a server that says, each time it is spoken to, the next of `later`."""
    class Answered(kind):
        def send(self, data):
            super().send(data)
            if later:
                server.sendall(later.pop(0))

    talking = Answered(client)
    if kind is Libvirt:
        talking.take(), talking.take()


if __name__ == "__main__":
    unittest.main()
