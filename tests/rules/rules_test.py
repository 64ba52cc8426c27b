# SPDX-License-Identifier: MIT
"""Each rule on a tiny tree that keeps it and on one that breaks it: a rule that finds nothing is no rule."""

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest

import rules

LICENCE = "// SPDX-License-Identifier: MIT\n"

GOOD_TREE = {
    "meson.build": "# SPDX-License-Identifier: MIT\nproject('x', 'cpp')\n",
    "include/qmpev/emitter.hpp": LICENCE + "#pragma once\n#include <memory>\n#include <glib.h>\n#include <qmpev/result.hpp>\n",
    "src/base/clock.hpp": LICENCE + "#pragma once\n#include <cstdint>\n",
    "src/wire/escape.cpp": LICENCE + '#include "wire/escape.hpp"\n#include "base/clock.hpp"\n#include <qmpev/emitter.hpp>\n',
    "tests/unit/wire/escape_test.cpp": LICENCE,
}


@contextlib.contextmanager
def planted(tree):
    """A folder that holds a tree given as {path: text}."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in tree.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)) or root, exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        yield root


def run_rules(tree):
    """(exit status, output) of the rules on a tree."""
    with planted(tree) as root, contextlib.redirect_stdout(io.StringIO()) as output:
        return rules.main([root]), output.getvalue()


class Rules(unittest.TestCase):
    maxDiff = None

    def keeps(self, extra):
        status, output = run_rules({**GOOD_TREE, **extra})
        self.assertEqual((status, output), (0, ""))

    def breaks(self, extra, *expected):
        """Exactly the expected lines are printed, each `FILE:LINE: SENTENCE` (a part of the sentence is enough)."""
        status, output = run_rules({**GOOD_TREE, **extra})
        self.assertEqual(status, 1, output)
        lines = output.splitlines()[:-1]
        self.assertEqual(len(lines), len(expected), output)
        for line, (place, words) in zip(lines, expected):
            self.assertTrue(line.startswith(place + ": "), output)
            self.assertIn(words, line)

    def source(self, path, code):
        """A source with its unit test, so that only `code` can be at fault (at line 2)."""
        room, name = path.split("/")[1:]
        return {path: LICENCE + code + "\n", f"tests/unit/{room}/{name[:-4]}_test.cpp": LICENCE}

    def test_a_good_tree_is_silent(self):
        self.keeps({})

    def test_the_script_prints_breaches_and_fails(self):
        with planted({**GOOD_TREE, "dev": "text\n"}) as root:
            done = subprocess.run([sys.executable, rules.__file__, root], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"^dev:1: .*SPDX")

    # arrows

    def test_a_room_may_include_what_is_below_it(self):
        for path, included in [("src/monitor/x.cpp", "event/event_tables.hpp"), ("src/monitor/x.cpp", "loop/loop.hpp"),
                               ("src/monitor/x.cpp", "emit/event_sink.hpp"), ("src/emit/x.cpp", "wire/encoder.hpp"),
                               ("src/devices/x.cpp", "hooks/balloon.hpp"), ("src/capi/x.cpp", "server.hpp"),
                               ("src/cli/x.cpp", "devices/balloon.hpp")]:
            with self.subTest(path=path, included=included):
                self.keeps(self.source(path, f'#include "{included}"'))

    def test_a_wrong_arrow_is_found(self):
        for path, included in [("src/base/x.cpp", "event/describe.hpp"), ("src/event/x.cpp", "wire/value.hpp"),
                               ("src/wire/x.cpp", "emit/event_ring.hpp"), ("src/emit/x.cpp", "monitor/session.hpp"),
                               ("src/emit/x.cpp", "loop/loop.hpp"), ("src/loop/x.cpp", "event/describe.hpp"),
                               ("src/monitor/x.cpp", "emit/throttle.hpp"), ("src/monitor/x.cpp", "hooks/balloon.hpp"),
                               ("src/hooks/x.cpp", "wire/encoder.hpp"), ("src/hooks/x.cpp", "devices/balloon.hpp"),
                               ("src/devices/x.cpp", "emit/event_ring.hpp"), ("src/devices/x.cpp", "server.hpp"),
                               ("src/capi/x.cpp", "cli/options.hpp"), ("src/cli/x.cpp", "capi/barrier.hpp")]:
            with self.subTest(path=path, included=included):
                self.breaks(self.source(path, f'#include "{included}"'), (f"{path}:2", "wrong arrow"))

    def test_the_server_includes_every_room_but_those_above_it(self):
        self.keeps({"src/server.cpp": LICENCE + '#include "emit/emitter_core.hpp"\n#include "monitor/session.hpp"\n'})
        self.breaks({"src/server.cpp": LICENCE + '#include "cli/options.hpp"\n'}, ("src/server.cpp:2", "wrong arrow"))

    def test_an_include_in_a_comment_is_none(self):
        self.keeps(self.source("src/base/x.cpp", '// #include "wire/value.hpp"\n/*\n#include "wire/value.hpp"\n*/'))

    def test_an_include_without_its_room_is_found(self):
        self.breaks(self.source("src/wire/x.cpp", '#include "value.hpp"'), ("src/wire/x.cpp:2", "spell"))

    def test_an_unknown_room_is_found(self):
        self.breaks(self.source("src/attic/x.cpp", ""), ("src/attic/x.cpp:1", "no place among the arrows"))
        self.breaks(self.source("src/wire/x.cpp", '#include "attic/x.hpp"'), ("src/wire/x.cpp:2", "in no room"))

    def test_a_public_header_includes_nothing_private(self):
        header = LICENCE + "#pragma once\n"
        for include in ['#include "wire/value.hpp"', "#include <event/describe.hpp>", '#include "qmpev/result.hpp"']:
            with self.subTest(include=include):
                self.breaks({"include/qmpev/x.hpp": header + include + "\n"}, ("include/qmpev/x.hpp:3", "a public header"))

    # words of code

    def test_words_of_code(self):
        for path, code, words in [
                ("src/monitor/x.cpp", "g_source_attach(source, context);", "only src/loop"),
                ("src/capi/x.cpp", "g_idle_add(f, p);", "only src/loop"),
                ("src/loop/x.cpp", "auto* c = g_main_context_default();", "no context that nobody gave"),
                ("src/loop/x.cpp", "g_main_loop_run(l);", "never runs a loop"),
                ("src/monitor/x.cpp", 'std::printf("x");', "prints nothing"),
                ("src/emit/x.cpp", "std::cerr << x;", "prints nothing"),
                ("src/hooks/x.cpp", 'g_warning("x");', "prints nothing"),
                ("src/base/x.cpp", 'fputs("x", stderr);', "prints nothing"),
                ("src/monitor/x.cpp", "umask(0177);", "fchmod"),
                ("src/cli/x.cpp", "const auto old = ::umask(0);", "fchmod"),
                ("src/wire/x.cpp", 'auto s = std::format("{}", 1);', "gcc 12"),
                ("src/wire/x.cpp", "#include <ranges>", "gcc 12"),
                ("src/emit/x.cpp", "std::lock_guard guard(m);", "takes no lock"),
                ("src/emit/x.cpp", "#include <mutex>", "takes no lock"),
                ("src/emit/x.cpp", "std::mutex m;", "takes no lock"),
                ("src/event/x.cpp", "#include <json-glib/json-glib.h>", "nothing of GLib"),
                ("src/wire/x.cpp", "#include <json-glib/json-glib.h>", "has its own reader"),
                ("src/monitor/x.cpp", "int fd = ::accept(l, nullptr, nullptr);", "close-on-exec")]:
            with self.subTest(path=path, code=code):
                self.breaks(self.source(path, code), (f"{path}:2", words))

    def test_a_unit_test_does_not_sleep(self):
        self.breaks({"tests/unit/wire/escape_test.cpp": LICENCE + "std::this_thread::sleep_for(1ms);\n"},
                    ("tests/unit/wire/escape_test.cpp:2", "does not sleep"))

    def test_words_in_their_own_rooms_in_comments_and_in_texts_are_fine(self):
        for path, code in [
                ("src/loop/x.cpp", "g_source_attach(source, context);"),
                ("src/cli/x.cpp", 'std::printf("x"); g_main_loop_run(l);'),
                ("src/monitor/x.cpp", "std::mutex m;"),
                ("src/emit/x.cpp", "// takes no std::mutex, does not printf(\n"),
                ("src/emit/x.cpp", 'auto s = "std::mutex and printf(1)";'),
                ("src/emit/x.cpp", 'auto s = R"(umask(1) " umask(2))";'),
                ("src/emit/x.cpp", "auto n = 1'000; auto c = '\"'; // umask(\"\n"),
                ("src/wire/x.cpp", "std::snprintf(text, sizeof text, format);")]:
            with self.subTest(path=path, code=code):
                self.keeps(self.source(path, code))

    def test_what_follows_a_digit_separator_is_still_code(self):
        self.breaks(self.source("src/wire/x.cpp", "auto n = 1'000;\numask(1);  // it's"), ("src/wire/x.cpp:3", "fchmod"))

    # one event's name

    def test_only_schema_hooks_and_devices_know_an_event(self):
        schema = {"src/schema/x.json": '{"events": [{"name": "BALLOON_CHANGE"}, {"name": "STOP"}]}'}
        for code in ['auto name = "BALLOON_CHANGE";', "if (kind == EventKind::balloon_change) return;",
                     "void f(const BalloonChange&);", 'emit("STOP");', "case EventKind::stop:"]:
            with self.subTest(code=code):
                self.breaks({**schema, **self.source("src/monitor/x.cpp", code)}, ("src/monitor/x.cpp:2", "particular to one event"))
                self.keeps({**schema, **self.source("src/devices/x.cpp", code)})
        self.keeps({**schema, **self.source("src/monitor/x.cpp", 'add("stop"); machine.Stop();  // BALLOON_CHANGE, BalloonChange')})

    # files

    def test_a_file_of_500_lines_is_long_enough(self):
        self.keeps({"src/server.cpp": LICENCE + "\n" * 499})
        self.breaks({"src/server.cpp": LICENCE + "\n" * 500}, ("src/server.cpp:501", "501 lines"))
        self.keeps({"tests/unit/wire/escape_test.cpp": LICENCE + "\n" * 600})

    def test_a_source_without_a_licence_is_found(self):
        for path in ["src/server.cpp", "src/cli/meson.build", "src/codegen/names.py", "tests/support/x.hpp", "dev", ".ci/run"]:
            with self.subTest(path=path):
                self.breaks({path: "text\n"}, (f"{path}:1", "SPDX"))

    def test_a_header_is_included_once(self):
        self.breaks({"src/wire/x.hpp": LICENCE}, ("src/wire/x.hpp:1", "#pragma once"))

    def test_marks_of_unfinished_work_are_found(self):
        for mark in ["TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK"]:
            with self.subTest(mark=mark):
                self.breaks({"README.md": f"fine\n{mark}: later\n"}, ("README.md:2", mark))
        self.keeps({"README.md": "XXXX is 4 bytes, mktemp takes XXXXXX\n"})

    def test_folders_of_one_machine_are_found(self):
        for folder in ["wo" "rk", "ho" "me", "ro" "ot"]:
            with self.subTest(folder=folder):
                self.breaks({"README.md": f"see /{folder}/x/y\n"}, ("README.md:1", "one machine"))
        self.keeps({"README.md": "https://example.org/home/x and $d/home/x and /run/user/0/x\n"})

    # mirror

    def test_a_source_without_a_unit_test_is_found(self):
        self.breaks({"src/wire/reader.cpp": LICENCE}, ("src/wire/reader.cpp:1", "tests/unit/wire/reader_test.cpp"))

    def test_an_exemption_has_a_reason_and_ends_with_its_need(self):
        exemptions = "tests/rules/without_unit_test.txt"
        source = {"src/wire/reader.cpp": LICENCE}
        self.keeps({**source, exemptions: "# why\nsrc/wire/reader.cpp it only forwards\n"})
        self.breaks({**source, exemptions: "src/wire/reader.cpp\n"}, (f"{exemptions}:1", "no reason"))
        self.breaks({exemptions: "src/wire/gone.cpp it only forwards\n"}, (f"{exemptions}:1", "does not exist"))
        self.breaks({exemptions: "src/wire/escape.cpp it only forwards\n"}, (f"{exemptions}:1", "has a unit test now"))


if __name__ == "__main__":
    unittest.main()
