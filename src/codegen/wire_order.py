# SPDX-License-Identifier: MIT
"""The order of the members of an object on the wire: by a hash of the name, as QEMU prints them.

Users are promised JSON, not this order; it makes our lines comparable with captures byte for byte.
"""

BUCKETS = 512


def bucket(name):
    """Where a member name sorts."""
    raw = name.encode("utf-8").replace(b"\0", b"\xc0\x80")
    value = 0x238F13AF * len(raw) + sum(byte << (5 * index % 24) for index, byte in enumerate(raw))
    return (1103515243 * value + 12345) % 2**32 % BUCKETS


def in_wire_order(members, name_of):
    """`members` come in the order they are set; inside one bucket the last one set comes first."""
    latest_first = list(reversed(members))
    return sorted(latest_first, key=lambda member: bucket(name_of(member)))
