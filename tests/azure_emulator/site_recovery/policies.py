"""Replication policies. `Enable` is written, `Enabled` is read."""

from core.listing import listing
from core.message import Answer, Refusal
from core.router import route
from core.world import Thing
from site_recovery.jobs import begin
from site_recovery.paths import POLICY, VAULT, base_of, child, foreign, properties_of, same, vault_of

MEMBERS = ("recoveryPointHistory", "appConsistentFrequencyInMinutes", "crashConsistentFrequencyInMinutes")


def render(policy):
    """As recorded: what was left out is 0, but crash-consistent points every 5 minutes."""
    return {"id": policy.id, "name": policy.name, "type": "Microsoft.RecoveryServices/vaults/replicationPolicies",
            "properties": {"friendlyName": policy.name, "providerSpecificDetails": {
                "instanceType": "A2A", "recoveryPointThresholdInMinutes": 0,
                "recoveryPointHistory": policy.values["recoveryPointHistory"],
                "appConsistentFrequencyInMinutes": policy.values["appConsistentFrequencyInMinutes"],
                "multiVmSyncStatus": policy.sync,
                "crashConsistentFrequencyInMinutes": policy.values["crashConsistentFrequencyInMinutes"]}}}


def add_policy(world, vault, name, given):
    identifier = world.spelled(f"{base_of(vault)}/replicationPolicies/{name}")
    values = {member: given.get(member) or 0 for member in MEMBERS}
    values["crashConsistentFrequencyInMinutes"] = values["crashConsistentFrequencyInMinutes"] or 5
    vault.used = True
    return world.add(Thing(kind="policy", id=identifier, name=identifier.split("/")[-1], vault=vault.id, values=values,
                           internal=world.guid_of(identifier), sync=given.get("multiVmSyncStatus", "Enable") + "d"))


@route("PUT", POLICY)
def put_policy(call):
    world, vault, properties = call.world, vault_of(call), properties_of(call)
    given = properties.get("providerSpecificInput") or {}
    if str(given.get("instanceType", "")).upper() != "A2A":
        raise Refusal(400, "BadRequest", "providerSpecificInput needs instanceType A2A.")
    if given.get("multiVmSyncStatus") not in ("Enable", "Disable"):
        raise Refusal(400, "150261", "The replication policy has invalid values: multiVmSyncStatus is Enable or Disable.")
    path = f"{base_of(vault)}/replicationPolicies/{call['policy']}"
    return begin(call, vault, "policy", (world.guid_of(path), call["policy"]), {}, world.clock.lasts("policy"),
                 lambda world: add_policy(world, vault, call["policy"], given), path)


@route("GET", POLICY)
def read_policy(call):
    return Answer(200, render(child(call, "policy", "policy")))


@route("GET", VAULT + "/replicationPolicies")
def list_policies(call):
    rows = [render(policy) for policy in call.world.of("policy", base_of(vault_of(call)) + "/")]
    return listing(call, rows + foreign(call, "replicationPolicies"))


@route("DELETE", POLICY)
def delete_policy(call):
    world, vault = call.world, vault_of(call)
    policy = world.find(call.request.path, "policy")
    if policy is None:
        return Answer(204)
    if any(same(mapping.policy, policy.id) for mapping in world.of("container-mapping", base_of(vault) + "/")):
        raise Refusal(400, "PolicyInUse", f"The policy '{policy.name}' is associated with a container mapping.")
    return begin(call, vault, "policy-remove", (policy.internal, policy.name), {}, world.clock.lasts("policy"),
                 lambda world: world.remove(policy.id), policy.id, deletes=True)
