// A journal of any bytes; what is sound of it is read without damage, and is folded into a state that can be written.
#include "engine/state/journal.h"

#include "cli/command.h"
#include "engine/state/file_backend.h"
#include "engine/state/state_file.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pairform;
  static const TypeTable types = new_run().project.types;
  static const StateWords words = file_words("/p/pairform.state.jsonl", "/p/.pairform");
  const std::string_view bytes = fuzz::text_of(data, size);
  fuzz::promise(journal_sound_size(bytes) <= bytes.size(), "what is sound is a part of it");
  StringPool pool;
  Journal journal;
  Diagnostics diagnostics;
  if (!parse_journal(bytes, types, words, pool, journal, diagnostics)) {
    fuzz::promise(diagnostics.has_errors(), "a journal that is refused is refused with an error");
    return 0;
  }
  RecordedState state;
  state.project = journal.head.project;
  state.provider = journal.head.provider;
  state.scope = journal.head.scope;
  const RecordedState folded = replay(state, journal.head.state, journal, words, pool, types, diagnostics);
  const std::string written = serialize_state(folded, pool, types);
  fuzz::promise(!written.empty(), "a state has its header");
  return 0;
}
