#include "schema/syntax_error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>

#include "schema/address.h"
#include "schema/json_text.h"
#include "schema/terminal_text.h"
#include "schema/value.h"

namespace pairform {
namespace {

struct Hint {
  std::string_view words;  // found in what the parser says
  std::string_view help;
};
// The first that fits. What is wrong with a value is said by bare_value() where it can be.
constexpr std::array<Hint, 18> k_hints{{
    {"dangling comma", "remove the last comma: a table in braces ends without one"},
    {"inline table: expected key",
     "a table in braces stays on one line; for several lines give it a [table] of its own"},
    {"prohibited in comments", "remove the control character"},
    {"string: unescaped control", "write it as an escape: \\u0007"},
    {"literal string: control", "write it as an escape in double quotes: \"\\u0007\""},
    {"unknown escape sequence", "write \\\\ for a backslash, or use single quotes: 'text'"},
    {"encountered end-of-file", "close the quote, bracket or brace that is still open"},
    {"expected ']'", "close the header: [network.app]"},
    {"blank bare keys", "give the table a name: [network.app]"},
    {"expected '='", "write key = value"},
    {"expected value", "give it a value: key = value"},
    {"could not determine value type", "put text in straight quotes: region = \"eastasia\""},
    {"leading zeroes", "remove the leading zeroes, or put it in quotes if it is text"},
    {"decimal integer:", "a number is digits only; put text in quotes"},
    {"array: expected comma", "put a comma between the items and a ] after the last"},
    {"expected a comment or whitespace", "end the line here: one key or one header a line"},
    {"bare key", "keys are letters, digits, - and _"},
    {"root table: expected keys", "start the line with a key or a [table]; keys are letters, digits, - and _"},
}};

std::string hint_for(std::string_view description) {
  for (const Hint& hint : k_hints)
    if (description.find(hint.words) != std::string_view::npos) return std::string(hint.help);
  if (description.find("exceeded maximum nested") != std::string_view::npos) return "nest less deeply";
  return {};
}

// How far a text has been read, and the position there as the parser counts.
struct Cursor {
  std::size_t offset = 0;
  std::uint32_t line = 1, column = 1;
};

// The statement that an error is in.
struct Statement {
  Cursor start;              // of its key, or of its header's bracket
  Cursor header;             // of the last header before it; line 0: none
  std::vector<Cursor> open;  // of the brackets and braces it stands in
  std::string closers;       // that would close them, innermost first
  bool is_header = false;
};

// Follows a text up to a position and knows what statement is there, and inside what. It knows just as much TOML as
// that takes: strings, comments and brackets.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) now_.offset = 3;
  }

  Statement run(std::uint32_t line, std::uint32_t column) {
    begin_item();
    while (now_.offset < text_.size() && (now_.line < line || (now_.line == line && now_.column < column))) step();
    return found_;
  }

  // Of a text that begins with a statement: where that ends. A header's ends with the next header, a key's with its line,
  // an entry's of a table in braces before what stands behind it.
  std::size_t end(bool is_header, bool in_braces) {
    begin_item();
    while (now_.offset < text_.size()) {
      const char c = text_[now_.offset];
      if (in_braces && found_.open.empty() && (c == ',' || c == '}' || c == ']')) break;
      step();
      if (is_header && found_.is_header && found_.start.offset != 0) return found_.start.offset;
      if (!is_header && !in_braces && c == '\n' && found_.open.empty()) break;
    }
    return now_.offset;
  }

 private:
  void step() {
    const char c = text_[now_.offset];
    if (fresh_ && c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      fresh_ = false;
      found_.start = now_;
      found_.is_header = c == '[' && found_.open.empty();
      if (found_.is_header) pending_header_ = now_;
    }
    if (c == '"' || c == '\'') return skip_string(c);
    if (c == '#') return skip_comment();
    if (c == '\n' && found_.open.empty()) {
      advance();
      return begin_item();
    }
    if (!found_.is_header) brackets(c);
    advance();
    if (c == '{' || c == ',') fresh_ = true;
  }

