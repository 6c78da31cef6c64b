// What stands in the way of a project, found before anything is done: findings, as `pairform doctor` tells them, and what a
// provider is asked to look at for them (Provider::examine). What every cloud can be asked is found by engine/doctor; a
// provider adds what only it knows: who is signed in, what the vault stands on, which rights are missing.
#pragma once
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/enum_list.h"

namespace pairform {

#define PAIRFORM_LEVELS(X) \
  X(Ok, "ok")              \
  X(Note, "note")          \
  X(Warning, "warning")    \
  X(Error, "error")
enum class Level { PAIRFORM_LEVELS(PAIRFORM_ENUMERATOR) };
inline constexpr std::array k_level_texts{PAIRFORM_LEVELS(PAIRFORM_ENUM_TEXT)};
constexpr std::string_view level_text(Level level) { return enum_text(k_level_texts, level); }

// What a finding is about, in the order in which findings are told. The texts are part of a file format
// (docs/formats/doctor.md).
#define PAIRFORM_CHECKS(X)                                                                      \
  X(Files, "files")             /* what files say, and directives in them */                    \
  X(State, "state")             /* recorded state, journal, lock */                             \
  X(Credential, "credential")   /* who is signed in, and the clock that tokens are judged by */ \
  X(Vault, "vault")             /* the part of the cloud that the project works in */           \
  X(Plumbing, "plumbing")       /* what mappings and replications stand on */                   \
  X(Unseen, "unseen")           /* what could not be read */                                    \
  X(Pairs, "pairs")             /* both halves of mappings, in files and in the cloud */        \
  X(Networks, "networks")       /* networks, and remarks of the cloud on them */                \
  X(Subnets, "subnets")         /* target subnets against their sources */                      \
  X(Landings, "landings")       /* where nics come up, and whether they come home */            \
  X(Vms, "vms")                 /* status and health of replications */                         \
  X(Items, "items")             /* what is replicated beside the project */                     \
  X(Cache, "cache")             /* storage accounts that replication begins with */             \
  X(Groups, "groups")           /* resource groups */                                           \
  X(Eligibility, "eligibility") /* would the service replicate a machine? */                    \
  X(Rights, "rights")           /* of who is signed in */                                       \
  X(Plan, "plan")               /* what `pairform plan` says beside */
enum class Check { PAIRFORM_CHECKS(PAIRFORM_ENUMERATOR) };
inline constexpr std::array k_check_texts{PAIRFORM_CHECKS(PAIRFORM_ENUM_TEXT)};
constexpr std::string_view check_text(Check check) { return enum_text(k_check_texts, check); }

struct Finding {
  Check check = Check::Plan;
  Level level = Level::Ok;
  std::string address;  // of the resource, "vm.web1"; empty: of none, or of many
  std::string text;     // one sentence, UTF-8, complete without the rest
  std::string fix;      // what to do, may have several lines; empty where nothing is to be done
};

// A half that files want: where it leads, and in which subnet a nic of each source subnet comes up by it.
struct ExaminedHalf {
  std::string address;                                       // "mapping.app.forward"
  std::string source, target;                                // identities of networks
  std::vector<std::pair<std::string, std::string>> subnets;  // source, target, as the networks spell them
};

struct ExaminedNetwork {
  std::string address, identity;
  bool existing = false;  // pairform does not write it
};

struct ExaminedVm {
  std::string address, identity;
  std::string region, target_region;
  std::string target_network;  // identity; empty: not known
  bool existing = false;       // its replication is made elsewhere
  bool replicated = false;
  std::vector<std::pair<std::string, std::string>> extras;  // the provider's own attributes of its stanza
};

// What the project asks of the cloud. In address order.
struct ExamineRequest {
  std::vector<ExaminedHalf> halves;
  std::vector<ExaminedNetwork> networks;
  std::vector<ExaminedVm> vms;
};

struct Examination {
  std::vector<Finding> findings;
  std::string role_definition;  // JSON: the rights that are missing, ready to be granted; empty: none is
};

}  // namespace pairform
