// A Markdown document that shows what pairform prints, run as one shell script and held against its own words.
//
//   `name.toml`:      alone on a line, before a fenced block: the block is the content of that file
//   ```console        lines `$ command`, each followed by what it prints (both streams). A command that ends with a
//                     backslash goes on in the next line, behind "> ". A block that begins with `$ ./dev` is not run.
//   …                 alone on a line: any lines, also none; within a line: any characters
//
// The files and commands of a document are taken in order, in one shell and one fresh directory, so `cd` and `$?`
// mean what they say. Blank lines at the end of an output do not count.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pairform {

struct DocumentStep {
  std::string file;                   // to be written; empty: a command is run
  std::string text;                   // the content, or the command
  std::vector<std::string> expected;  // of a command: the lines it prints
  std::size_t first = 0;              // where these begin, index into the document's lines
};

struct Document {
  std::filesystem::path path;
  std::vector<std::string> lines;
  std::vector<DocumentStep> steps;
};

std::string read_text(const std::filesystem::path& path);
Document read_document(const std::filesystem::path& path);

// README.md, CHANGELOG.md and everything below docs, sorted.
std::vector<std::filesystem::path> all_documents();

// What the commands of a document find beside an empty directory.
struct Surroundings {
  std::map<std::string, std::string> environment{};  // variables
  std::map<std::string, std::string> programs{};     // scripts in the path, by name
};

// What each command printed, by step; empty for files.
std::vector<std::vector<std::string>> run_document(const Document& document, const Surroundings& surroundings = {});

// Is `printed` what the document shows?
bool shows(const std::vector<std::string>& expected, const std::vector<std::string>& printed);

// The document with what was printed in place of what it shows wrongly.
std::string corrected(const Document& document, const std::vector<std::vector<std::string>>& printed);

// Runs the document, and fails the test where something else is printed; with ACCEPT_GOLDEN=1 writes it into the document
// instead. False: the document shows nothing.
bool expect_to_show_what_is_printed(const std::filesystem::path& path, const Surroundings& surroundings = {});

}  // namespace pairform
