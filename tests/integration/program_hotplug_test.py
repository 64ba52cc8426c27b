# SPDX-License-Identifier: MIT
"""Hot-plug and balloon over the program's socket: what commands answer and what the guest then does.

usage: program_hotplug_test.py QMPEV [UNITTEST ARGUMENTS]
"""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from program import ProgramTest


def error(error_class, description):
    return {"error": {"class": error_class, "desc": description}}


def ost(slot, source, status, device=None, slot_type="DIMM"):
    info = {"slot": str(slot), "slot-type": slot_type, "source": source, "status": status}
    if device is not None:
        info["device"] = device
    return info


class HotplugTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve("--listen", "unix:" + self.path("a.sock"))
        self.client = self.connect(self.path("a.sock"))

    def events_of(self, count):
        """The first events, as (name, data)."""
        while len(self.client.events()) < count:
            self.assertIsNotNone(self.client.read(), "the server closed")
        return [(event["event"], event.get("data")) for event in self.client.events()]

    def test_every_slot_is_listed_dimms_first(self):
        self.assertEqual(self.client.execute("query-acpi-ospm-status")["return"],
                         [ost(0, 0, 0, "dimm0"), ost(1, 0, 0, "dimm1"), ost(2, 0, 0), ost(3, 0, 0),
                          ost(0, 0, 0, None, "CPU"), ost(1, 0, 0, "cpu1", "CPU"), ost(2, 0, 0, None, "CPU"),
                          ost(3, 0, 0, None, "CPU")])

    def test_a_dimm_goes_after_the_reply_and_takes_its_memory_along(self):
        self.assertEqual(self.client.execute("query-balloon"), {"return": {"actual": 512 << 20}})
        self.assertEqual(self.client.execute("device_del", id="dimm1"), {"return": {}})
        self.assertEqual(self.client.events(), [])
        self.assertEqual(self.events_of(3), [
            ("ACPI_DEVICE_OST", ost(1, 3, 132, "dimm1")),
            ("DEVICE_DELETED", {"device": "dimm1", "path": "/machine/peripheral/dimm1"}),
            ("ACPI_DEVICE_OST", ost(1, 3, 0)),
        ])
        self.assertEqual(self.client.execute("query-balloon"), {"return": {"actual": 384 << 20}})
        self.assertEqual(self.client.execute("query-acpi-ospm-status")["return"][1], ost(1, 3, 0))
        self.assertEqual(self.client.execute("device_del", id="dimm1"),
                         error("DeviceNotFound", "Device 'dimm1' not found"))

    def test_a_cpu_goes_with_its_interrupt_controller_told_first(self):
        self.assertEqual(self.client.execute("device_del", id="/machine/peripheral/cpu1"), {"return": {}})
        self.assertEqual(self.events_of(4), [
            ("ACPI_DEVICE_OST", ost(1, 3, 132, "cpu1", "CPU")),
            ("DEVICE_DELETED", {"path": "/machine/peripheral/cpu1/lapic"}),
            ("DEVICE_DELETED", {"device": "cpu1", "path": "/machine/peripheral/cpu1"}),
            ("ACPI_DEVICE_OST", ost(1, 3, 0, None, "CPU")),
        ])

    def test_a_guest_that_stands_still_answers_once_when_it_runs_however_often_it_was_asked(self):
        self.client.execute("stop")
        for _ in range(3):
            self.assertEqual(self.client.execute("device_del", id="dimm0"), {"return": {}})
        self.client.execute("cont")
        self.assertEqual([name for name, _ in self.events_of(5)],
                         ["STOP", "RESUME", "ACPI_DEVICE_OST", "DEVICE_DELETED", "ACPI_DEVICE_OST"])

    def test_device_del_refuses_in_qemus_words(self):
        for wrong in ("nope", "", "/machine/unattached/device[0]"):
            self.assertEqual(self.client.execute("device_del", id=wrong),
                             error("DeviceNotFound", f"Device '{wrong}' not found"))
        self.assertEqual(self.client.execute("device_del"), error("GenericError", "Parameter 'id' is missing"))
        self.assertEqual(self.client.execute("device_del", id=1),
                         error("GenericError", "Invalid parameter type for 'id', expected: string"))

    def test_the_level_is_that_of_the_last_event(self):
        for target in (300 << 20, 1, 512 << 20, 1 << 40):
            self.client.execute("balloon", value=target)
            wanted = max(min(target, 512 << 20), 4096)
            while self.client.execute("query-balloon") != {"return": {"actual": wanted}}:
                pass
        level = [event["data"]["actual"] for event in self.client.events()
                 if event["event"] == "BALLOON_CHANGE"]
        while level[-1:] != [512 << 20]:  # the last change may wait for the end of its second
            level.append(self.client.read_until("BALLOON_CHANGE")["data"]["actual"])


if __name__ == "__main__":
    unittest.main()
