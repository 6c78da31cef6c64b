"""Failover, commit, reprotect, test failover, clean-up: acts of people, by ARM's POSTs and by /_control alike."""

from core.message import fold, site_recovery_refusal
from core.operation import later
from core.router import route
from site_recovery import copies
from site_recovery.enable import seeding, settled
from site_recovery.item_shape import affected, failover_failed, target_of
from site_recovery.items import item_of
from site_recovery.jobs import begin
from site_recovery.paths import CONTAINER, ITEM, base_of, child, properties_of, resolved, same

UNCOMMITTED = ["CompleteMigration", "Commit", "DisableProtection", "ChangePit", "SwitchProtection"]
COMMITTED = ["CompleteMigration", "DisableProtection", "SwitchProtection"]


def _may(item, operation):
    if operation not in item.allowed:
        raise site_recovery_refusal(400, "BadRequest", f"{operation}NotAllowed",
                                    f"{operation} of '{item.friendly}' is not allowed in state {item.state}.")


def _begin(call, item, scenario, seconds, effect, path=None, extra=None):
    """A job of the item; while it runs, it stands in currentScenario and nothing else is allowed."""
    world = call.world
    before = list(item.allowed)
    answer = begin(call, world.find(item.vault), scenario, target_of(item), affected(world, item), seconds,
                   lambda world: _over(item, lambda: effect(world, item)), path or item.id, job_in_request_id=True,
                   extra=extra)
    job = next(reversed(world.jobs.values()))
    operation = world.operations[job.guid]
    operation.on_failure = lambda: _over(item, lambda: setattr(item, "allowed", before))
    item.scenario, item.scenario_time = job.scenario.name, world.clock.stamp()
    item.scenario_job = f"{base_of(world.find(item.vault))}/replicationJobs/{job.guid}"
    item.allowed = []
    return answer


def _over(item, effect):
    item.scenario, item.scenario_job, item.scenario_time = "None", None, None
    effect()


@route("POST", ITEM + "/unplannedFailover")
def failover(call):
    item = item_of(call)
    _may(item, "UnplannedFailover")
    return _begin(call, item, "failover", call.world.clock.lasts("failover"), _failed_over, extra={"protectedItemDetails": []})


def _state(item, word, description, allowed):
    item.state, item.described, item.allowed = word, description, list(allowed)
    item.details |= {"vmProtectionState": word, "vmProtectionStateDescription": description}


def _failed_over(world, item):
    """The copy runs; the item keeps the original's NICs, network and addresses."""
    container = world.find(item.container)
    item.recovery_point = f"{world.find(container.fabric).id}/replicationProtectionContainers/{container.internal}/" \
                          f"replicationProtectedItems/{item.name}/recoveryPoints/{world.guid()}"
    item.details |= {"monitoringPercentageCompletion": None, "monitoringJobType": None}
    if world.behaving("failover-fails", item.id) is not None:
        _state(item, "UnplannedFailoverFailed", "Failover failed", ["UnplannedFailover", "DisableProtection", "TestFailover"])
        item.health, item.errors = "Critical", [failover_failed(item.internal)]
        return
    _state(item, "UnplannedFailoverCommitPendingStatesBegin", "Failover completed", UNCOMMITTED)
    item.active, item.last_failover, item.failover_health, item.errors = "Recovery", world.clock.stamp(), "Normal", []
    copy = copies.start(world, item)
    item.details["recoveryFabricObjectId"] = fold(copy.id)
    item.details.pop("agentCertificateExpiryDate", None)
    for disk, started in zip(item.details["protectedManagedDisks"], [copy.os_disk, *copy.data_disks]):
        disk["recoveryTargetDiskId"] = started["id"]


@route("POST", ITEM + "/failoverCommit")
def commit(call):
    item = item_of(call)
    _may(item, "Commit")
    return _begin(call, item, "commit", call.world.clock.lasts("commit"), _committed)


def _committed(world, item):
    _state(item, "UnplannedFailoverCommitted", "Failover committed", COMMITTED)
    for disk in item.details["protectedManagedDisks"]:
        disk["recoveryReplicaDiskId"] = ""


@route("POST", CONTAINER + "/switchprotection")
def reprotect(call):
    """Reprotect of A2A is the container's switchprotection, not the item's reProtect (switch-protection-202.json)."""
    world, container, properties = call.world, child(call, "container", "protection container"), properties_of(call)
    given = properties.get("providerSpecificDetails") or {}
    name = properties.get("replicationProtectedItemName") or ""
    item = resolved(world, None, f"{container.id}/replicationProtectedItems/{name}", "item", "protected item")
    _may(item, "SwitchProtection")
    if not any(same(one.target, container.id) for one in world.of("container-mapping", item.recovery_container + "/")):
        raise site_recovery_refusal(400, "BadRequest", "ContainersNotPaired", "There is no mapping back.")  # INFERENCE
    disks = {fold(disk["diskId"]): disk for disk in given.get("vmManagedDisks") or []}
    _switched(world, item, given, disks)
    answer = begin(call, world.find(item.vault), "switch", target_of(item), affected(world, item),
                   world.clock.lasts("switch-job"), lambda world: None, container.id, job_in_request_id=True,
                   extra={"newReplicationProtectedItemId": None})
    next(reversed(world.jobs.values())).extra_at_end = {"newReplicationProtectedItemId": item.id}
    return answer


