# SPDX-License-Identifier: MIT
"""How a wire name is spelled in C++ and in C. The only place that knows.

Wire names come in three spellings: `node-name` (members, enum values), `BALLOON_CHANGE` (events) and
`ACPISlotType` (types). All become words; the words become the house spellings of each language.
"""
import re

# Words that cannot be split by their capitals.
COMPOUNDS = {"ACPIOST": ["acpi", "ost"]}

# Wire names that cannot be an identifier as they are, and what stands for them.
RESPELLED = {"unix": "unix_socket"}

# The first member of every C struct is `size`.
C_RESPELLED = {"size": "size_"}

KEYWORDS = frozenset("""
alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class co_await
co_return co_yield compl concept const const_cast consteval constexpr constinit continue decltype default delete do
double dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable namespace
new noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires restrict
return short signed sizeof static static_assert static_cast struct switch template this thread_local throw true try
typedef typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq
""".split())

# What the system's C headers, or the toolkits embedders use, define as macros in lower case.
MACROS = frozenset("""
assert emit errno foreach i386 linux major makedev minor signals slots stderr stdin stdout unix
""".split())

# Names of namespace qmpev that are written by hand in public headers.
TAKEN_TYPES = frozenset("""
Answer Argument Clock Command Emitter EmitterCore Error ErrorClass ErrorCode EventCounters EventKind ListenerConfig
LogCallback LogLevel Result RunControl RunStatus Server ServerConfig SessionCounters Statistics Version WireForm
""".split())


def words(wire_name):
    """The words of a wire name, in lower case."""
    found = []
    for part in re.split(r"[-_.]+", wire_name):
        for word in re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z][A-Z0-9]*", part):
            found += COMPOUNDS.get(word, [word.lower()])
    return found


def cpp_type(wire_name):
    """BALLOON_CHANGE, ACPISlotType -> BalloonChange, AcpiSlotType."""
    return "".join(word.capitalize() for word in words(wire_name))


def cpp_name(wire_name):
    """Members and enumerators: node-name, DIMM -> node_name, dimm."""
    return RESPELLED.get(wire_name, "_".join(words(wire_name)))


def c_type(wire_name):
    """BALLOON_CHANGE -> qmpev_balloon_change."""
    return "qmpev_" + "_".join(words(wire_name))


def c_name(wire_name):
    """Members of C structs."""
    return C_RESPELLED.get(wire_name, cpp_name(wire_name))


def c_enumerator(enum_name, value_name):
    """NetworkAddressFamily, ipv4 -> QMPEV_NETWORK_ADDRESS_FAMILY_IPV4."""
    return "_".join(["qmpev"] + words(enum_name) + words(value_name)).upper()


def c_emit(event_name):
    """BALLOON_CHANGE -> qmpev_emit_balloon_change."""
    return "qmpev_emit_" + "_".join(words(event_name))


def obstacle(identifier):
    """Why this cannot be an identifier of a public header, or None."""
    if identifier in KEYWORDS:
        return f"`{identifier}` is a keyword of C++"
    if identifier in MACROS:
        return f"`{identifier}` is a macro of C headers"
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", identifier):
        return f"`{identifier}` is no identifier"
    return None
