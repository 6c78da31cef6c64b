// The editions of the service: which rules differ between them, each stated once, with its source. Everything else that
// pairform decides is the same in all of them. Values, known at compile time.
#pragma once
#include <span>
#include <string_view>

namespace pairform {

// May a vm come up elsewhere than the mapping of its network says?
enum class TargetRule {
  FixedByMapping,  // no: once its network is mapped, a vm comes up where the mapping says, and no other network can be
                   // chosen when replication is enabled (azure-docs, azure-to-azure-network-mapping, 2018-05-11)
  FreeForEachVm,   // yes: the mapping is a default at enable time; what is replicated has a network of its own (the
                   // same article as of 2019-10-15, 2024-09-11 and 2026-02-12)
};

struct Edition {
  std::string_view name;
  TargetRule target = TargetRule::FixedByMapping;
};

// By name, oldest first.
std::span<const Edition> all_editions();
// Null: there is no such edition.
const Edition* find_edition(std::string_view name);

}  // namespace pairform
