#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Names what a public header leaves without words: undescribed.py XML-FOLDER, of doxygen. Exits with 1 if there is anything.

doxygen looks for words of functions and structures itself, but lets values, members of unions and files pass.
"""
import glob
import os
import sys
import xml.etree.ElementTree as ElementTree


def has_words(node):
    return any("".join(part.itertext()).strip() for part in node
               if part.tag in ("briefdescription", "detaileddescription"))


def is_public(member):
    deleted = "=delete" in (member.findtext("argsstring") or "").replace(" ", "")
    return member.get("prot") == "public" and not deleted and member.get("kind") != "friend"


def undescribed_in(compound):
    name = compound.findtext("compoundname")
    if compound.get("prot", "public") != "public":
        return
    # A union stands inside a structure and has no name of its own; the member that is one has words.
    if compound.get("kind") in ("file", "struct", "class") and not has_words(compound):
        yield name
    for member in filter(is_public, compound.iter("memberdef")):
        label = f"{name}: {member.findtext('name')}"
        if member.get("kind") != "enum" and not has_words(member):
            yield label
        for value in member.findall("enumvalue"):
            if not has_words(value):
                yield f"{label} {value.findtext('name')}"


def undescribed(folder):
    """(how many compounds there are, what has no words)."""
    compounds = [compound for path in sorted(glob.glob(os.path.join(folder, "*.xml")))
                 for compound in ElementTree.parse(path).getroot().findall("compounddef")]
    return len(compounds), sorted({label for compound in compounds for label in undescribed_in(compound)})


def main(arguments):
    count, labels = undescribed(arguments[0])
    for label in labels:
        print(f"{label} has no words: say what it is where it is declared")
    if count == 0:
        print(f"there is nothing in {arguments[0]}: doxygen has to make XML")
    return 1 if labels or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
