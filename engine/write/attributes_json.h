// The attributes of a row as a JSON object, keys by bytes, every column there: absent is null, `existing` false, maps
// {}. What is only remembered in state (Mutability::Remembered) is left out, or is there where it has a value.
#pragma once
#include <span>

#include "schema/json_writer.h"
#include "schema/resource_type.h"
#include "schema/string_pool.h"

namespace pairform {

enum class RememberedColumns { LeftOut, WhereGiven };
void write_attributes(JsonWriter& json, const ResourceType& type, std::span<const Text> cells, const StringPool& texts,
                      RememberedColumns remembered = RememberedColumns::LeftOut);
// One value; none is null (or what the kind has for absent).
void write_value(JsonWriter& json, Kind kind, Text value, const StringPool& texts);
// A text or null.
void write_text(JsonWriter& json, Text value, const StringPool& texts);

}  // namespace pairform
