"""Members of networks and subnets that Azure's description marks as read-only, at any depth, as C++ text:
read_only.py > providers/azure/read_only_members.inc. `checks/test_read_only.py` compares the two."""

import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
PLACE = HERE / "descriptions/network/resource-manager/Microsoft.Network/stable/2024-01-01"
# A reference to something else is written as its id alone; what is inside of it belongs to that.
REFERENCES = ("networkSecurityGroup", "routeTable", "natGateway", "ddosProtectionPlan", "serviceEndpointPolicies")


class Description:
    def __init__(self):
        self.files = {}

    def load(self, file):
        file = file.resolve()
        if file not in self.files:
            self.files[file] = json.loads(file.read_text())
        return self.files[file]

    def resolve(self, reference, file):
        name, _, path = reference.partition("#")
        if name:
            file = file.parent / name
        found = self.load(file)
        parts = path.strip("/").split("/")
        for part in parts:
            found = found[part]
        return found, file, parts[-1]

    def members(self, schema, file):
        if "$ref" in schema:
            schema, file, _ = self.resolve(schema["$ref"], file)
        out = {}
        for base in schema.get("allOf", []):
            out.update(self.members(base, file))
        for name, member in schema.get("properties", {}).items():
            out[name] = (member, file)
        return out

    def walk(self, schema, file, path, within, found):
        if "$ref" in schema:
            schema, file, name = self.resolve(schema["$ref"], file)
            if name in within:
                return
            within = [*within, name]
        for name, (member, place) in self.members(schema, file).items():
            here = f"{path}.{name}" if path else name
            target = self.resolve(member["$ref"], place)[0] if "$ref" in member else member
            if member.get("readOnly") or target.get("readOnly"):
                found.add(here)
            elif name in REFERENCES:
                continue
            elif member.get("type") == "array":
                self.walk(member["items"], place, here + "[]", within, found)
            else:
                self.walk(member, place, here, within, found)


def read_only(definition):
    description, found = Description(), set()
    description.walk({"$ref": f"#/definitions/{definition}"}, PLACE / "virtualNetwork.json", "", [], found)
    return sorted(found)


def text():
    lines = ["// Made by tests/azure_emulator/read_only.py of Azure's description of networks, 2024-01-01."]
    for name, definition in (("k_network_read_only", "VirtualNetwork"), ("k_subnet_read_only", "Subnet")):
        paths = [each for each in read_only(definition) if not each.startswith("properties.subnets[]")]
        lines.append(f"constexpr std::array<std::string_view, {len(paths)}> {name}{{")
        lines += [f'    "{each}",' for each in paths]
        lines.append("};")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(text(), end="")
