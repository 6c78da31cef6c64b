// Answers recorded from the live service (tests/azure_emulator/recordings, tests/providers/azure_recordings).
#pragma once
#include <simdjson.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace pairform::azure {

class Recording {
 public:
  explicit Recording(const std::string& name) {
    const auto tests = std::filesystem::path(PAIRFORM_SOURCE_DIR) / "tests";
    auto file = tests / "azure_emulator/recordings" / (name + ".json");
    if (!exists(file)) file = tests / "providers/azure_recordings" / (name + ".json");
    if (parser_.load(file.string()).get(root_) != simdjson::SUCCESS) throw std::runtime_error("no recording " + name);
  }
  // As long as this recording lives.
  simdjson::dom::element body() const { return root_["answer"]["body"]; }

 private:
  simdjson::dom::parser parser_;
  simdjson::dom::element root_;
};

}  // namespace pairform::azure