  void brackets(char c) {
    if (c == '{' || c == '[') {
      found_.open.push_back(now_);
      found_.closers.insert(0, 1, c == '{' ? '}' : ']');
    } else if ((c == '}' || c == ']') && !found_.open.empty()) {
      found_.open.pop_back();
      found_.closers.erase(0, 1);
    }
  }

  void begin_item() {
    if (pending_header_.line != 0) found_.header = pending_header_;
    pending_header_.line = 0;
    fresh_ = true;
    found_.is_header = false;
    found_.start = now_;
  }

  void advance() {
    if (text_[now_.offset] == '\n') {
      ++now_.line;
      now_.column = 1;
      ++now_.offset;
      return;
    }
    now_.offset += std::max<std::size_t>(1, utf8_sequence_length(text_, now_.offset));
    ++now_.column;
  }

  void skip(std::size_t bytes) {
    const std::size_t to = std::min(text_.size(), now_.offset + bytes);
    while (now_.offset < to) advance();
  }

  void skip_comment() {
    while (now_.offset < text_.size() && text_[now_.offset] != '\n') advance();
  }

  void skip_string(char quote) {
    const std::string triple(3, quote);
    const bool is_long = text_.substr(now_.offset).starts_with(triple);
    skip(is_long ? 3 : 1);
    while (now_.offset < text_.size()) {
      const std::string_view rest = text_.substr(now_.offset);
      if (rest.front() == '\\' && quote == '"') {
        skip(2);
      } else if (is_long ? rest.starts_with(triple) : rest.front() == quote) {
        return skip(is_long ? 3 : 1);
      } else if (!is_long && rest.front() == '\n') {
        return;
      } else {
        advance();
      }
    }
  }

  std::string_view text_;
  Cursor now_;
  Cursor pending_header_{0, 0, 0};
  Statement found_{{}, {0, 0, 0}, {}, {}, false};
  bool fresh_ = true;  // nothing of the next item has been seen
};

// The header or key of a statement as text: `[network.app]`, `web`.
std::string_view subject(std::string_view text, const Statement& statement) {
  std::string_view rest = text.substr(statement.start.offset);
  const char ends = statement.is_header ? ']' : '=';
  char quote = 0;
  std::size_t length = 0;
  for (; length < rest.size() && rest[length] != '\n'; ++length) {
    const char c = rest[length];
    if (quote == '"' && c == '\\') ++length;
    else if (quote != 0) quote = c == quote ? '\0' : quote;
    else if (c == '"' || c == '\'') quote = c;
    else if (c == ends) break;
  }
  rest = rest.substr(0, std::min(length, rest.size()));
  if (statement.is_header) return text.substr(statement.start.offset, rest.size() + (rest.starts_with("[[") ? 2 : 1));
  while (rest.ends_with(' ') || rest.ends_with('\t')) rest.remove_suffix(1);
  return rest;
}

// Keys of `[a.b]` or `a.b`, outermost first, by the parser itself.
std::vector<std::string> path_of(std::string_view subject, bool is_header) {
  std::vector<std::string> path;
  TomlError ignored;
  const auto document = read_toml(is_header ? std::string(subject) : std::string(subject) + "=0", FileId(), ignored);
  if (!document) return path;
  for (const RawNode& node : document->nodes())
    if (!node.key.empty()) path.emplace_back(node.key);
  return path;
}

// The rest of a text from a place on.
std::string_view text_from(std::string_view text, std::uint32_t line, std::uint32_t column) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (; line > 1 && text.find('\n') != std::string_view::npos; --line) text.remove_prefix(text.find('\n') + 1);
  for (; column > 1 && !text.empty() && text.front() != '\n'; --column) take_glyph(text);
  return text;
}

// Is it a table with a header of its own (and not one in braces, or one that a dotted key makes)?
bool has_header(std::string_view text, const RawNode& node) {
  if (node.line == node.key_line && node.column < node.key_column) return true;
  return node.kind == RawKind::Table && text_from(text, node.line, node.column).starts_with('[');
}

