// Three states, one behind the other with a line "%%" between them, merged. Of states that are accepted comes one that is, or
// one with conflict markers; nothing that is damaged is merged into something else.
#include "engine/state/merge.h"

#include <array>

#include "cli/command.h"
#include "engine/state/file_backend.h"
#include "engine/state/state_file.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pairform;
  static const TypeTable types = new_run().project.types;
  static const StateWords words = file_words("/p/pairform.state.jsonl", "/p/.pairform");
  constexpr std::string_view k_between = "%%\n";
  std::array<std::string_view, 3> parts;
  std::string_view rest = fuzz::text_of(data, size);
  for (std::string_view& part : parts) {
    const std::size_t end = rest.find(k_between);
    part = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + k_between.size());
  }
  const auto is_accepted = [&](std::string_view bytes) {
    StringPool pool;
    RecordedState state;
    Diagnostics diagnostics;
    return parse_state(bytes, types, words, FileId(), pool, state, diagnostics);
  };
  StringPool pool;
  Diagnostics said;
  const StateMerge merged = merge_states({parts[0], parts[1], parts[2], "s"}, types, pool, said);
  fuzz::promise(said.has_errors() == (merged.outcome != MergeOutcome::Merged), "what is not merged has an error");
  fuzz::promise(merged.state.empty() == (merged.outcome == MergeOutcome::Unreadable), "there is a state, or none");
  if (!is_accepted(parts[1]) || !is_accepted(parts[2])) return 0;
  if (merged.outcome != MergeOutcome::Unreadable)
    fuzz::promise(is_accepted(merged.state) == (merged.outcome == MergeOutcome::Merged),
                  "what is merged is accepted, what has conflicts is not");
  return 0;
}
