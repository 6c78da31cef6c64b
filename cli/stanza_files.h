// The TOML files that declare what was inferred (engine/recovery/infer.h): as a person would have written them, and the
// same bytes for the same cloud. One document where there are few stanzas, else a file for each region, pair of regions, and
// network with vms.
// Texts of the cloud are escaped: no name ends a string, a line or a comment.
// Cost: linear in what is written. Pure.
#pragma once
#include <string>
#include <vector>

#include "engine/recovery/infer.h"

namespace pairform {

// Stanzas that stand in one file; pointers into an Inferred, which outlives it. Each list by key.
struct StanzaDocument {
  std::vector<std::string> remarks;  // first lines, without "#", unescaped
  std::vector<const InferredNetwork*> networks;
  std::vector<const InferredPair*> pairs;
  std::vector<const InferredVm*> vms;
  bool empty() const { return networks.empty() && pairs.empty() && vms.empty(); }
};
std::string toml_text(const StanzaDocument& document);

struct StanzaFile {
  std::string path;  // "networks/eastasia.toml", relative to where files are to be
  StanzaDocument document;
};

StanzaDocument one_document(const Inferred& inferred);
// By path. Up to `k_one_file` stanzas they are one, "discovered.toml".
std::vector<StanzaFile> stanza_files(const Inferred& inferred);
inline constexpr std::size_t k_one_file = 60;

// Both documents as one.
StanzaDocument join(StanzaDocument a, const StanzaDocument& b);

}  // namespace pairform
