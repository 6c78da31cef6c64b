"""The shape of a protected item, member by member as recorded (item-protected.json and its neighbours)."""

from core.message import fold
from core.regions import display
from site_recovery.paths import base_of

TYPE = "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems"
NO_SCENARIO_TIME = "1753-01-01T01:01:01Z"


def copied(value):
    """A copy of JSON. Lists of a thousand items are made of it, copy.deepcopy would be most of their time."""
    if isinstance(value, dict):
        return {name: copied(member) for name, member in value.items()}
    return [copied(each) for each in value] if isinstance(value, list) else value


def disk_shape(given, disk, machine, group):
    """A disk as the item shows it; the id is folded, the replica's id is not."""
    name = disk.name
    return {"diskId": fold(disk.id), "recoveryResourceGroupId": given.get("recoveryResourceGroupId") or group,
            "recoveryTargetDiskId": None,
            "recoveryReplicaDiskId": f"{given.get('recoveryResourceGroupId') or group}/providers/Microsoft.Compute/disks/"
                                     f"{name}-ASRReplica",
            "recoveryOrignalTargetDiskId": None,
            "recoveryReplicaDiskAccountType": given.get("recoveryReplicaDiskAccountType") or disk.sku,
            "recoveryTargetDiskAccountType": given.get("recoveryTargetDiskAccountType") or disk.sku,
            "recoveryDiskEncryptionSetId": given.get("recoveryDiskEncryptionSetId"), "primaryDiskEncryptionSetId": None,
            "diskName": name, "diskCapacityInBytes": disk.size * 1024 ** 3,
            "primaryStagingAzureStorageAccountId": given.get("primaryStagingAzureStorageAccountId"),
            "diskType": "OperatingSystem" if disk.os else "Data", "resyncRequired": False,
            "monitoringPercentageCompletion": None, "monitoringJobType": None,
            "dataPendingInStagingStorageAccountInMB": 0.0, "dataPendingAtSourceAgentInMB": 0.0,
            "diskState": "InitialReplicationPending", "allowedDiskLevelOperation": [], "isDiskEncrypted": False,
            "secretIdentifier": None, "dekKeyVaultArmId": None, "isDiskKeyEncrypted": False, "keyIdentifier": None,
            "kekKeyVaultArmId": None, "failoverDiskName": name, "tfoDiskName": f"{name}-ASRtest"}


def details_shape(world, machine, given, locations):
    """providerSpecificDetails at the moment of enabling: no NICs, no network, no lifecycleId."""
    group = given.get("recoveryResourceGroupId")
    source, target = locations
    details = {
        "instanceType": "A2A", "fabricObjectId": fold(machine.id), "initialPrimaryZone": "",
        "initialPrimaryFabricLocation": source, "initialRecoveryZone": "", "initialPrimaryExtendedLocation": None,
        "initialRecoveryExtendedLocation": None, "initialRecoveryFabricLocation": target,
        "multiVmGroupId": world.guid(), "multiVmGroupName": given.get("multiVmGroupName") or "",
        "multiVmGroupCreateOption": "AutoCreated", "managementId": world.guid(), "protectedDisks": None,
        "unprotectedDisks": None, "protectedManagedDisks": [],
        "recoveryBootDiagStorageAccountId": given.get("recoveryBootDiagStorageAccountId"),
        "primaryFabricLocation": source, "recoveryFabricLocation": target, "osType": machine.os,
        "recoveryAzureVMSize": machine.size, "recoveryAzureVMName": machine.name,
        "recoveryAzureResourceGroupId": group, "recoveryCloudService": None,
        "recoveryAvailabilitySet": given.get("recoveryAvailabilitySetId"), "selectedRecoveryAzureNetworkId": None,
        "selectedTfoAzureNetworkId": None, "vmNics": [],
        "vmSyncedConfigDetails": {"tags": dict(machine.tags), "inputEndpoints": []},
        "monitoringPercentageCompletion": None, "monitoringJobType": None, "lastHeartbeat": world.clock.stamp(),
        "agentVersion": "9.54.6715.1", "agentExpiryDate": "9999-12-31T23:59:59.9999999",
        "isReplicationAgentUpdateRequired": False, "isReplicationAgentCertificateUpdateRequired": False,
        "recoveryFabricObjectId": None, "vmProtectionState": "UnprotectedStatesBegin",
        "vmProtectionStateDescription": "Enabling protection", "lifecycleId": None,
        "testFailoverRecoveryFabricObjectId": None, "rpoInSeconds": None, "lastRpoCalculatedTime": None,
        "rtoInSeconds": None, "primaryAvailabilityZone": machine.zone,
        "recoveryAvailabilityZone": given.get("recoveryAvailabilityZone"), "primaryExtendedLocation": None,
        "recoveryExtendedLocation": None, "vmEncryptionType": "NotEncrypted",
        "tfoAzureVMName": f"{machine.name}-test", "recoveryAzureGeneration": "V2",
        "recoveryProximityPlacementGroupId": given.get("recoveryProximityPlacementGroupId"),
        "autoProtectionOfDataDisk": given.get("autoProtectionOfDataDisk") or "Disabled",
        "recoveryVirtualMachineScaleSetId": given.get("recoveryVirtualMachineScaleSetId"),
        "recoveryCapacityReservationGroupId": given.get("recoveryCapacityReservationGroupId"),
        "churnOptionSelected": "Normal"}
    for disk_input in given.get("vmManagedDisks") or []:
        disk = world.find(disk_input["diskId"], "disk")
        details["protectedManagedDisks"].append(disk_shape(disk_input, disk, machine, group))
    return details


