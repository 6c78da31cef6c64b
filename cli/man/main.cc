// A program of the build: writes what is installed beside pairform into a directory, the man pages, by shell the completion,
// and what `pairform schema` prints. Nobody runs it by hand.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "cli/command.h"
#include "cli/complete.h"
#include "cli/man/pages.h"
#include "cli/schema_file.h"

namespace {

bool write(const std::filesystem::path& file, std::string_view text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) std::fprintf(stderr, "%s cannot be written\n", file.c_str());
  return !out.fail();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 1;
  const std::filesystem::path directory = argv[1];
  std::filesystem::create_directories(directory);
  bool sound = true;
  for (const pairform::ManPage& page : pairform::man_pages()) sound &= write(directory / page.file, page.text);
  for (const char* shell : {"bash", "zsh", "fish"})
    sound &= write(directory / (std::string("completion.") + shell), pairform::completion_shim(shell));
  sound &= write(directory / "schema.json", pairform::json_schema(pairform::new_run().project.types) + '\n');
  return sound ? 0 : 1;
}
