"""What may be learnt of a vault by reading it: the runs of the program, and the claims held against their trace."""

import json
import pathlib
import re

from estate import PROBE, Estate, details_of, region, rows_of, words
from program import Broken, errors_of, fold

RECORDINGS = pathlib.Path(__file__).resolve().parents[2] / "azure_emulator" / "recordings"
LISTS = ("replicationFabrics", "replicationProtectionContainers", "replicationProtectionContainerMappings",
         "replicationPolicies", "replicationNetworkMappings", "replicationProtectedItems", "virtualNetworks",
         "networkInterfaces", "virtualMachines")
# Words of section "The status of a machine" that status.cc gives a meaning of their own, or that were recorded.
PROTECTION = {"protected", "enablingprotection", "notprotected", "unprotectedstatesbegin", "unplannedfailovercommitted",
              "unplannedfailovercommitpendingstatesbegin", "unplannedfailoverfailed", "unplannedfailovercommitrequired",
              "initialreplicationrecoverycompletionpending", "unplannedfailovercompletionfailed", "markedfordeletion"}
TESTS = {"", "none", "markedfordeletion", "initiating", "waitingforcompletion", "waitingforcleanup"}
HEALTH = {"", "none", "normal", "warning", "critical"}


def read(project, table, say):
    """Reads the vault, and fills the table; answers the estate."""
    project.write(PROBE)
    say("reading everything once: pairform plan")
    first = project.run("plan")
    # It ends with an error, because the probe does not exist. What counts is that the lists were read until then.
    if not any(one.is_list("replicationNetworkMappings") for one in first.exchanges):
        raise Broken(f"the first reading failed:\n{first.said()}")
    estate = Estate(first.exchanges, project.options.vault)
    project.write(estate.text())
    say("planning twice")
    runs = [project.run("plan", "--json") for _ in range(2)]
    table.add("two plans of the same vault are the same bytes", "the same" if runs[0].out == runs[1].out else
              "they differ: see console.txt", runs[0].out != runs[1].out)
    _adopts_only(runs[1], estate, table)
    drills(project, estate, table, say)
    _numbers(runs[1], estate, table)
    for claims in (_lists, _ids, _pages, _states, _landings, _etags, _members):
        claims(project.exchanges, estate, table)
    return estate


def headers(exchanges, table):
    """What the trace shows of headers and queries, of all that was read and written."""
    def tried(claim, cases, what, why_not):
        if cases:
            table.each(claim, cases, what)
        else:
            table.untried(claim, why_not)

    waits = [one.row["retry_after"] for one in exchanges if "retry_after" in one.row]
    tried("Retry-After is given in seconds", [(text, text.isdigit()) for text in waits],
          f"answers that have it ({', '.join(sorted(set(waits))[:5])})", "no answer had one")
    polls = [one for one in exchanges if one.is_poll() and "/microsoft.network/" not in fold(one.path)]
    tried("links of Site Recovery's operations are signed",
          [(one.path.split("/")[-2], one.row.get("signed", False)) for one in polls], "polls", "no operation was polled")
    tried("a write with the ETag that was just read is taken", [(one.path, one.status != 412) for one in exchanges
                                                                if one.row.get("if_match")],
          "writes with If-Match", "there was no such write")
    table.untried("412 to an If-Match that is old", "it needs a second writer at the same time")


def _adopts_only(plan, estate, table):
    claim = "a plan of the files of what is there only adopts"
    try:
        shown = json.loads(plan.out)
    except ValueError:
        table.add(claim, f"no plan, exit code {plan.code}: {plan.said()[:400]}", True)
        return
    steps = [f"{step['operation']} {step['address']}" for step in shown["steps"] if step["operation"] != "adopt"]
    wrong = errors_of(shown)
    table.add(claim, f"{len(shown['steps'])} to adopt" if not steps + wrong else "; ".join((steps + wrong)[:5]),
              bool(steps + wrong))
    unknown = [one.get("address", str(one)) for one in shown["unknown"]]
    table.add("everything of the vault can be read with the rights at hand", "all" if not unknown else
              f"{len(unknown)} unknown: {', '.join(unknown[:5])}", bool(unknown))
    held = [f"{one.get('address')} {one.get('status', '')}".strip() for one in shown["held"]]
    table.add("a machine with which something is going on is held, and planned all the same",
              f"{len(held)} held" + (": " + ", ".join(held[:5]) if held else ""), False)
    for text in estate.left_out:
        table.add("every item is a machine that the lists show", text, True)


