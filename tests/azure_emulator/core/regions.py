"""Regions and how they are displayed; `East US 2` and `eastus2` are one region."""

from core.message import Refusal, fold

DISPLAY = {
    "australiacentral": "Australia Central", "australiacentral2": "Australia Central 2",
    "australiaeast": "Australia East", "australiasoutheast": "Australia Southeast", "austriaeast": "Austria East",
    "belgiumcentral": "Belgium Central", "brazilsouth": "Brazil South", "brazilsoutheast": "Brazil Southeast",
    "canadacentral": "Canada Central", "canadaeast": "Canada East", "centralindia": "Central India",
    "centralus": "Central US", "centraluseuap": "Central US EUAP", "chilecentral": "Chile Central",
    "chinaeast": "China East", "chinaeast2": "China East 2", "chinaeast3": "China East 3",
    "chinanorth": "China North", "chinanorth2": "China North 2", "chinanorth3": "China North 3",
    "denmarkeast": "Denmark East", "eastasia": "East Asia", "eastus": "East US", "eastus2": "East US 2",
    "eastus2euap": "East US 2 EUAP", "francecentral": "France Central", "francesouth": "France South",
    "germanynorth": "Germany North", "germanywestcentral": "Germany West Central",
    "indiasouthcentral": "India South Central", "indonesiacentral": "Indonesia Central",
    "israelcentral": "Israel Central", "italynorth": "Italy North", "japaneast": "Japan East",
    "japanwest": "Japan West", "koreacentral": "Korea Central", "koreasouth": "Korea South",
    "malaysiawest": "Malaysia West", "mexicocentral": "Mexico Central", "newzealandnorth": "New Zealand North",
    "northcentralus": "North Central US", "northeurope": "North Europe", "norwayeast": "Norway East",
    "norwaywest": "Norway West", "polandcentral": "Poland Central", "qatarcentral": "Qatar Central",
    "southafricanorth": "South Africa North", "southafricawest": "South Africa West",
    "southcentralus": "South Central US", "southeastasia": "Southeast Asia", "southindia": "South India",
    "spaincentral": "Spain Central", "swedencentral": "Sweden Central", "swedensouth": "Sweden South",
    "switzerlandnorth": "Switzerland North", "switzerlandwest": "Switzerland West", "uaecentral": "UAE Central",
    "uaenorth": "UAE North", "uksouth": "UK South", "ukwest": "UK West", "usdodcentral": "US DoD Central",
    "usdodeast": "US DoD East", "usgovarizona": "US Gov Arizona", "usgovtexas": "US Gov Texas",
    "usgovvirginia": "US Gov Virginia", "westcentralus": "West Central US", "westeurope": "West Europe",
    "westindia": "West India", "westus": "West US", "westus2": "West US 2", "westus3": "West US 3",
}


def canonical(region):
    """The name of a region; one that Azure has not is refused."""
    name = fold(region).replace(" ", "")
    if name not in DISPLAY:
        raise Refusal(400, "LocationNotAvailableForResourceType",
                      f"The provided location '{region}' is not available for resource type.")
    return name


def display(region):
    return DISPLAY[canonical(region)]