// The table that a statement adds to, in a document of what stands before it.
const RawNode* container(const TomlDocument& before, const Statement& statement) {
  const Cursor* at = nullptr;
  if (!statement.open.empty()) at = &statement.open.back();
  else if (!statement.is_header && statement.header.line != 0) at = &statement.header;
  if (at == nullptr) return &before.root();
  const RawNode* found = nullptr;
  for (const RawNode& node : before.nodes())  // the last is the innermost of those that share a header
    if (node.kind == RawKind::Table && node.line == at->line && node.column == at->column && &node != &before.root())
      found = &node;
  return found;
}

// What stands already where `statement` wants to be; none if that cannot be told.
std::optional<Place> first_definition(std::string_view text, FileId file, const Statement& statement,
                                      const std::vector<std::string>& path) {
  std::string head(text.substr(0, statement.start.offset));
  if (!statement.open.empty()) {
    while (!head.empty() && std::string_view(" \t\r\n,").find(head.back()) != std::string_view::npos) head.pop_back();
    head += statement.closers;
  }
  TomlError ignored;
  const auto before = read_toml(head, file, ignored);
  if (!before) return std::nullopt;
  const RawNode* node = container(*before, statement);
  const RawNode* last = nullptr;
  for (const std::string& key : path) {
    if (node != nullptr && node->kind == RawKind::Array && !before->children(*node).empty())
      for (const RawNode& item : before->children(*node)) node = &item;
    node = node == nullptr ? nullptr : before->find(*node, key);
    if (node == nullptr) break;
    last = node;
  }
  if (last == nullptr) return std::nullopt;
  return has_header(text, *last) ? before->place(*last) : before->key_place(*last);
}

// The address of the resource, or of the defaults, whose table a statement begins or is in; "": of none.
std::string resource_of(std::string_view text, Statement statement) {
  if (!statement.is_header) {
    if (statement.header.line == 0) return {};
    statement.start = statement.header;
    statement.is_header = true;
  }
  std::vector<std::string> path = path_of(subject(text, statement), true);
  for (std::string address; !path.empty(); path.pop_back())  // [mapping.app.subnets] is of mapping.app
    if (address = fmt::format("{}", fmt::join(path, ".")); parse_address(address) || path.front() == "defaults")
      return address;
  return {};
}

std::optional<GivenTwice> twice(std::string_view text, FileId file, const TomlError& error) {
  if (error.description.find("cannot redefine existing") == std::string::npos) return std::nullopt;
  // A header's error is placed on its bracket, a key's somewhere up to its value.
  const Statement statement = Scanner(text).run(error.line, error.column + 1);
  const std::string_view words = subject(text, statement);
  const auto path = path_of(words, statement.is_header);
  const auto first = first_definition(text, file, statement, path);
  if (!first) return std::nullopt;
  const std::string what(words);
  Diagnostic diagnostic = pairform::error(
      Code::TableTwice, {file, statement.start.line, statement.start.column},
      static_cast<std::uint32_t>(count_characters(words)), what + " is given twice",
      "A table or key may be given once in a file; the first counts, and this one was not read.",
      statement.is_header ? "merge the two tables, or give one of them another key" : "keep one of the two");
  diagnostic.spans.push_back({first->at, first->length, "first given here"});
  diagnostic.address = resource_of(text, statement);
  GivenTwice out{std::move(diagnostic), statement.start.offset, 0};
  const bool in_braces = !statement.open.empty();
  out.end = out.begin + Scanner(text.substr(out.begin)).end(statement.is_header, in_braces);
  if (in_braces) out.begin = text.substr(0, out.begin).rfind(',');  // a second one has a comma before it
  return out;
}