def drills(project, estate, table, say):
    for each in estate.regions():
        say(f"drill {each}")
        ran = project.run("drill", each)
        # 0: all come home; 2: some do not, which is the owner's matter.
        table.add(f"drill of {each} runs", ran.out.strip().splitlines()[0] if ran.code in (0, 2) and ran.out.strip() else
                  f"exit code {ran.code}: {ran.said()[:300]}", ran.code not in (0, 2))


def _numbers(plan, estate, table):
    took = sorted(plan.exchanges, key=lambda one: one.milliseconds)
    if not took:
        table.add("a plan reads the vault", "no request", True)
        return
    limit = 35 + len(estate.items) // 20 + len(estate.fabrics)
    table.add("a plan takes at most 35 requests, and one more a page", f"{len(took)} requests, {len(estate.items)} items, "
              f"{plan.seconds:.1f} s", len(took) > limit)
    table.add("the slowest request", f"{took[-1].milliseconds} ms: {_kind(took[-1].path)}", None)
    again = sum(1 for one in took if one.row["attempt"] > 1)
    table.add("nothing is throttled, no request is repeated", f"{again} repeated", again > 0)


def _kind(path):
    return path.rstrip("/").split("/")[-1] if not re.search(r"/vaults/[^/]+$", path) else "the vault"


def _lists(exchanges, estate, table):
    for kind in LISTS:
        asked = [one for one in exchanges if one.method == "GET" and fold(one.path).endswith("/" + kind.lower())]
        if not asked:
            table.untried(f"{kind} may be listed", "the program did not ask for it")
        else:
            wrong = [one.status for one in asked if one.status != 200]
            table.add(f"{kind} may be listed", f"{len(rows_of(asked, kind))} rows" if not wrong else f"status {wrong[0]}",
                      bool(wrong))


def _ids(exchanges, estate, table):
    vault = [row for kind in LISTS[:6] for row in rows_of(exchanges, kind)]
    table.each("ids of Site Recovery begin with /Subscriptions/", [(row["id"], row["id"].startswith("/Subscriptions/"))
                                                                  for row in vault if row.get("id")], "ids")
    ends = [words(row, "properties", name) for row in estate.mappings for name in ("primaryNetworkId", "recoveryNetworkId")]
    table.each("mappings give ids of networks in lower case", [(end, end == fold(end)) for end in ends if end], "ids")
    machines = [details_of(item).get("fabricObjectId") for item in estate.items]
    table.each("items give ids of machines in lower case", [(one, one == fold(one)) for one in machines if one], "ids")
    located = [(name, row.get("location")) for kind in ("virtualNetworks", "networkInterfaces", "virtualMachines")
               for name, row in ((row.get("name"), row) for row in rows_of(exchanges, kind))]
    table.each("networks, NICs and machines have canonical regions (eastus2)",
               [(f"{name} in {place}", place == region(place)) for name, place in located if place], "locations")
    fabrics = [words(one, "properties", "customDetails", "location") for one in estate.fabrics]
    table.each("fabrics have canonical regions", [(place, place == region(place)) for place in fabrics if place], "locations")


