#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turns the schema into one generated file: generate.py OUTPUT-KIND OUTPUT-FILE SCHEMA.json...

Exits with 1 and one line on standard error, naming file and JSON path, when the schema has a mistake.
"""
import os
import sys

import c_binding
import c_header
import cpp_header
import dictionary
import qapi_tables
import reference
import tables
from checks import check
from loader import load
from strict_json import SchemaError, Where

WRITERS = {
    "cpp-header": cpp_header.write,
    "tables": tables.write,
    "c-header": c_header.write,
    "c-binding": c_binding.write,
    "qapi-tables": qapi_tables.write,
    "reference": reference.write,
    "fuzz-dictionary": dictionary.write,
}


def decode(raw, file):
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SchemaError(Where(file), f"byte {error.start} is not UTF-8; save the file as UTF-8") from None


def load_files(paths):
    """The checked Schema of some files; in messages they go by their base names."""
    texts = []
    for path in sorted(paths, key=os.path.basename):
        with open(path, "rb") as file:
            texts.append((os.path.basename(path), decode(file.read(), os.path.basename(path))))
    schema = load(texts)
    check(schema)
    return schema


def main(arguments):
    if len(arguments) < 3 or arguments[0] not in WRITERS:
        print(f"usage: generate.py {'|'.join(WRITERS)} OUTPUT-FILE SCHEMA.json...", file=sys.stderr)
        return 2
    kind, output, *paths = arguments
    try:
        schema = load_files(paths)
    except (OSError, SchemaError) as error:
        print(error, file=sys.stderr)
        return 1
    text = WRITERS[kind](schema, sorted(os.path.basename(path) for path in paths))
    with open(output, "w", encoding="utf-8") as file:
        file.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
