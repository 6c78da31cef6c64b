"""Enabling replication: what is checked at the door, and how an item becomes Protected."""

from types import SimpleNamespace

from core.message import fold, site_recovery_refusal
from core.operation import later
from core.world import Thing
from resources.groups import region_of
from site_recovery.item_shape import affected, details_shape, never_tested, nic_shape, target_of
from site_recovery.jobs import own_job
from site_recovery.network_mappings import mapping_for
from site_recovery.paths import resolved, same

SETTLED = ["UnplannedFailover", "DisableProtection", "TestFailover"]


def refused(code, message):
    return site_recovery_refusal(400, "BadRequest", code, message)


def checked_enable(call, container, properties):
    """Everything that a request to enable names must be there and fit; the machine must have somewhere to land."""
    world, vault = call.world, call.world.find(container.vault)
    given = properties.get("providerSpecificDetails") or {}
    if fold(given.get("instanceType") or "") != "a2a":
        raise refused("InvalidInput", "providerSpecificDetails needs instanceType A2A.")
    policy = resolved(world, vault, properties.get("policyId"), "policy", "policy")
    recovery = resolved(world, vault, given.get("recoveryContainerId"), "container", "recovery container")
    machine = resolved(world, vault, given.get("fabricObjectId"), "machine", "virtual machine")
    resolved(world, vault, given.get("recoveryResourceGroupId"), "group", "recovery resource group")
    source, target = (world.find(one.fabric).location for one in (container, recovery))
    if machine.location != source:
        raise refused("150030", f"The machine '{machine.name}' is in '{machine.location}', its container in '{source}'.")
    mappings = world.of("container-mapping", container.id + "/")
    if not any(same(mapping.target, recovery.id) and same(mapping.policy, policy.id) for mapping in mappings):
        raise refused("ContainersNotPaired", "The containers are not paired with this policy.")  # INFERENCE
    again = _already(world, vault, container, machine, call["item"])
    _check_machine(machine)
    _check_disks(world, given, machine, source)
    landing = landing_of(world, vault, given, machine, target)
    return SimpleNamespace(policy=policy, recovery=recovery, machine=machine, given=given, locations=(source, target),
                           landing=landing, again=again)


def _already(world, vault, container, machine, name):
    """The same PUT again meets itself; another item of the same machine is refused (INFERENCE)."""
    for item in world.of("item"):
        if not same(item.details["fabricObjectId"], machine.id):
            continue
        if same(item.container, container.id) and same(item.name, name):
            return item
        raise refused("150154", f"Replication is enabled for the machine '{machine.name}' already.")
    path = f"{container.id}/replicationProtectedItems/{name}"
    if world.find(path, "item") is not None:
        raise refused("ItemNameTaken", f"The name '{name}' belongs to another machine.")
    return None


def _check_machine(machine):
    if machine.state != "Succeeded":
        raise refused("150019", f"The machine's provisioning state is '{machine.state}', not 'Succeeded'.")
    if machine.ineligible:
        raise refused(machine.ineligible[0], f"{machine.ineligible[0]}: '{machine.name}' cannot be replicated.")


def _check_disks(world, given, machine, source):
    own = {fold(disk["id"]) for disk in [machine.os_disk, *machine.data_disks] if disk.get("id")}
    named = [fold(disk.get("diskId") or "") for disk in given.get("vmManagedDisks") or []]
    if fold(machine.os_disk.get("id") or "") not in named or not set(named) <= own:
        raise refused("150108", "vmManagedDisks must name the OS disk, and disks of the machine only.")  # INFERENCE
    for disk in given["vmManagedDisks"]:
        account = disk.get("primaryStagingAzureStorageAccountId")
        if world.find(account or "", "storage") is None:
            raise refused("150107", f"The cache storage account '{account}' could not be found.")
        if region_of(world, account) != source:
            raise refused("150106", f"The cache storage account '{account}' is not in '{source}'.")


def landing_of(world, vault, given, machine, target):
    """The network named, with `SelectedByUserOverride`; else what a mapping says; else there is nowhere to land."""
    named = given.get("recoveryAzureNetworkId")
    if named:
        vnet = world.find(named, "vnet")
        if vnet is None or vnet.location != target:
            raise refused("NetworkNotFound", f"The network '{named}' is not there, or not in '{target}'.")
        subnet = (given.get("recoverySubnetName") or "").split("/")[-1]
        if subnet and subnet.lower() not in [one["name"].lower() for one in vnet.subnets]:
            raise refused("SubnetNotFound", f"The network '{vnet.name}' has no subnet '{subnet}'.")
        return SimpleNamespace(network=named, subnet=subnet, selection="SelectedByUserOverride")
    source = "/".join(_primary(world, machine).configs[0]["subnet"].split("/")[:9])
    mapping = mapping_for(world, vault, source, target)
    if mapping is None:
        raise refused("TargetNetworkNotConfigured",
                      f"Target network settings are not configured for virtual machine '{machine.name}'.")
    return SimpleNamespace(network=fold(mapping.recovery), subnet="", selection="SelectedByDefault")


