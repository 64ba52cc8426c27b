# SPDX-License-Identifier: MIT
"""What the program's machine is made of, and its human monitor, as QMP clients of QEMU ask for them.

usage: program_objects_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import ProgramTest


class ObjectsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.process = self.serve("--listen", "unix:" + self.path("a.sock") + ",wire=qemu")
        self.client = self.connect(self.path("a.sock"))

    def value(self, command, **arguments):
        reply = self.client.execute(command, **arguments)
        self.assertIn("return", reply)
        return reply["return"]

    def refusal(self, command, **arguments):
        error = self.client.execute(command, **arguments)["error"]
        return error["class"], error["desc"]

    def human(self, line):
        return self.value("human-monitor-command", **{"command-line": line})

    def test_the_processors_are_those_in_the_slots(self):
        cpus = self.value("query-cpus-fast")
        self.assertEqual([(cpu["cpu-index"], cpu["qom-path"], cpu["target"]) for cpu in cpus],
                         [(0, "/machine/unattached/device[0]", "x86_64"), (1, "/machine/peripheral/cpu1", "x86_64")])
        for cpu in cpus:
            self.assertTrue(os.path.isdir(f"/proc/{self.process.pid}/task/{cpu['thread-id']}"))
            self.assertEqual(self.value("qom-get", path=cpu["qom-path"], property="socket-id"),
                             cpu["props"]["socket-id"])

    def test_a_line_for_one_processor_needs_one_that_is_there(self):
        for index in (0, 1):
            self.assertEqual(self.value("human-monitor-command", **{"command-line": "", "cpu-index": index}), "")
        for index in (-1, 2, 1 << 32):
            self.assertEqual(self.refusal("human-monitor-command", **{"command-line": "", "cpu-index": index}),
                             ("GenericError", "Parameter 'cpu-index' expects a CPU number"))

    def test_a_device_that_is_deleted_leaves_the_tree(self):
        path = "/machine/peripheral/dimm1"
        self.assertEqual(self.value("qom-get", path=path, property="size"), 128 << 20)
        self.assertEqual(self.client.execute("device_del", id="dimm1"), {"return": {}})
        gone = next((event for event in self.client.events() if event["event"] == "DEVICE_DELETED"), None)
        gone = gone or self.client.read_until("DEVICE_DELETED")
        self.assertEqual(gone["data"]["path"], path)
        self.assertEqual(self.refusal("qom-list", path=path), ("DeviceNotFound", f"Device '{path}' not found"))

    def test_properties_are_listed_and_read(self):
        listed = self.value("qom-list", path="pvpanic0")
        self.assertIn({"name": "events", "type": "uint8"}, listed)
        for entry in listed:
            self.assertIsNotNone(self.value("qom-get", path="pvpanic0", property=entry["name"]))

    def test_a_path_that_fits_two_devices_is_ambiguous(self):
        for slot in (2, 3):
            self.value("x-qmpev-trigger", device="memory", action="plug", arguments={"slot": str(slot)})
        self.assertEqual(self.refusal("qom-list", path="device[0]"), ("GenericError", "Path 'device[0]' is ambiguous"))
        self.assertEqual(self.refusal("qom-get", path="device[0]", property="type"),
                         ("DeviceNotFound", "Device 'device[0]' not found"))

    def test_nothing_can_be_written_and_each_refusal_says_why(self):
        for arguments, refusal in [
            ({"path": "/machine", "property": "type", "value": 1}, "Property 'qmpev-machine.type' is not writable"),
            ({"path": "pvpanic0", "property": "nope", "value": 1}, "Property 'pvpanic.nope' not found"),
            ({"path": "pvpanic0", "property": "events", "value": 1},
             "Attempt to set property 'events' on device 'pvpanic0' (type 'pvpanic') after it was realized"),
            ({"path": "/machine", "property": "rtc-time"}, "Parameter 'value' is missing"),
        ]:
            with self.subTest(arguments=arguments):
                self.assertEqual(self.refusal("qom-set", **arguments), ("GenericError", refusal))
        self.assertEqual(self.refusal("qom-set", path="/nope", property="x", value=None),
                         ("DeviceNotFound", "Device '/nope' not found"))

    def test_the_human_monitor_works_on_the_same_machine(self):
        self.assertEqual(self.human("info status"), "VM status: running\r\n")
        self.assertEqual(self.human("stop"), "")
        self.assertEqual(self.client.events()[-1]["event"], "STOP")
        self.assertEqual(self.human("info status"), "VM status: paused\r\n")
        self.assertEqual(self.human("nope"), "unknown command: 'nope'\r\n")
        self.assertEqual(self.refusal("human-monitor-command"),
                         ("GenericError", "Parameter 'command-line' is missing"))
        self.assertEqual(self.human("c"), "")
        self.assertEqual(self.human("balloon 256"), "")
        self.client.read_until("BALLOON_CHANGE")
        self.assertEqual(self.human("quit"), "")
        self.client.read_all()
        self.assertEqual(self.client.events()[-1]["event"], "SHUTDOWN")


if __name__ == "__main__":
    unittest.main()
