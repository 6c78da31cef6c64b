// A state file of any bytes. What is accepted is written in one form, which is read again as the same.
#include "cli/command.h"
#include "engine/state/file_backend.h"
#include "engine/state/state_file.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pairform;
  static const TypeTable types = new_run().project.types;
  static const StateWords words = file_words("/p/pairform.state.jsonl", "/p/.pairform");
  const auto read = [&](std::string_view bytes, std::string& again) {
    StringPool pool;
    RecordedState state;
    Diagnostics diagnostics;
    const bool good = parse_state(bytes, types, words, FileId(), pool, state, diagnostics);
    fuzz::promise(good || diagnostics.has_errors(), "a state that is refused is refused with an error");
    if (good) again = serialize_state(state, pool, types);
    return good;
  };
  std::string once, twice;
  if (!read(fuzz::text_of(data, size), once)) return 0;
  fuzz::promise(read(once, twice), "what is written is accepted");
  fuzz::promise(once == twice, "what is written is read as the same");
  return 0;
}
