"""What jobs are called, and their tasks. Recorded, but for those marked INFERENCE."""

from types import SimpleNamespace


def _task(identifier, name, friendly, group=False):
    return SimpleNamespace(id=identifier, name=name, friendly=friendly, group=group)


def _scenario(name, friendly, target, tasks, details="AsrJobDetails", cancellable=True):
    return SimpleNamespace(name=name, friendly=friendly, target=target, tasks=tasks, details=details,
                           cancellable=cancellable)


def _plain(name, friendly, target):
    """A job of one task, whose tasks were not recorded."""
    return _scenario(name, friendly, target, [_task(f"{name}Task", f"{name}Task", friendly)], cancellable=False)


SCENARIOS = {
    "fabric": _plain("CreateSite", "Create a site", "Server"),
    "fabric-remove": _plain("DeleteSite", "Delete the site", "Server"),  # INFERENCE
    "container": _plain("CreateCloud", "Create protection container", "ProtectionContainer"),
    "container-remove": _plain("DeleteCloud", "Delete protection container", "ProtectionContainer"),  # INFERENCE
    "policy": _plain("AddProtectionProfile", "Create replication policy", "ProtectionProfile"),
    "policy-remove": _plain("RemoveProtectionProfile", "Delete replication policy", "ProtectionProfile"),  # INFERENCE
    "container-mapping": _plain("AssociateProtectionProfile", "Associate replication policy", "ProtectionProfile"),
    "container-mapping-remove": _plain("DissociateProtectionProfile", "Dissociate replication policy",
                                       "ProtectionProfile"),  # INFERENCE
    "network-mapping": _scenario("NetworkPairing", "Map Networks", "Network", [
        _task("60aeacf7-82fb-41b0-8c0c-3ca77d16c71d", "ModifyVMNetworksPairingStatusTask", "Map network"),
        _task("80517af5-cdc9-4586-ac81-093ee8564d71", "VMNetworksUpdateVMNicsTask", "Attach network (0)", group=True)]),
    "network-mapping-remove": _plain("NetworkUnpairing", "Unmap networks", "Network"),  # INFERENCE
    "enable": _scenario("EnableDr", "Enable replication", "ProtectionEntity", [
        _task("EnableProtectionPreflightChecksTask", "EnableProtectionPrerequisitesCheck",
              "Prerequisites check for enabling protection"),
        _task("CreateProtectionTargetTask", "CreateProtectionTarget", "Installing Mobility Service and preparing target"),
        _task("EnableProtectionTask", "EnableProtection", "Enable replication"),
        _task("StartInitialReplicationTask", "VmStartInitialReplication", "Starting initial replication"),
        _task("UpdateDraStateTask", "UpdateDraState", "Updating the provider states")]),
    "seeded": _scenario("SecondaryIrCompletion", "Finalize protection on the recovery virtual machine",
                        "ProtectionEntity", [
                            _task("CompleteInitialReplicationTask", "CompleteInitialReplication",
                                  "Complete initial replication"),
                            _task("ReplicaConfigurationPreflightChecksTask", "FailWorkflowOnIRFailureTask",
                                  "Finalizing initial replication"),
                            _task("ReplicaConfigurationTask", "ReplicaConfiguration",
                                  "Complete network and post-replication configuration"),
                            _task("UpdateDraStateTask", "UpdateDraState", "Updating the provider states")]),
    "update": _scenario("UpdateVmProperties", "Update the virtual machine", "ProtectionEntity", [
        _task("d01b154b-33a8-4b72-8cda-362320d6d265", "UpdateVmPropertiesTask",
              "Update the virtual machine properties")], cancellable=False),
    "disable": _plain("DisableDr", "Disable replication", "ProtectionEntity"),  # INFERENCE
    "failover": _scenario("UnplannedFailover", "Failover", "ProtectionEntity", [
        _task("UnplannedFailoverPreflightChecksTask", "VmUfoPrerequisitesCheck", "Prerequisites check for failover"),
        _task("ShutdownVmOnPrimaryForUFO", "VmShutdownVmOnPrimary", "Shut down the virtual machine"),
        _task("PrepareForUnPlannedFailoverTask", "VmPrepareForUnPlannedFailover", "Synchronizing the latest changes"),
        _task("FailoverTask", "VmFailover", "Start failover"),
        _task("StartVmOnSecondary", "VmFoStartVmOnSecondary", "Start the replica virtual machine")],
        details="FailoverJobDetails"),
    "commit": _plain("CommitFailover", "Commit", "ProtectionEntity"),  # INFERENCE
    "switch": _scenario("SwitchReplicationGroupProtection", "Reprotect", "ProtectionEntity", [
        _task("SwitchReplicationGroupProtectionPreflightTask", "SwitchReplicationGroupProtectionPreflightTask",
              "Prerequisite check"),
        _task("CommitFailoverTask", "VmCommitFailover", "Committing failover"),
        _task("DiscoverReplicaTask", "DiscoverReplicaTask", "Discovering replica virtual machine"),
        _task("GetSwitchProtectionRequirementsTask", "GetSwitchProtectionRequirementsTask",
              "Getting reprotection requirements"),
        _task("ProtectReplicaTask", "ProtectReplicaTask", "Reprotecting virtual machine")],
        details="SwitchProtectionJobDetails"),
    "test-failover": _scenario("TestFailover", "Test failover", "ProtectionEntity", [
        _task("TestFailoverPreflightChecksTask", "VmTfoPreflightChecks", "Prerequisites check for test failover"),
        _task("TestFailoverTask", "VmTfoFailover", "Start test failover")], details="TestFailoverJobDetails"),
    "test-failover-cleanup": _scenario("TestFailoverCleanup", "Test failover cleanup", "ProtectionEntity", [
        _task("TestFailoverCleanupPreflightChecksTask", "VmTfoCleanupPreflightsCheck",
              "Prerequisites check for test failover cleanup"),
        _task("EndTestFailoverTask", "VmTfoEndFailover", "Ending test failover"),
        _task("CleanupTestProtectedEntitiesTask", "VmTfoDeleteTestVm", "Clean up the test virtual machine")],
        details="TestFailoverJobDetails"),
}


def times_of(scenario, began, seconds):
    """Each task with its begin and end; they share the job's time evenly."""
    share = seconds / len(scenario.tasks)
    for at, task in enumerate(scenario.tasks):
        yield task, began + at * share, began + (at + 1) * share
