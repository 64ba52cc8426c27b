# SPDX-License-Identifier: MIT
"""qmpev.py itself: on asyncio's loop, and what becomes of mistakes.

usage: QMPEV_LIBRARY=.../libqmpev.so qmpev_test.py
"""

import asyncio
import json
import os
import tempfile
import unittest

import qmpev

PATIENCE_SECONDS = 60


def halve(arguments):
    if arguments["number"] % 2:
        raise ValueError("it is odd")
    return arguments["number"] // 2


class QmpevTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="qmpev-")
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "vm.sock")

    async def talk(self, server, *requests):
        """What a client on the same loop receives for each request."""
        reader, writer = await asyncio.open_unix_connection(self.path)
        lines = [await reader.readline()]
        for request in ({"execute": "qmp_capabilities"}, *requests):
            if isinstance(request, qmpev.Event):
                server.emit(request)
            else:
                writer.write(json.dumps(request).encode())
            lines.append(await reader.readline())
        writer.close()
        return [json.loads(line) for line in lines[2:]]

    def served(self, *requests):
        """The same of a server that knows the command `halve`."""
        async def serve():
            server = qmpev.Server()
            server.add_command("halve", halve, number=qmpev.ARGUMENT_INTEGER)
            server.listen(self.path)
            asyncio.get_running_loop().add_reader(server, server.dispatch)
            try:
                return await asyncio.wait_for(self.talk(server, *requests), PATIENCE_SECONDS)
            finally:
                asyncio.get_running_loop().remove_reader(server)
                server.close()
        return asyncio.run(serve())

    def test_events_and_answers_on_asyncios_loop(self):
        ost = qmpev.AcpiDeviceOst(device="dimm1", slot="1", source=3, status=0x81)
        event, answer = self.served(ost, {"execute": "halve", "arguments": {"number": 84}})
        info = {"device": "dimm1", "slot": "1", "slot-type": "DIMM", "source": 3, "status": 0x81}
        self.assertEqual((event["event"], event["data"]), ("ACPI_DEVICE_OST", {"info": info}))
        self.assertEqual(answer, {"return": 42})

    def test_what_a_command_raises_is_its_clients_error(self):
        odd, text = self.served({"execute": "halve", "arguments": {"number": 3}}, {"execute": "halve", "arguments": {"number": "3"}})
        self.assertEqual(odd, {"error": {"class": "GenericError", "desc": "it is odd"}})
        self.assertIn("number", text["error"]["desc"])  # refused before it is called

    def test_a_machine_that_cannot_listen_is_refused_with_a_sentence(self):
        with self.assertRaisesRegex(qmpev.Refused, "missing") as refused:
            qmpev.Machine(os.path.join(self.path, "missing", "vm.sock"))
        self.assertLess(0, refused.exception.errno)

    def test_the_library_can_be_named(self):
        with self.assertRaisesRegex(OSError, "missing.so"):
            qmpev.Machine(self.path, library="/missing.so")
        with qmpev.Machine(self.path, library=os.environ["QMPEV_LIBRARY"]):
            self.assertTrue(os.path.exists(self.path))

    def test_a_command_can_be_there_once(self):
        server = qmpev.Server()
        self.addCleanup(server.close)
        server.add_command("halve", halve)
        with self.assertRaisesRegex(qmpev.Refused, "halve"):
            server.add_command("halve", halve)

    def test_an_emit_behind_the_end_does_nothing(self):
        with qmpev.Machine(self.path) as machine:
            pass
        machine.emit(qmpev.Stop())
        self.assertFalse(os.path.exists(self.path))


if __name__ == "__main__":
    unittest.main()
