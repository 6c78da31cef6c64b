"""Imports every module that registers handlers, so that the router knows all of them."""

import control.drive  # noqa: F401
import control.put  # noqa: F401
import faces.metadata  # noqa: F401
import faces.tokens  # noqa: F401
import network.addresses  # noqa: F401
import network.nics  # noqa: F401
import network.subnets  # noqa: F401
import network.vnets  # noqa: F401
import resources.compute  # noqa: F401
import resources.groups  # noqa: F401
import resources.rights  # noqa: F401
import site_recovery.container_mappings  # noqa: F401
import site_recovery.containers  # noqa: F401
import site_recovery.fabrics  # noqa: F401
import site_recovery.items  # noqa: F401
import site_recovery.jobs  # noqa: F401
import site_recovery.network_mappings  # noqa: F401
import site_recovery.policies  # noqa: F401
import site_recovery.states  # noqa: F401
import site_recovery.vaults  # noqa: F401
