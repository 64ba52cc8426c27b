# SPDX-License-Identifier: MIT
"""Takes one example out of a page, so that it is compiled as readers see it.

usage: extract_example.py PAGE.md NAME OUTPUT
The example is the fenced block that follows the line `<!-- example: NAME -->`.
"""

import re
import sys


def main(arguments):
    page, name, output = arguments
    with open(page, encoding="utf-8") as file:
        match = re.search(rf"^<!-- example: {re.escape(name)} -->\n```\w+\n(.*?)^```$", file.read(), re.M | re.S)
    if not match:
        print(f"{page}: there is no example '{name}'", file=sys.stderr)
        return 1
    with open(output, "w", encoding="utf-8") as file:
        file.write(match[1])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