def _pages(exchanges, estate, table):
    pages = [one for one in exchanges if one.command == "plan" and one.is_list("replicationProtectedItems")]
    if not pages or not estate.items:
        table.untried("the list of items has one page a fabric", "there is no item")
        return
    mixed = 0
    for page in pages:
        mixed += len({fold(row["id"]).split("/replicationprotectioncontainers/")[0] for row in page.rows()}) > 1
    largest = max(len(page.rows()) for page in pages)
    table.add("the list of items has one page a fabric", f"{len(pages)} pages in three plans, at most {largest} rows, "
              f"{mixed} of several fabrics", mixed > 0)
    other = [one for one in exchanges if one.method == "GET" and isinstance(one.received, dict) and one.received.get("nextLink")
             and not fold(one.path).endswith("/replicationprotecteditems")]
    table.add("lists besides that of items that come in pages", f"{len(other)} pages with a link", None)


def _states(exchanges, estate, table):
    def seen(name, known, values):
        found = sorted({value or "" for value in values})
        table.each(f"words of {name} are known", [(word, fold(word) in known) for word in found], f"words ({', '.join(found)})")

    items = [item["properties"] for item in estate.items]
    seen("protectionState", PROTECTION, [one.get("protectionState") for one in items])
    seen("testFailoverState", TESTS, [one.get("testFailoverState") for one in items])
    seen("replicationHealth", HEALTH, [one.get("replicationHealth") for one in items])
    seen("vmProtectionState", PROTECTION | {""}, [details_of(item).get("vmProtectionState") for item in estate.items])
    seen("state of a mapping", {"paired"}, [words(row, "properties", "state") for row in estate.mappings])


def _landings(exchanges, estate, table):
    nics = [(item.get("name"), nic) for item in estate.items for nic in details_of(item).get("vmNics") or []]
    table.each("replicaNicId is null", [(name, not nic.get("replicaNicId")) for name, nic in nics], "NICs of items")
    types = {config.get("recoveryIPAddressType") or "" for _, nic in nics for config in nic.get("ipConfigs") or []}
    table.each("recoveryIPAddressType is Static or Dynamic", [(one, fold(one) in ("static", "dynamic", "")) for one in types],
               "words")
    resting = [item["name"] for item in estate.items if fold(item["properties"].get("testFailoverState")) == "markedfordeletion"]
    if resting:
        table.add("a drilled machine rests in MarkedForDeletion", f"{len(resting)} items", False)
    else:
        table.untried("a drilled machine rests in MarkedForDeletion", "no item had a test failover")


def _etags(exchanges, estate, table):
    table.each("networks have a weak ETag", [(row.get("name"), str(row.get("etag", "")).startswith('W/"'))
                                            for row in estate.networks.values()], "networks")
    given = [(item["name"], not item.get("etag")) for item in estate.items]
    table.each("items have no ETag", given, "items")


def _members(exchanges, estate, table):
    known = {}
    for file in sorted(RECORDINGS.glob("*.json")):
        try:
            answer = json.loads(file.read_text())
        except ValueError:
            continue
        body = words(answer, "answer", "body")
        rows = body.get("value", [body]) if isinstance(body, dict) else []
        for row in rows:
            kind = fold(words(row, "type") or "").split("/")[-1]
            known.setdefault(kind, set()).update(_paths(row))
    for kind, rows in (("replicationNetworkMappings", estate.mappings), ("replicationProtectedItems", estate.items)):
        claim = f"members of {kind} are those that were recorded"
        if not rows:
            table.untried(claim, "there is none")
            continue
        new = sorted(set().union(*map(_paths, rows)) - known.get(kind.lower(), set()))
        table.add(claim, f"{len(new)} new" + (": " + ", ".join(new[:8]) if new else ""), bool(new))


def _paths(value, path=""):
    """"properties.vmNics[].nicId"; what users name, as tags, is left out."""
    if isinstance(value, dict):
        found = set()
        for name, inner in value.items():
            here = f"{path}.{name}" if path else name
            found |= {here} | (set() if fold(name) in ("tags", "errorinfo", "healtherrors") else _paths(inner, here))
        return found
    if isinstance(value, list):
        return set().union(set(), *(_paths(inner, path + "[]") for inner in value))
    return set()
