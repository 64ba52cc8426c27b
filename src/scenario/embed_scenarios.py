# SPDX-License-Identifier: MIT
"""Writes scenario files into a C++ table, so that the program has them wherever it is.

usage: embed_scenarios.py OUTPUT FILE...
"""

import json
import os
import sys

DELIMITER = "scenario"  # of raw strings; no file may contain `)scenario"`
PIECE = 8_000           # characters of one literal; compilers join neighbours


def literal(text):
    if f'){DELIMITER}"' in text:
        raise SystemExit(f'a scenario contains `){DELIMITER}"`')
    pieces = [text[start:start + PIECE] for start in range(0, len(text), PIECE)]
    return "\n".join(f'R"{DELIMITER}({piece}){DELIMITER}"' for piece in pieces)


def entry(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    name = os.path.basename(path).removesuffix(".json")
    return f"      {{{json.dumps(name)}, {json.dumps(json.loads(text)['title'])},\n{literal(text)}}},\n"


def main(output, *paths):
    entries = "".join(entry(path) for path in sorted(paths))
    with open(output, "w", encoding="utf-8") as file:
        file.write("// SPDX-License-Identifier: MIT\n// Generated from the files of src/scenario/scenarios; do not edit.\n"
                   '#include "scenario/shipped_scenarios.hpp"\n\nnamespace qmpev {\n\n'
                   "const std::vector<ShippedScenario>& shipped_scenarios() {\n"
                   f"  static const std::vector<ShippedScenario> kAll = {{\n{entries}  }};\n  return kAll;\n}}\n\n"
                   "}  // namespace qmpev\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