def _switched(world, item, given, disks):
    """The item moves into the other container under the same name, with hollow NICs, and is seeded anew."""
    details, copy = item.details, world.find(item.details["recoveryFabricObjectId"], "machine")
    original = world.find(details["fabricObjectId"], "machine")
    world.remove(item.id)
    item.container, item.recovery_container = item.recovery_container, item.container
    item.id = f"{item.container}/replicationProtectedItems/{item.name}"
    mapping = next((one for one in world.of("container-mapping", item.container + "/")
                    if same(one.target, item.recovery_container)), None)
    policy = given.get("policyId")
    item.policy = world.find(policy).id if policy and world.find(policy) else mapping.policy if mapping else item.policy
    world.add(item)
    item.correlation, item.active, item.last_failover, item.recovery_point = world.guid(), "Primary", None, None
    details["primaryFabricLocation"], details["recoveryFabricLocation"] = \
        details["recoveryFabricLocation"], details["primaryFabricLocation"]
    group = given.get("recoveryResourceGroupId") or "/".join(original.id.split("/")[:5])
    details |= {"fabricObjectId": fold(copy.id), "managementId": world.guid(), "recoveryFabricObjectId": None,
                "recoveryAzureResourceGroupId": group, "selectedRecoveryAzureNetworkId": None,
                "monitoringPercentageCompletion": None, "monitoringJobType": None,
                "vmNics": copies.hollow(world, item, original, copy)}
    _reversed_disks(details, copy, group, disks)
    seeding(item)
    round_of = item.correlation
    later(world, world.clock.lasts("reprotect"),
          lambda world: _reversed(world, item, original, copy) if item.correlation == round_of and
          world.find(item.id) is item else None, item.id)


def _reversed_disks(details, copy, group, given):
    for disk, started in zip(details["protectedManagedDisks"], [copy.os_disk, *copy.data_disks]):
        wish = given.get(fold(started["id"]), {})
        disk |= {"recoveryOrignalTargetDiskId": f"{group}/providers/Microsoft.Compute/disks/{disk['diskName']}",
                 "diskId": fold(started["id"]), "recoveryResourceGroupId": group, "recoveryTargetDiskId": None,
                 "recoveryReplicaDiskId": f"{group}/providers/Microsoft.Compute/disks/{fold(disk['diskName'])}-ASRReplica",
                 "diskState": "InitialReplicationPending", "dataPendingAtSourceAgentInMB": 0.0}
        if wish.get("primaryStagingAzureStorageAccountId"):
            disk["primaryStagingAzureStorageAccountId"] = wish["primaryStagingAzureStorageAccountId"]


def _reversed(world, item, original, copy):
    """Replication runs the other way; the machine that was left behind, its NICs and its disks are gone
    (Microsoft's pages azure-to-azure-how-to-reprotect and azure-to-azure-tutorial-failback)."""
    copies.clean_up(world, original)
    item.details["vmNics"] = copies.landed(world, item, original, copy)
    item.details["selectedRecoveryAzureNetworkId"] = item.details["vmNics"][0]["recoveryVMNetworkId"]
    for disk in item.details["protectedManagedDisks"]:
        disk["recoveryOrignalTargetDiskId"] = ""
    item.details |= {"monitoringPercentageCompletion": 9, "monitoringJobType": "InitialReplication"}
    settled(world, item)


@route("POST", ITEM + "/testFailover")
def test_failover(call):
    item = item_of(call)
    _may(item, "TestFailover")
    properties = properties_of(call)
    details = {"testFailoverStatus": None, "comments": None, "networkName": properties.get("networkId"),
               "networkFriendlyName": None, "networkType": properties.get("networkType"), "protectedItemDetails": []}
    before = list(item.allowed)
    answer = _begin(call, item, "test-failover", call.world.clock.lasts("test-failover"),
                    lambda world, item: _tested(world, item, before), extra=details)
    item.test_state, item.test_described = "Initiating", "Initiating test failover"
    return answer


def _tested(world, item, before):
    """The copy for the test runs until it is cleaned up [EX24]."""
    item.test_state, item.test_described = "WaitingForCompletion", "Waiting for cleanup of the test failover"
    item.allowed = [operation for operation in before if operation != "TestFailover"] + ["TestFailoverCleanup"]
    item.last_test = world.clock.stamp()
    item.failover_health, item.errors = "Normal", []


@route("POST", ITEM + "/testFailoverCleanup")
def cleanup(call):
    """Taken in any state of a test failover (test-failover-cleanup-202.json: 3 s after it was begun)."""
    item = item_of(call)
    if item.test_state in ("None", "MarkedForDeletion"):
        raise site_recovery_refusal(400, "BadRequest", "TestFailoverCleanupNotAllowed", "There is no test failover.")
    details = {"testFailoverStatus": None, "comments": call.request.json().get("properties", {}).get("comments"),
               "networkName": None, "networkFriendlyName": None, "networkType": None, "protectedItemDetails": []}
    return _begin(call, item, "test-failover-cleanup", call.world.clock.lasts("test-failover-cleanup"), _cleaned,
                  extra=details)


def _cleaned(world, item):
    """MarkedForDeletion is where a drilled machine rests from then on (0.1, 1)."""
    item.test_state, item.test_described = "MarkedForDeletion", "Cleaning up test environment"
    item.allowed = ["UnplannedFailover", "DisableProtection", "TestFailover"]
