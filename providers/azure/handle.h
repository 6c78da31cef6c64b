// Handles of operations that were accepted: "azure/1 KIND OPERATION PATH JOB", what outlives the process of a step.
//
//   azure/1 network create /subscriptions/s/resourcegroups/rg/providers/microsoft.network/virtualnetworks/app~0a1b2c3d -
//   azure/1 half update replicationfabrics/f/replicationnetworks/azurenetwork/replicationnetworkmappings/m~4e5f6071 8f2c…-…
//   azure/1 vm create replicationfabrics/f/replicationprotectioncontainers/c/replicationprotecteditems/i~5f607182 8f2c…-…
//   azure/1 nics update replicationfabrics/f/replicationprotectioncontainers/c/replicationprotecteditems/i~60718293 8f2c…-…
//
// PATH: where the thing is when the step is done, folded: an ARM id, of what is in the vault relative to the vault; and
// behind "~" 8 hex digits of the SHA-256 of its identity: as long as they wait for a fabric the mappings of three networks
// `app` in three groups would be at one place. JOB: the
// job of Site Recovery for the first request of the step, "-" where there is none. No link of the service stands in it:
// those are signed, 3.4 KB long, and useless the next day. At most k_most_handle bytes.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "engine/provider.h"

namespace pairform::azure {

constexpr std::size_t k_most_handle = 500;

struct Handle {
  enum class Kind {
    Network,
    Half,
    Vm,    // replication is enabled or disabled
    Nics,  // a change of a replicated item: of its vm, or of one of its nics
  };
  Kind kind = Kind::Network;
  Operation operation = Operation::Create;
  std::string id;   // ARM id of what the step is about, folded
  std::string tag;  // of its identity: tag_of()
  std::string job;  // a GUID; empty: none
};

std::string tag_of(std::string_view identity);
// `vault`: its ARM id.
std::string handle_text(const Handle& handle, std::string_view vault);
// None: it is no handle, or one of a vault's thing that cannot be.
std::optional<Handle> parse_handle(std::string_view text, std::string_view vault);

// "0a1b2c3d-…": 8, 4, 4, 4 and 12 hex digits.
bool is_guid(std::string_view text);

}  // namespace pairform::azure