// The place of the first byte that is no UTF-8; none if all are.
std::optional<Cursor> not_utf8(std::string_view text) {
  Cursor now;
  if (text.starts_with("\xEF\xBB\xBF")) now.offset = 3;
  while (now.offset < text.size()) {
    const std::size_t length = utf8_sequence_length(text, now.offset);
    if (length == 0) return now;
    const bool line_ends = text[now.offset] == '\n';
    now.offset += length;
    now.line += line_ends ? 1 : 0;
    now.column = line_ends ? 1 : now.column + 1;
  }
  return std::nullopt;
}

// What is said instead of the parser's words.
struct Said {
  std::string words;
  std::string help;
  std::uint32_t column;
};

// Does the parser speak of a value that is none, as in `existing = yes`, `source = network.app`, `edition = 2018-05`?
bool is_about_a_value(std::string_view words) {
  constexpr std::array<std::string_view, 8> k_words{"could not determine value type",
                                                    "boolean:",
                                                    "floating-point:",
                                                    "date:",
                                                    "time:",
                                                    "date-time:",
                                                    "decimal integer: expected",
                                                    "decimal integer: exceeded"};
  return std::any_of(k_words.begin(), k_words.end(),
                     [&](std::string_view each) { return words.find(each) != std::string_view::npos; });
}

// Curly quotes, which word processors make of straight ones.
std::string without_curly_quotes(std::string_view value) {
  std::string out(value);
  for (const std::string_view quote : {"\u201C", "\u201D", "\u2018", "\u2019"})
    for (std::size_t at = out.find(quote); at != std::string::npos; at = out.find(quote)) out.erase(at, quote.size());
  return out;
}

// "true" or "false" as people write it elsewhere; empty: it is neither.
std::string_view as_flag(std::string_view value) {
  const std::string lower = ascii_lower(value);
  if (lower == "true" || lower == "yes" || lower == "on") return "true";
  return lower == "false" || lower == "no" || lower == "off" ? "false" : "";
}

// The value at a place without quotes: what was meant by it.
std::optional<Said> bare_value(std::string_view text, const TomlError& error, std::string_view words) {
  if (!is_about_a_value(words)) return std::nullopt;
  const Statement statement = Scanner(text).run(error.line, error.column);
  if (statement.is_header) return std::nullopt;
  const std::size_t at = text.size() - text_from(text, error.line, error.column).size();
  std::size_t begin = std::min(at, text.size());
  while (begin > 0 && std::string_view("=,[{\n").find(text[begin - 1]) == std::string_view::npos) --begin;
  const std::size_t end =
      std::min(text.size(), text.find_first_of(statement.open.empty() ? "#\n" : "#\n,]}", std::max(begin, at)));
  const std::string_view written = trimmed(text.substr(begin, end - begin));
  const std::string value = without_curly_quotes(written);
  const std::size_t line_start = begin == 0 ? 0 : text.rfind('\n', begin - 1) + 1;
  std::string_view before =
      text.substr(line_start, static_cast<std::size_t>(written.data() - text.data()) - line_start);
  if (before.starts_with("\xEF\xBB\xBF")) before.remove_prefix(3);
  const auto column = static_cast<std::uint32_t>(count_characters(before) + 1);
  if (value.empty() || value.find_first_of("\"'=") != std::string::npos) return std::nullopt;
  const bool is_given = begin > 0 && text[begin - 1] == '=';
  const std::string given = is_given ? fmt::format("{} = ", subject(text, statement)) : std::string();
  if (const std::string_view flag = as_flag(value); !flag.empty())
    return Said{fmt::format("{} is not a value", value), fmt::format("write {}{}", given, flag), column};
  const std::string digits = value.substr(0, value.find_first_not_of("0123456789"));
  if (!digits.empty() && value == digits + '%')
    return Said{"a number with a percent sign", fmt::format("write {}{}", given, digits), column};
  return Said{"text without quotes", fmt::format("write {}{}", given, json_string(value)), column};
}