def nic_shape(world, item, nic, landing, subnet_name, selection):
    """A NIC as it appears with Protected; `landing` is the target network's id as it is to be spelled."""
    configs = []
    for config in nic.configs:
        configs.append({
            "name": config["name"], "isPrimary": config["primary"], "subnetName": config["subnet"].split("/")[-1],
            "staticIPAddress": config.get("ip"), "ipAddressType": "Static" if config.get("static") else "Dynamic",
            "isSeletedForFailover": config["primary"], "recoverySubnetName": subnet_name,
            "recoveryStaticIPAddress": "", "recoveryIPAddressType": "Dynamic", "recoveryPublicIPAddressId": None,
            "recoveryLBBackendAddressPoolIds": None, "tfoSubnetName": None, "tfoStaticIPAddress": None,
            "tfoPublicIPAddressId": None, "tfoLBBackendAddressPoolIds": None})
    return {"nicId": world.guid_of(f"{nic.id} of {item.container}"), "replicaNicId": None, "sourceNicArmId": nic.id,
            "vMNetworkName": "/".join(nic.configs[0]["subnet"].split("/")[:9]), "recoveryVMNetworkId": landing,
            "ipConfigs": configs, "selectionType": selection, "recoveryNetworkSecurityGroupId": None,
            "enableAcceleratedNetworkingOnRecovery": nic.accelerated, "tfoVMNetworkId": None,
            "tfoNetworkSecurityGroupId": None, "enableAcceleratedNetworkingOnTfo": None, "recoveryNicName": None,
            "recoveryNicResourceGroupName": None, "reuseExistingNic": False, "tfoRecoveryNicName": None,
            "tfoRecoveryNicResourceGroupName": None, "tfoReuseExistingNic": False, "targetNicName": None}


def never_tested(world, machine_name, entity):
    """The warning 161011 that every freshly protected item carries."""
    return {"innerHealthErrors": [], "errorSource": "ReplicationUnitFailoverValidatorError", "errorType": "8010",
            "errorLevel": "Warning", "errorCategory": "TestFailover", "errorCode": "161011", "summaryMessage": "",
            "errorMessage": f"No successful test failover has been done on the virtual machine '{machine_name}'.",
            "possibleCauses": "No successful test failover has been done on the virtual machine after it was replicated.",
            "recommendedAction": "Do a test failover on the virtual machine.", "creationTimeUtc": world.clock.stamp(),
            "recoveryProviderErrorMessage": None, "entityId": entity, "errorId": "6:8010",
            "customerResolvability": "NotAllowed"}


