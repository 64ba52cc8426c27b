# SPDX-License-Identifier: MIT
"""What the entries of a schema must say about each other. Raises SchemaError for the first mistake."""
import names
from bound import line_bytes
from examples import check_example
from model import (BUILTINS, FORMS, INTEGERS, JSON_SCALARS, MAX_KEY_BYTES, MAX_LINE_BYTES, SCALARS, Alternate, Enum, Struct,
                   Union, identifier_of)
from strict_json import SchemaError


def fail(where, sentence):
    raise SchemaError(where, sentence)


def check(schema):
    """Resolves `data` of events, then checks everything."""
    _type_names(schema)
    for entry in [*schema.structs.values(), *schema.events.values(), *schema.commands.values()]:
        _members(schema, entry)
    for command in schema.commands.values():
        if command.returns:
            _member(schema, command.returns)
    for union in schema.unions.values():
        _union(schema, union)
    for alternate in schema.alternates.values():
        _alternate(schema, alternate)
    for command in schema.commands.values():
        _command(schema, command)
    _resolve_data(schema)
    _cycles(schema)
    for entry in schema.enums.values():
        _distinct(entry.values, "values")
    _event_types(schema)
    _c_enumerators(schema)
    for event in schema.events.values():
        _event(schema, event)
    _unused(schema)
    for event in schema.events.values():
        _line(schema, event)


def _type_names(schema):
    """One C++ identifier for each type and each event."""
    spelled = {}
    for entries in (schema.enums, schema.structs, schema.unions, schema.alternates, schema.events):
        for entry in entries.values():
            where = entry.where.member("name")
            identifier = identifier_of(entry)
            if identifier in names.TAKEN_TYPES:
                fail(where, f"`{entry.name}` becomes qmpev::{identifier}, which is written by hand; choose another name")
            if identifier in spelled:
                fail(where, f"`{entry.name}` and `{spelled[identifier]}` both become {identifier} in C++; rename one, "
                            "or tell them apart in names.py")
            spelled[identifier] = entry.name


def _distinct(entries, what):
    seen = set()
    for entry in entries:
        if entry.name in seen:
            fail(entry.where.member("name"), f"two {what} are called `{entry.name}`; rename one")
        seen.add(entry.name)


def _spellable(entries):
    """What becomes C++ and C: each wire name an identifier, and no two the same."""
    spelled = {}
    for entry in entries:
        where = entry.where.member("name")
        identifier = identifier_of(entry)
        obstacle = names.obstacle(identifier)
        if obstacle:
            fail(where, f"{obstacle}; give `{entry.name}` a spelling of its own in names.py (RESPELLED)")
        if identifier in spelled:
            fail(where, f"`{entry.name}` and `{spelled[identifier]}` both become {identifier} in C++; rename one, or tell "
                        "them apart in names.py")
        spelled[identifier] = entry.name


def _members(schema, entry):
    for member in entry.members:
        _member(schema, member)
    _distinct(entry.members, "members")
    for form in FORMS:
        _same_wire_name(entry.members, form)


def _same_wire_name(members, form):
    seen = {}
    for member in members:
        if not member.is_in(form):
            continue
        name = member.wire_name(form)
        if name in seen:
            at = member if form in member.rename else seen[name]
            fail(at.where.member("rename") if at.rename else member.where.member("name"),
                 f"two members are called `{name}` in the wire form {form}; rename one of them otherwise")
        seen[name] = member


def _member(schema, member):
    where = member.where
    if member.type not in BUILTINS and schema.type(member.type) is None:
        fail(where.member("type"), f"there is no type `{member.type}`; write one of {', '.join(sorted(SCALARS))}, or add "
                                   "an enum, struct or union of this name")
    if member.type in INTEGERS and not member.unit:
        fail(where, f"the number `{member.name}` needs `unit`: what it counts, such as bytes")
    _qapi_type(member)
    if member.type not in INTEGERS and member.unit:
        fail(where.member("unit"), "only numbers have a unit; remove it")
    for form in member.omit:
        if form in member.rename:
            fail(where.member("rename").member(form), f"the member is omitted in {form}, so it has no name there; "
                                                      "remove one of the two")
    for form, name in member.rename.items():
        if name == member.name:
            fail(where.member("rename").member(form), f"`{name}` is its name already; remove this line")
    if len(set(member.omit)) == len(FORMS):
        fail(where.member("omit"), "a member that no wire form has tells nobody anything; remove it")


