// From what a provider answers to rows of ours: each value checked, interned, and found again by its key.
// Pure but for interned texts. Cost: constant a row.
#pragma once
#include "engine/model/names.h"

namespace pairform {

// Why a row that a provider gave cannot be used: its type is unknown, or a value has not the form of its kind ("subnets
// is not a map of subnets"). Empty: it can. Behind this every value is taken to be sound.
std::string why_unusable(const CloudRow& row, const TypeTable& types);

// Why a row is not the answer to a question about the resource of this type and identity. Empty: it is.
std::string why_another(const CloudRow& row, std::string_view type, std::string_view identity);

// Turns one cloud row into an observed one and remembers it by identity. None: it cannot be used.
ObservedId add_observed(Observed& observed, const CloudRow& row, const TypeTable& types, const std::string& project,
                        StringPool& texts);

// The cells of a cloud row as they are shown: references by their names.
std::vector<Text> named_cells(const CloudRow& row, const ResourceType& type, const NetworkNames& names,
                              StringPool& texts);

// The same as they are recorded of a row that has the cells `was`: what only state knows stays, and the spelling of what
// counts without case in an identity (a machine's group "Shop", which comes back as "shop").
std::vector<Text> cells_to_record(const CloudRow& row, const ResourceType& type, TypeId id,
                                  const std::vector<Text>& was, const NetworkNames& names, StringPool& texts);

}  // namespace pairform
