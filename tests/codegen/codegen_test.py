#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The generator against good schemas with golden output and bad schemas with golden messages.

codegen_test.py            runs the tests
codegen_test.py --write    writes what the generator does now as expected output, to be read before it is committed
"""
import contextlib
import difflib
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CODEGEN = os.path.join(ROOT, "src", "codegen")
OUTPUTS = {"cpp-header": "events.hpp", "tables": "event_tables.hpp", "c-header": "qmpev_events.h",
           "c-binding": "capi_events.cpp", "reference": "event_reference.cpp", "qapi-tables": "qapi_tables.cpp",
           "fuzz-dictionary": "fuzz.dict"}

sys.path.insert(0, CODEGEN)
sys.dont_write_bytecode = True

import generate as generator  # noqa: E402
import names  # noqa: E402
import wire_order  # noqa: E402


def generate(kind, schemas):
    """(exit code, standard error, output or None), in this process: sixty interpreters would take a while to start."""
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "output")
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            code = generator.main([kind, output, *schemas])
        return code, errors.getvalue(), read(output) if os.path.exists(output) else None


def schemas(folder):
    directory = os.path.join(HERE, folder)
    return [os.path.join(directory, name) for name in sorted(os.listdir(directory)) if name.endswith(".json")]


def golden(schema, suffix):
    return os.path.splitext(schema)[0] + "." + suffix


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


class CodegenTest(unittest.TestCase):
    maxDiff = None

    def same(self, expected_path, got):
        expected = read(expected_path)
        if expected != got:
            diff = difflib.unified_diff(expected.splitlines(True), got.splitlines(True), os.path.basename(expected_path),
                                        "generated")
            self.fail("the output differs (codegen_test.py --write takes it over):\n" + "".join(diff))

    def test_good_schemas_give_the_expected_output(self):
        self.assertTrue(schemas("good"))
        for schema in schemas("good"):
            for kind, suffix in OUTPUTS.items():
                with self.subTest(schema=os.path.basename(schema), output=suffix):
                    code, errors, output = generate(kind, [schema])
                    self.assertEqual((code, errors), (0, ""))
                    self.same(golden(schema, suffix), output)

    def test_bad_schemas_give_the_expected_message_and_no_output(self):
        self.assertGreater(len(schemas("bad")), 60)
        for schema in schemas("bad"):
            with self.subTest(schema=os.path.basename(schema)):
                code, errors, output = generate("cpp-header", [schema])
                self.assertEqual(code, 1)
                self.assertIsNone(output)
                self.assertRegex(errors, r"^[a-z0-9_]+\.json: \$[^ ]*: [^\n]+\n$")
                self.same(golden(schema, "expected"), errors)

    def test_each_expected_message_belongs_to_a_schema(self):
        for folder in ("good", "bad"):
            stems = {os.path.splitext(os.path.basename(schema))[0] for schema in schemas(folder)}
            for name in os.listdir(os.path.join(HERE, folder)):
                if os.path.isfile(os.path.join(HERE, folder, name)) and not name.startswith("."):
                    self.assertIn(name.split(".")[0], stems, name)

    def test_a_name_may_stand_in_one_file_only(self):
        lamp, again = os.path.join(HERE, "bad", "event_twice.json"), os.path.join(HERE, "good", "everything.json")
        with tempfile.TemporaryDirectory() as folder:
            with open(lamp, encoding="utf-8") as file:
                content = json.load(file)
            del content["events"][1]
            copy = os.path.join(folder, "zoo.json")
            with open(copy, "w", encoding="utf-8") as file:
                json.dump(content, file)
            code, errors, _ = generate("tables", [copy, again])
        self.assertEqual(code, 1)
        self.assertEqual(errors, "zoo.json: $.enums[0].name: `LampColour` is already at everything.json: $.enums[0]; choose "
                                 "another name\n")

    def test_the_program_ends_with_the_code_and_the_message(self):
        bad = schemas("bad")[0]
        run = subprocess.run([sys.executable, "-B", os.path.join(CODEGEN, "generate.py"), "tables", os.devnull, bad],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        self.assertEqual((run.returncode, run.stdout, run.stderr.decode()), (1, b"", read(golden(bad, "expected"))))

    def test_the_order_of_the_arguments_changes_nothing(self):
        directory = os.path.join(ROOT, "src", "schema")
        files = [os.path.join(directory, name) for name in sorted(os.listdir(directory)) if name.endswith(".json")]
        self.assertEqual(generate("tables", files), generate("tables", files[::-1]))


class NamesTest(unittest.TestCase):
    def test_wire_names_become_house_spelling(self):
        for wire, cpp_type, snake in [("ACPI_DEVICE_OST", "AcpiDeviceOst", "qmpev_acpi_device_ost"),
                                      ("ACPISlotType", "AcpiSlotType", "qmpev_acpi_slot_type"),
                                      ("ACPIOSTInfo", "AcpiOstInfo", "qmpev_acpi_ost_info"),
                                      ("S390CrashReason", "S390CrashReason", "qmpev_s390_crash_reason"),
                                      ("GuestPanicInformationHyperV", "GuestPanicInformationHyperV",
                                       "qmpev_guest_panic_information_hyper_v"),
                                      ("COLOExitReason", "ColoExitReason", "qmpev_colo_exit_reason"),
                                      ("QapiVfioMigrationState", "QapiVfioMigrationState",
                                       "qmpev_qapi_vfio_migration_state")]:
            self.assertEqual(names.cpp_type(wire), cpp_type)
            self.assertEqual(names.c_type(wire), snake)

    def test_members_and_values_become_snake_case(self):
        for wire, snake in [("node-name", "node_name"), ("DIMM", "dimm"), ("x509_dname", "x509_dname"),
                            ("host-qmp-quit", "host_qmp_quit"), ("unix", "unix_socket"), ("psw-addr", "psw_addr")]:
            self.assertEqual(names.cpp_name(wire), snake)
        self.assertEqual(names.c_name("size"), "size_")
        self.assertEqual(names.c_enumerator("NetworkAddressFamily", "unix"), "QMPEV_NETWORK_ADDRESS_FAMILY_UNIX")
        self.assertEqual(names.c_emit("STOP"), "qmpev_emit_stop")


class WireOrderTest(unittest.TestCase):
    def test_the_orders_seen_on_the_wire(self):
        for order in ["device source status slot slot-type", "node-name sectors-count sector-num type error",
                      "reference sectors-count sector-num", "action info", "core psw-addr reason psw-mask type",
                      "arg5 arg4 arg3 arg2 arg1 type", "server client", "auth port family host",
                      "port family channel-type connection-id host channel-id tls", "guest reason", "device path",
                      "timestamp event data", "status singlestep running",
                      "migrated enabled auth port compiled-version tls-port host channels mouse-mode"]:
            members = order.split()
            self.assertEqual(wire_order.in_wire_order(sorted(members), lambda member: member), members)

    def test_inside_one_bucket_the_latest_comes_first(self):
        buckets = {}
        for number in range(2000):
            buckets.setdefault(wire_order.bucket(f"m{number}"), []).append(f"m{number}")
        same = next(members for members in buckets.values() if len(members) > 2)
        self.assertEqual(wire_order.in_wire_order(same, lambda member: member), same[::-1])


def write_goldens():
    for schema in schemas("good"):
        for kind, suffix in OUTPUTS.items():
            code, errors, output = generate(kind, [schema])
            if code:
                sys.exit(errors)
            with open(golden(schema, suffix), "w", encoding="utf-8") as file:
                file.write(output)
    for schema in schemas("bad"):
        with open(golden(schema, "expected"), "w", encoding="utf-8") as file:
            file.write(generate("cpp-header", [schema])[1])


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write_goldens()
    else:
        unittest.main()