def _qapi_type(member):
    if member.qapi_type is None:
        return
    where = member.where.member("qapi_type")
    if member.type not in INTEGERS or member.qapi_type not in INTEGERS:
        fail(where, f"only a number can be declared otherwise than it is; write one of {', '.join(sorted(INTEGERS))}, or remove it")
    lowest, highest = INTEGERS[member.type][2:]
    if member.qapi_type == member.type or lowest < INTEGERS[member.qapi_type][2] or highest > INTEGERS[member.qapi_type][3]:
        fail(where, f"{member.type} is not narrower than {member.qapi_type}; write QEMU's type, or remove it where ours is the same")


def _union(schema, union):
    where = union.where.member("tag")
    _member(schema, union.tag)
    tag = schema.enums.get(union.tag.type)
    if tag is None or union.tag.optional or union.tag.is_list or union.tag.omit:
        fail(where, "the tag chooses the branch; make it an enum that is always there")
    cases = {branch.case: branch for branch in union.branches}
    for index, branch in enumerate(union.branches):
        place = union.where.member("branches").element(index)
        if branch.case not in [value.name for value in tag.values]:
            fail(place.member("case"), f"`{branch.case}` is no value of {tag.name}; write one of them")
        if cases[branch.case] is not branch:
            fail(place.member("case"), f"`{branch.case}` stands twice; remove one of the branches")
        if branch.type not in schema.structs:
            fail(place.member("type"), f"there is no struct `{branch.type}`; add it")
        for form in FORMS:
            _same_wire_name([union.tag, *union.members] + schema.structs[branch.type].members, form)
    for member in union.members:
        _member(schema, member)


def _carried_union(schema, union):
    """What an event carries is a std::variant: one alternative for each value of the tag, and nothing beside."""
    where = union.where.member("branches")
    cases = {branch.case for branch in union.branches}
    for value in schema.enums[union.tag.type].values:
        if value.name not in cases:
            fail(where, f"the tag's value `{value.name}` has no branch; add one")
    types = [branch.type for branch in union.branches]
    if len(set(types)) != len(types):
        fail(where, "two branches have one type; give each a struct of its own")
    if union.members:
        fail(union.where.member("members"), "only unions of commands have members beside their branches; put them into each")


def _json_kind(schema, name):
    """What JSON has where a type is."""
    if name in schema.structs or name in schema.unions or name == "object":
        return "an object"
    if name in INTEGERS or name == "number":
        return "a number"
    return {"bool": "a boolean", "null": "null"}.get(name, "a string")


def _alternate(schema, alternate):
    kinds = {}
    for index, name in enumerate(alternate.types):
        where = alternate.where.member("types").element(index)
        if name == "any" or name in schema.alternates or (name not in BUILTINS and schema.type(name) is None):
            fail(where, f"`{name}` is no type that JSON tells apart from others; write a scalar, an enum, a struct or a union")
        kind = _json_kind(schema, name)
        if kind in kinds:
            fail(where, f"`{kinds[kind]}` is {kind} in JSON, too; leave one of them")
        kinds[kind] = name


def _command(schema, command):
    if command.data is not None and command.data not in schema.structs and command.data not in schema.unions:
        fail(command.where.member("data"), f"there is no struct or union `{command.data}`; add it, or write `members`")


def _resolve_data(schema):
    for event in schema.events.values():
        if event.data is not None:
            struct = schema.structs.get(event.data)
            if struct is None:
                fail(event.where.member("data"), f"there is no struct `{event.data}`; add it, or write `members`")
            event.members = struct.members


def _parts(entry, carried):
    """(place, type name) of everything an entry holds by value: C++ has to make room for it.

    Types that only commands know are nothing but JSON, where an optional member ends the circle.
    """
    if isinstance(entry, Enum):
        return []
    if isinstance(entry, Alternate):
        return []  # of one type that ends the circle and one that goes on, a client chooses
    if isinstance(entry, Struct):
        return [(member.where.member("type"), member.type) for member in entry.members
                if not member.is_list and (carried or not member.optional)]
    return [(branch.where.member("type"), branch.type) for branch in entry.branches]


def _cycles(schema):
    done = set()
    carried = {entry.name for entry in schema.of_events()}

    def visit(name, path):
        if name in BUILTINS or name in done:
            return
        for where, part in _parts(schema.type(name), name in carried):
            if part == name or part in path:
                round_trip = " -> ".join(path[path.index(part):] + [name, part] if part in path else [name, part])
                fail(where, f"the type holds itself ({round_trip}); break the circle")
            visit(part, path + [name])
        done.add(name)

    for name in [*schema.structs, *schema.unions]:
        visit(name, [])


