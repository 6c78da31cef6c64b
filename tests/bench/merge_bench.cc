// The merge of recorded state at scale, against its gate: three states of a million rows, in which each branch has changed
// five hundred of its own, are read and merged in at most three times what reading them with simdjson takes. Each in a process
// of its own, files in the page cache, the best of several, taken in turn; so only the ratio counts. What the real program
// takes, which writes the result durably besides, is told and not judged: that is the disk's.
//
//   merge_bench [ROWS]      default 1000000
#include <simdjson.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "engine/state/merge.h"
#include "schema/base_types.h"
#include "schema/text_file.h"
#include "tests/bench/measure.h"
#include "tests/support/temporary_directory.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;
constexpr int k_repetitions = 5;
constexpr double k_gate = 3;
constexpr std::size_t k_changes = 500;  // of each branch

// Pairs, as a tenant with many small networks has them. `branch` 0: the base; 1 and 2: which rows it has changed.
void write_state(const fs::path& path, std::size_t rows, std::size_t branch) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << R"({"pairform_state":1,"project":"bench","provider":"simulator","scope":"simulator"})" << '\n';
  const std::size_t pairs = rows / 2, every = std::max<std::size_t>(pairs / k_changes, 1);
  for (std::size_t i = 0; i < pairs; ++i) {
    const bool changed = branch != 0 && i % every == branch;
    for (const bool forward : {true, false}) {
      const std::string home = fmt::format("network.app-{:07}", i), away = fmt::format("network.app-{:07}-dr", i);
      out << fmt::format(
          R"({{"address":"mapping.app-{0:07}.{1}",{2}"attributes":{{"name":"app-{0:07}-to-{3}","source":"{4}",)"
          R"("target":"{5}"}},"id":"{6}/app-{0:07}:{3}","type":"mapping"}})",
          i, forward ? "forward" : "reverse", changed && forward ? "\"adopted\":true," : "",
          forward ? "southeastasia" : "eastasia", forward ? home : away, forward ? away : home,
          forward ? "eastasia" : "southeastasia");
      out << '\n';
    }
  }
}

int read_with_simdjson(const std::vector<fs::path>& files) {
  std::size_t objects = 0;
  for (const fs::path& file : files) {
    simdjson::dom::parser parser;
    simdjson::dom::document_stream documents;
    if (parser.load_many(file.string()).get(documents) != simdjson::SUCCESS) return 1;
    for (auto document : documents) objects += document.is_object() ? 1 : 0;
  }
  return objects > files.size() ? 0 : 1;
}

int merge(const std::vector<fs::path>& files) {
  std::vector<std::string> texts;
  texts.reserve(files.size());
  for (const fs::path& file : files) texts.push_back(read_text_file(file, UINTMAX_MAX).text);
  StringPool pool;
  Diagnostics said;
  const StateMerge merged = merge_states({texts[0], texts[1], texts[2], "state"}, base_type_table(), pool, said);
  const std::size_t larger = texts[1].size() + texts[2].size() - texts[0].size();  // all changes make rows longer
  return merged.outcome == MergeOutcome::Merged && merged.state.size() == larger ? 0 : 1;
}

int run_program(const std::vector<fs::path>& files) {
  const fs::path ours = files[1].string() + ".merged";
  fs::copy_file(files[1], ours, fs::copy_options::overwrite_existing);
  ::execl(PAIRFORM_BINARY, PAIRFORM_BINARY, "state", "merge", files[0].c_str(), ours.c_str(), files[2].c_str(),
          nullptr);
  return 127;
}

int run(std::size_t rows) {
  const TemporaryDirectory place("merge_bench");
  std::vector<fs::path> files;
  for (const std::size_t branch : {0U, 1U, 2U}) {
    files.push_back(place.path() / std::to_string(branch));
    write_state(files.back(), rows, branch);
  }
  Measured reading, merging, program;
  for (int i = 0; i < k_repetitions; ++i) {
    take_best(reading, measure([&] { return read_with_simdjson(files); }));
    take_best(merging, measure([&] { return merge(files); }));
  }
  take_best(program, measure([&] { return run_program(files); }));
  fmt::print("{} rows, 3 times {:.0f} MB: simdjson {:.3f} s, merge {:.3f} s and {:.0f} MB, the program {:.3f} s\n",
             rows, static_cast<double>(fs::file_size(files[0])) / 1e6, reading.seconds, merging.seconds,
             merging.peak_bytes / 1e6, program.seconds);
  return gate("merge against reading with simdjson", merging.seconds / reading.seconds, k_gate) ? 0 : 1;
}

}  // namespace
}  // namespace pairform

int main(int argc, char** argv) { return pairform::run(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000000); }