def _primary(world, machine):
    primary = next((nic for nic in machine.nics if nic["primary"]), machine.nics[0])
    return world.find(primary["id"], "nic")


def enable(world, container, name, wanted):
    """Makes the item, and lays down what the service does with it by itself."""
    item = made(world, container, name, wanted)
    clock, round_of = world.clock, item.correlation

    def while_here(step):
        return lambda world: step(world, item) if world.find(item.id) is item and item.correlation == round_of else None

    later(world, clock.lasts("enable-recovery-point"), while_here(recovery_point_pending), item.id)
    later(world, clock.lasts("enable-disks"), while_here(disks_done), item.id)
    later(world, clock.lasts("enable"), while_here(protected), item.id)
    return item


def made(world, container, name, wanted):
    """An item in its first state."""
    machine = wanted.machine
    item = world.add(Thing(
        kind="item", id=f"{container.id}/replicationProtectedItems/{name}", name=name, vault=container.vault,
        container=container.id, recovery_container=wanted.recovery.id, policy=wanted.policy.id, friendly=machine.name,
        internal=world.guid_of(f"{machine.id} as a machine"), correlation=world.guid(), active="Primary",
        test_state="None", test_described="None", scenario="None", scenario_job=None, scenario_time=None,
        last_failover=None, last_test=None, recovery_point=None, landing=wanted.landing, home=None, disabling=False,
        lifecycle=world.guid(), activity=None, details=details_shape(world, machine, wanted.given, wanted.locations)))
    seeding(item)
    return item


def seeding(item):
    item.state, item.described = "InitialReplicationInProgress", "Initial replication is in progress"
    item.allowed, item.health, item.failover_health, item.errors = ["DisableProtection"], "Normal", "Normal", []
    item.details |= {"vmProtectionState": "UnprotectedStatesBegin", "vmProtectionStateDescription": "Enabling protection",
                     "lifecycleId": None, "rpoInSeconds": None, "lastRpoCalculatedTime": None}


def enabling_failed(item):
    """INFERENCE: the word is that of a sibling service; the item stays and can be disabled."""
    item.state, item.described, item.health = "EnablingFailed", "Enabling protection failed", "Critical"
    item.correlation = "over"
    item.details |= {"vmProtectionState": "EnablingFailed", "vmProtectionStateDescription": "Enabling protection failed"}


def recovery_point_pending(world, item):
    item.state, item.described = "InitialReplicationRecoveryCompletionPending", "Waiting for first recovery point"
    item.details |= {"monitoringPercentageCompletion": 0, "monitoringJobType": "InitialReplication"}
    for disk in item.details["protectedManagedDisks"]:
        disk |= {"monitoringJobType": "InitialReplication", "dataPendingAtSourceAgentInMB": 2.48486328125}


def disks_done(world, item):
    for disk in item.details["protectedManagedDisks"]:
        disk |= {"diskState": "Protected", "monitoringJobType": None, "dataPendingAtSourceAgentInMB": 2.40283203125}


def protected(world, item, silent=False):
    """NICs, network and lifecycleId come last, with a job of the service's own, unless it is `silent`."""
    if not silent:
        own_job(world, world.find(item.vault), "seeded", target_of(item), affected(world, item), item.activity)
    machine = world.find(item.details["fabricObjectId"], "machine")
    if machine is not None and not item.details["vmNics"]:
        item.details["vmNics"] = [_nic(world, item, world.find(nic["id"], "nic")) for nic in machine.nics]
        item.details["selectedRecoveryAzureNetworkId"] = item.landing.network
    settled(world, item)


def settled(world, item):
    item.state, item.described = "Protected", "Protected"
    item.allowed = list(SETTLED)
    item.failover_health, item.errors = "Warning", [never_tested(world, item.friendly, item.internal)]
    disks_done(world, item)
    item.details |= {"vmProtectionState": "Protected", "vmProtectionStateDescription": "Protected",
                     "lifecycleId": item.lifecycle, "rpoInSeconds": 95, "lastRpoCalculatedTime": world.clock.stamp(),
                     "lastHeartbeat": world.clock.stamp(), "agentCertificateExpiryDate": "2028-08-28T01:10:06Z"}


def _nic(world, item, nic):
    """The subnet named; else that of the same name in the target network, else its first by name."""
    landing, vnet = item.landing, world.find(item.landing.network, "vnet")
    names = sorted(one["name"] for one in vnet.subnets) if vnet is not None else []
    own = nic.configs[0]["subnet"].split("/")[-1]
    same_name = next((name for name in names if fold(name) == fold(own)), None)
    subnet = landing.subnet or same_name or (names[0] if names else "")
    spelled = next((name for name in names if fold(name) == fold(subnet)), subnet)
    return nic_shape(world, item, nic, landing.network, spelled, landing.selection)