def _event(schema, event):
    where = event.where
    if event.wrap and not event.members:
        fail(where.member("wrap"), "an event without members has nothing to wrap; remove it")
    for form in FORMS:
        if event.members and not any(member.is_in(form) for member in event.members):
            fail(where, f"every member is omitted in the wire form {form}; leave one")
    _key(schema, event)
    for index, name in enumerate(event.keep_key):
        _key_member(event, name, where.member("keep").element(index), schema)
    for form in FORMS:
        check_example(schema, event, form)


def _key(schema, event):
    if event.key is None:
        return
    where = event.where.member("key")
    if not event.rate_limit_ms:
        fail(where, "a key chooses a rate window, and this event has no rate limit; remove it, or add `rate_limit_ms`")
    member = _key_member(event, event.key, where, schema)
    if member.type != "str":
        fail(where, f"`{event.key}` is no text; write the name of a member that is one")
    if member.limit_bytes > MAX_KEY_BYTES:
        fail(where, f"a throttle takes keys of {MAX_KEY_BYTES} bytes at most; lower `limit_bytes` of `{event.key}`")


def _key_member(event, name, where, schema):
    for member in event.members:
        if member.name == name:
            break
    else:
        fail(where, f"the event has no member `{name}`; write one of "
                    f"{', '.join(member.name for member in event.members) or 'its members'}")
    if member.optional or member.text == "prose" or member.type not in ("str", *schema.enums):
        fail(where, f"`{name}` cannot tell two things apart; write a member that is always there and is an identifier "
                    "or an enum")
    return member


def _event_types(schema):
    """What only the types that events carry must keep: they become C++ and C."""
    for entry in [*schema.of_events(), *schema.events.values()]:
        if isinstance(entry, Enum):
            _spellable(entry.values)
        elif isinstance(entry, Alternate):
            fail(entry.where, "an event carries no alternates, which would be C++ without a name; write a union")
        elif isinstance(entry, Union):
            _carried_union(schema, entry)
            _spellable([entry.tag])
            for branch in entry.branches:
                _case(branch)
        else:
            _spellable(entry.members)
            _no_lists(entry.members)
            _no_loose_types(entry.members)
            _append_only(entry.members)


def _case(branch):
    """In C a branch is a member of this name."""
    obstacle = names.obstacle(names.c_name(branch.case))
    if obstacle:
        fail(branch.where.member("case"), f"{obstacle}; give `{branch.case}` a spelling of its own in names.py (RESPELLED)")


def _c_enumerators(schema):
    """All enumerators stand in one scope in C."""
    spelled = {}
    for entry in schema.enums.values():
        for value in entry.values:
            name = names.c_enumerator(entry.name, value.name)
            if name in spelled:
                fail(value.where.member("name"), f"`{value.name}` becomes {name} in C, and so does a value of "
                                                 f"{spelled[name]}; rename one")
            spelled[name] = entry.name


def _no_lists(members):
    for member in members:
        if member.is_list:
            fail(member.where.member("type"), "an event carries no lists, since a line has a bound; name a plain type")


def _no_loose_types(members):
    for member in members:
        if member.type in JSON_SCALARS:
            fail(member.where.member("type"), f"an event carries no `{member.type}`; write one of "
                                              f"{', '.join(sorted(SCALARS))}, or add an enum, struct or union of this name")


def _append_only(members):
    """C callers of an older header have shorter structs: what is new stands last and may be missing."""
    newest = None
    for member in members:
        if member.since is None and newest is not None:
            fail(member.where, f"`{member.name}` stands behind `{newest}`, which is newer; the order is append-only, "
                               "move it up")
        if member.since is not None:
            newest = member.name
            if not member.optional:
                fail(member.where.member("since"), "older C callers cannot set a member that was added later; make it "
                                                   "optional")


def _unused(schema):
    used = {event.data for event in schema.events.values()}
    for entry in [*schema.structs.values(), *schema.events.values(), *schema.commands.values()]:
        used.update(member.type for member in entry.members)
    for union in schema.unions.values():
        used.add(union.tag.type)
        used.update(branch.type for branch in union.branches)
        used.update(member.type for member in union.members)
    for alternate in schema.alternates.values():
        used.update(alternate.types)
    used.update(command.data for command in schema.commands.values())
    used.update(command.returns.type for command in schema.commands.values() if command.returns)
    for entries in (schema.enums, schema.structs, schema.unions, schema.alternates):
        for entry in entries.values():
            if entry.name not in used:
                fail(entry.where, f"nothing uses `{entry.name}`; use it or remove it")


def _line(schema, event):
    length = line_bytes(schema, event)
    if length > MAX_LINE_BYTES:
        fail(event.where, f"a line of {event.name} can be {length} bytes long, and clients read {MAX_LINE_BYTES}; lower "
                          "`limit_bytes` of its texts (one byte of a text can be six on the wire)")
