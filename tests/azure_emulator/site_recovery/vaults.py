"""The vault itself, which belongs to another API than Site Recovery."""

from core.message import Answer, Refusal
from core.listing import listing
from core.router import route
from site_recovery.paths import VAULT, vault_of


def render(vault):
    """As recorded (vault-get.json)."""
    return {"location": vault.location, "name": vault.name, "etag": vault.etag, "properties": {
        "provisioningState": vault.state, "privateEndpointStateForBackup": "None",
        "privateEndpointStateForSiteRecovery": "None", "backupStorageVersion": "Unassigned",
        "monitoringSettings": {"azureMonitorAlertSettings": {"alertsForAllJobFailures": "Enabled"},
                               "classicAlertSettings": {"alertsForCriticalOperations": "Enabled"}},
        "securitySettings": {"softDeleteSettings": {"softDeleteRetentionPeriodInDays": 14, "softDeleteState": "Enabled"},
                             "multiUserAuthorization": "Disabled"},
        "publicNetworkAccess": "Enabled",
        "restoreSettings": {"crossSubscriptionRestoreSettings": {"crossSubscriptionRestoreState": "Enabled"}}},
        "id": vault.id, "type": "Microsoft.RecoveryServices/vaults", "sku": {"name": "Standard"}}


@route("GET", VAULT)
def read_vault(call):
    wish = call.world.behaving("vault", call.request.path)
    if wish is not None and int(wish.get("status", 404)) == 403:
        raise Refusal(403, "AuthorizationFailed", "The client 'emulator' does not have authorization to perform action "
                      f"'Microsoft.RecoveryServices/vaults/read' over scope '{call.request.path}'.")
    if wish is not None:
        raise Refusal(404, "ResourceNotFound", f"The Resource 'Microsoft.RecoveryServices/vaults/{call['vault']}' under "
                      f"resource group '{call['group']}' was not found.")
    return Answer(200, render(vault_of(call)))


@route("GET", "/subscriptions/{sub}/providers/Microsoft.RecoveryServices/vaults")
def list_vaults(call):
    vaults = call.world.of("vault", f"/subscriptions/{call['sub']}/")
    return listing(call, [render(vault) for vault in vaults], null_link=False)
