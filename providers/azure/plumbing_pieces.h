// Which pieces of plumbing lack for a half or for a replicated machine, in the order in which they are made. Pure: a plan says
// by it what is made, and an apply makes that and nothing else.
//
// A half needs the fabrics of both regions. A machine needs a container in each, a policy, and the containers mapped to each
// other in both directions: without the way back it could not be protected the other way round after a failover.
#pragma once
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "providers/azure/inventory.h"
#include "providers/azure/plumbing.h"
#include "providers/azure/requests.h"
#include "providers/azure/settings.h"

namespace pairform::azure {

enum class PlumbingNeed { Half, Machine };

struct PlumbingPiece {
  Call call = Call::WriteFabric;
  std::string parent;  // ARM id of what it is made in
  std::string name;
  std::string text;  // "the fabric of eastasia"
  std::string body;
  std::string region{};            // of a fabric
  std::string target{}, policy{};  // of a container mapping: ARM ids
  // Its ARM id once it is there.
  std::string id() const;
  // "fabric asr-a2a-default-eastasia is made"
  std::string announcement() const;
};

// What there is for a way from one region to another, once nothing lacks.
struct PlumbingWay {
  Fabric from, to;
  std::string container, target_container, policy;  // ARM ids; empty for a half
};
// The way, or what lacks: not empty.
using PlumbingState = std::variant<PlumbingWay, std::vector<PlumbingPiece>>;
PlumbingState plumbing_state(const Plumbing& plumbing, const std::string& from, const std::string& to,
                             PlumbingNeed need, const AzureSettings& settings);

// A piece as if it were there.
void add_piece(Plumbing& plumbing, const PlumbingPiece& piece);

// Why it is not known what lacks: what could not be read, "fabrics", and the error.
std::optional<UnknownList> unknown_plumbing(const ListedPlumbing& listed, const std::string& from,
                                            const std::string& to, PlumbingNeed need);

}  // namespace pairform::azure
