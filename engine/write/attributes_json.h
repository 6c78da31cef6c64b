// The attributes of a row as a JSON object, keys by bytes, every column there: absent is null, `existing` false, maps
// {}. As shown it lacks what is only remembered in state (Mutability::Remembered). As digested it has that where it is
// given, and so what came later (AttributeType::came_later): plans that do not give it keep their digest.
#pragma once
#include <span>

#include "schema/json_writer.h"
#include "schema/resource_type.h"
#include "schema/string_pool.h"

namespace pairform {

enum class Columns { Shown, Digested };
void write_attributes(JsonWriter& json, const ResourceType& type, std::span<const Text> cells, const StringPool& texts,
                      Columns columns = Columns::Shown);
// One value; none is null (or what the kind has for absent).
void write_value(JsonWriter& json, Kind kind, Text value, const StringPool& texts);
// A text or null.
void write_text(JsonWriter& json, Text value, const StringPool& texts);

}  // namespace pairform