def failover_failed(entity):
    """The error 150005 of an item whose failover failed (item-unplanned-failover-failed.json)."""
    return {"innerHealthErrors": [], "errorSource": "ProtectedEntitySystemError", "errorType": "6", "errorLevel": "Error",
            "errorCategory": "Replication", "errorCode": "150005", "summaryMessage": "Failover failed",
            "errorMessage": "The failover of the source machine failed.",
            "possibleCauses": "The source machine is in a state which couldn't be failed over.",
            "recommendedAction": "Resolve the issue and retry the operation.", "creationTimeUtc": "0001-01-01T00:00:00",
            "recoveryProviderErrorMessage": None, "entityId": entity, "errorId": "1:6",
            "customerResolvability": "NotAllowed"}


def render(world, item, listed=False):
    """The whole item. In a list the disks and the synced configuration say less (items-list-page-1.json)."""
    vault = world.find(item.vault)
    container, recovery = world.find(item.container), world.find(item.recovery_container)
    fabric, other = world.find(container.fabric), world.find(recovery.fabric)
    policy = world.find(item.policy)
    job = item.scenario_job or f"{base_of(vault)}/replicationJobs/None"
    properties = {
        "friendlyName": item.friendly, "protectedItemType": "", "protectableItemId": None,
        "recoveryServicesProviderId": f"{fabric.id}/replicationRecoveryServicesProviders/{fabric.provider}",
        "primaryFabricFriendlyName": display(fabric.location), "primaryFabricProvider": "AzureFabric",
        "recoveryFabricFriendlyName": display(other.location), "recoveryFabricId": other.id,
        "primaryProtectionContainerFriendlyName": container.name,
        "recoveryProtectionContainerFriendlyName": recovery.name, "protectionState": item.state,
        "protectionStateDescription": item.described, "activeLocation": item.active,
        "testFailoverState": item.test_state, "testFailoverStateDescription": item.test_described,
        "switchProviderState": "None", "switchProviderStateDescription": None,
        "allowedOperations": list(item.allowed), "replicationHealth": item.health, "failoverHealth": item.failover_health,
        "healthErrors": copied(item.errors), "policyId": policy.id, "policyFriendlyName": policy.name}
    if item.last_failover:
        properties["lastSuccessfulFailoverTime"] = item.last_failover
    if item.last_test:
        properties["lastSuccessfulTestFailoverTime"] = item.last_test
    properties |= {
        "currentScenario": {"scenarioName": item.scenario, "jobId": job,
                            "startTime": item.scenario_time or NO_SCENARIO_TIME},
        "failoverRecoveryPointId": item.recovery_point, "providerSpecificDetails": copied(item.details),
        "recoveryContainerId": recovery.id, "eventCorrelationId": item.correlation}
    if listed:
        details = properties["providerSpecificDetails"]
        details["vmSyncedConfigDetails"] = {"tags": None, "inputEndpoints": None}
        for disk in details["protectedManagedDisks"] or []:
            disk |= {"diskState": None, "allowedDiskLevelOperation": None, "dataPendingAtSourceAgentInMB": 0.0,
                     "dataPendingInStagingStorageAccountInMB": 0.0}
    return {"id": f"{container.id}/replicationProtectedItems/{item.name}", "name": item.name, "type": TYPE,
            "properties": properties}


def affected(world, item):
    """affectedObjectDetails of jobs of an item."""
    container, recovery = world.find(item.container), world.find(item.recovery_container)
    fabric, other = world.find(container.fabric), world.find(recovery.fabric)
    return {"primaryVmId": item.internal, "primaryVmName": fold(item.friendly), "recoveryVmId": "",
            "recoveryVmName": fold(item.friendly), "protectionProfileId": world.find(item.policy).internal,
            "primaryCloudId": container.internal, "primaryCloudName": container.name,
            "recoveryCloudId": recovery.internal, "recoveryCloudName": recovery.name, "primaryVmmId": fabric.internal,
            "primaryVmmName": display(fabric.location), "recoveryVmmId": other.internal,
            "recoveryVmmName": display(other.location), "primaryFabricProviderId": "Azure",
            "recoveryFabricProviderId": "Azure"}


def target_of(item):
    return (item.internal, fold(item.friendly))