// A header that goes on behind a character that cannot be in a key, as [network.büro].
std::optional<Said> odd_header(std::string_view text, const TomlError& error, std::string_view words) {
  if (words.find("expected ']'") == std::string_view::npos) return std::nullopt;
  const std::string_view rest = trimmed(text_from(text, error.line, error.column));
  if (rest.empty() || rest.front() == '\n' || rest.front() == '#') return std::nullopt;
  const std::string_view line = rest.substr(0, rest.find('\n'));
  if (line.find(']') == std::string_view::npos) return std::nullopt;
  const std::string_view before = text.substr(0, static_cast<std::size_t>(rest.data() - text.data()));
  const bool blank = before.ends_with(' ') || before.ends_with('\t');  // the parser looks past it
  std::string_view left = rest;
  return Said{blank ? "a key cannot hold a blank" : fmt::format("a key cannot hold '{}'", take_glyph(left).bytes),
              "keys are letters, digits, - and _; write the cloud's name as name = \"…\"", error.column};
}

// The place of the first line end that is a carriage return alone, as old Macs wrote them; none if there is none.
std::optional<Cursor> lone_return(std::string_view text) {
  Cursor now;
  if (text.starts_with("\xEF\xBB\xBF")) now.offset = 3;
  while (now.offset < text.size()) {
    const char c = text[now.offset];
    if (c == '\r' && !text.substr(now.offset).starts_with("\r\n")) return now;
    now.offset += std::max<std::size_t>(1, utf8_sequence_length(text, now.offset));
    now.line += c == '\n' ? 1 : 0;
    now.column = c == '\n' ? 1 : now.column + 1;
  }
  return std::nullopt;
}

std::optional<Diagnostic> only_returns(std::string_view text, FileId file, const TomlError& error) {
  const auto at = lone_return(text);
  if (!at || std::pair(error.line, error.column) < std::pair(at->line, at->column)) return std::nullopt;
  return pairform::error(Code::SyntaxError, {file, at->line, at->column}, 1,
                         "not TOML: a line ends with a carriage return alone", "Nothing after this place was read.",
                         "save the file with LF or CRLF line ends in your editor");
}

}  // namespace

Diagnostic syntax_diagnostic(std::string_view text, FileId file, const TomlError& error) {
  if (const auto bad = not_utf8(text)) {
    const bool wide = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
    const auto byte = static_cast<unsigned char>(text[bad->offset]);
    return pairform::error(Code::NotUtf8, {file, bad->line, bad->column}, 1,
                           wide ? "the file is UTF-16, not UTF-8" : fmt::format("byte 0x{:02x} is not UTF-8", byte),
                           "TOML files are UTF-8; nothing in this file was read.",
                           "save the file as UTF-8 in your editor");
  }
  if (auto diagnostic = only_returns(text, file, error)) return std::move(*diagnostic);
  if (auto found = twice(text, file, error)) return std::move(found->diagnostic);
  std::string_view words = error.description;
  constexpr std::string_view k_opening = "Error while parsing ";
  if (words.starts_with(k_opening)) words.remove_prefix(k_opening.size());
  std::string help = hint_for(words);
  std::optional<Said> said = bare_value(text, error, words);
  if (!said) said = odd_header(text, error, words);
  if (said)
    return pairform::error(Code::SyntaxError, {file, error.line, said->column}, 1, "not TOML: " + said->words,
                           "Nothing after this place was read.", said->help);
  const std::string_view rest = text_from(text, error.line, error.column);
  if (words.find("string: ") != std::string_view::npos && (rest.starts_with('\n') || rest.starts_with("\r\n"))) {
    words = "a quote is not closed";
    help = "close the quote on the same line";
  }
  return pairform::error(Code::SyntaxError, {file, error.line, error.column}, 1, "not TOML: " + std::string(words),
                         "Nothing after this place was read.", std::move(help));
}

std::optional<GivenTwice> given_twice(std::string_view text, FileId file, const TomlError& error) {
  if (not_utf8(text) || only_returns(text, file, error)) return std::nullopt;
  return twice(text, file, error);
}

std::size_t start_of_statement(std::string_view text, const TomlError& error) {
  return Scanner(text).run(error.line, error.column).start.offset;
}

}  // namespace pairform
