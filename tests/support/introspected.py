# SPDX-License-Identifier: MIT
"""What query-qmp-schema says, told without the names of types, which mean nothing: two servers that say the same give
the same here. An object is a list of [name, type, whether it may be left out], by name; types stand in types."""


class Introspected:
    def __init__(self, infos):
        self.infos = {info["name"]: info for info in infos}

    def names(self, meta):
        return {name for name, info in self.infos.items() if info["meta-type"] == meta}

    def told(self, name):
        """A command or an event."""
        info = self.infos[name]
        facts = {"arguments": self._type(info["arg-type"])}
        if info["meta-type"] == "command":
            facts["returns"] = self._type(info["ret-type"])
            facts["allow-oob"] = info.get("allow-oob", False)
        return facts

    def _type(self, name, above=()):
        info = self.infos[name]
        meta = info["meta-type"]
        if meta == "builtin":
            return info["json-type"]
        if name in above:
            return "as above"
        return getattr(self, "_" + meta)(info, (*above, name))

    def _enum(self, info, _):
        assert info["values"] == [member["name"] for member in info["members"]]
        return {"enum": info["values"]}

    def _array(self, info, above):
        return {"array": self._type(info["element-type"], above)}

    def _alternate(self, info, above):
        return {"alternate": [self._type(member["type"], above) for member in info["members"]]}

    def _object(self, info, above):
        members = sorted([member["name"], self._type(member["type"], above), "default" in member]
                         for member in info["members"])
        if "tag" not in info:
            return {"object": members}
        variants = {variant["case"]: self._type(variant["type"], above) for variant in info["variants"]}
        return {"object": members, "tag": info["tag"], "variants": variants}
