#include "schema/document_reader.h"

#include <fmt/format.h>

#include <string>

#include "schema/syntax_error.h"
#include "schema/text_file.h"

namespace pairform {
namespace {

// Of what is given twice in a file: more than that end it, as another syntax error does.
constexpr std::size_t k_most_twice = 20;

// Lines stay where they are.
void blank(std::string& text, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i)
    if (text[i] != '\n' && text[i] != '\r') text[i] = ' ';
}

}  // namespace

ReadDocument read_document(const SourceFile& source, FileId id, Diagnostics& diagnostics) {
  TextFile file = read_text_file(source.path);
  if (!file.problem.empty()) {
    diagnostics.add(error(Code::FileUnreadable, {id, 1, 1}, 1,
                          fmt::format("{} cannot be read: {}", source.name, file.problem), {},
                          "make it a readable file, or leave it out of include"));
    return {};
  }
  TomlError wrong;
  ReadDocument out;
  for (std::size_t found = 0;; ++found) {
    out.whole = read_toml(file.text, id, wrong);
    if (out.whole) return out;
    std::optional<GivenTwice> twice =
        found < k_most_twice ? given_twice(file.text, id, wrong) : std::optional<GivenTwice>();
    if (!twice) break;
    diagnostics.add(std::move(twice->diagnostic));
    blank(file.text, twice->begin, twice->end);
  }
  diagnostics.add(syntax_diagnostic(file.text, id, wrong));
  file.text.resize(start_of_statement(file.text, wrong));
  out.head = read_toml(file.text, id, wrong);
  return out;
}

}  // namespace pairform
