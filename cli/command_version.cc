// What this program is: its version, the commit it was built from, the versions of what it reads and writes, what it can
// work on. The JSON is a contract: docs/formats/version.md.
#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "cli/command.h"
#include "cli/commit.h"
#include "cli/render_status.h"
#include "engine/doctor/doctor.h"
#include "engine/recovery/edition.h"
#include "engine/state/backend_set.h"
#include "engine/state/format_versions.h"
#include "engine/write/plan_digest.h"
#include "engine/write/plan_file.h"
#include "providers/provider_set.h"
#include "schema/json_writer.h"

namespace pairform {
namespace {

// What goes by a number, and what goes by the text that it has in `format_version`. Events and drills carry none: what
// is promised of them are these.
constexpr std::pair<std::string_view, std::int64_t> k_numbers[] = {{"state", k_state_version},
                                                                   {"journal", k_journal_version},
                                                                   {"digest", k_digest_version},
                                                                   {"doctor", k_doctor_format}};
constexpr std::pair<std::string_view, std::string_view> k_texts[] = {{"plan", k_plan_format},
                                                                     {"validate", k_validate_format},
                                                                     {"status", k_status_format},
                                                                     {"events", "1.0"},
                                                                     {"drill", "1.0"}};

void write_providers(JsonWriter& json) {
  json.open_object();
  for (const ProviderEntry& each : provider_entries()) {
    json.key(each.name).open_object().member("default_edition", each.default_edition).key("editions").open_array();
    for (const std::string& edition : each.editions) json.text(edition);
    json.close_array().close_object();
  }
  json.close_object();
}

std::string version_json() {
  std::string out;
  JsonWriter json(out);
  json.open_object().member("version", version()).key("commit").text_or_null(commit()).key("formats").open_object();
  for (const auto& [name, number] : k_numbers) json.key(name).number(number);
  for (const auto& [name, text] : k_texts) json.member(name, text);
  json.close_object().key("providers");
  write_providers(json);
  json.key("editions").open_array();
  for (const Edition& each : all_editions()) json.text(each.name);
  json.close_array().key("backends").open_array();
  for (const BackendEntry& each : backend_entries()) json.text(each.name);
  json.close_array().close_object();
  return out;
}

}  // namespace

Exit command_version(const Options& options) {
  if (options.json) print(version_json() + '\n');
  else print(fmt::format("pairform {}\n", version()));
  return Exit::Ok;
}

}  // namespace pairform
