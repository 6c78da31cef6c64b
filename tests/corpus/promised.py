"""What programs of others rely on, as a list of lines: a later version may add lines, and take none away.

    code PF1402: reference to something that is not declared
    option plan --detailed-exitcode
    member plan --json: changes[].reason string
    metric pairform_plan_changes
"""
import json
import re
import subprocess

LOOKS = [("plan", "--json"), ("drill", "eastasia", "--json"), ("status", "--json"), ("status", "--json", "--offline"),
         ("doctor", "--json"), ("validate", "--json"), ("version", "--json"), ("sim", "list", "--json")]
# Their members are names: of providers, subnets, tags, networks.
NAMED = ("providers", "subnets", "tags", "extra", "secondary", "target_secondary")
KINDS = {str: "string", int: "number", float: "number", bool: "boolean", dict: "object", list: "array"}


def members(value, path=""):
    """The paths of what is in a JSON value, with their kinds; what is null here is something else elsewhere."""
    if isinstance(value, dict):
        for key, each in value.items():
            key = key if re.fullmatch(r"[a-z_]+", key) and not path.endswith(NAMED) else "*"
            yield from members(each, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for each in value:
            yield from members(each, path + "[]")
    elif value is not None:
        yield f"{path} {KINDS[type(value)]}"


def lines(directory, run):
    """What a program gives in a project directory whose cloud has drifted; `run(*words, errors)` is subprocess.run."""
    out = set()

    def printed(*words):
        return run(*words, errors=subprocess.DEVNULL).stdout

    for code in re.finditer(r"^(PF\d{4})  (\S.*)$", printed("explain"), re.M):
        out.add(f"code {code[1]}: {code[2]}")
    for command in re.findall(r"^  ([a-z]+)  ", printed("help"), re.M):
        for option in re.findall(r"^  (?:-\w, )?(--[a-z-]+)", printed(command, "--help"), re.M):
            out.add(f"option {command} {option}")
    for words in LOOKS:
        out.update(f"member {' '.join(words)}: {path}" for path in members(json.loads(printed(*words))))
    printed("plan", "--prometheus", "metrics.prom")
    metrics = (directory / "metrics.prom").read_text(encoding="utf-8")
    out.update(f"metric {name}" for name in re.findall(r"^# TYPE (\w+)", metrics, re.M))
    return sorted(out)
