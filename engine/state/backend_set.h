// The registry of state backends: a new one is one file and one line here. What `[state]` says about a backend is rows
// of the type table that the backend adds, so schema knows no backend's words.
#pragma once
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/state/state_backend.h"
#include "schema/declaration.h"

namespace pairform {

struct BackendContext {
  std::filesystem::path directory;                            // the project's, absolute
  std::string project;                                        // its name
  std::vector<std::pair<std::string, std::string>> settings;  // the backend's rows of [state]: canonical, with defaults
};

struct BackendEntry {
  std::string name;
  std::string doc;                       // what it is, for the reference page
  std::vector<AttributeType> (*rows)();  // what [state] has with it besides `backend`
  // Reads and writes nothing but, for a backend far away, what it takes to reach it. Throws StateError.
  StateParts (*open)(const BackendContext& context);
};

std::span<const BackendEntry> backend_entries();  // by name

// Adds "state.NAME" for each, and the names.
void extend_for_backends(TypeTable& table);

// The backend that the project's files choose. They were read without errors.
std::unique_ptr<StateBackend> open_backend(const Configuration& config);

}  // namespace pairform
