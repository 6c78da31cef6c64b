#include "tests/docs/document.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>

#include "tests/support/temporary_directory.h"
#include "tests/support/timeless.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

constexpr std::string_view k_fence = "```", k_ellipsis = "…";
constexpr char k_separator = '\036';  // between the outputs of commands

Lines split_lines(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

void trim_blank_end(Lines& lines) {
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
}

bool is_command(const DocumentStep& step) { return step.file.empty(); }

// The name in a line that is nothing but `name`: — empty if it is something else.
std::string file_name(std::string_view line) {
  if (line.size() < 4 || line.front() != '`' || !line.ends_with("`:")) return {};
  const std::string_view name = line.substr(1, line.size() - 3);
  return name.find('`') == std::string_view::npos ? std::string(name) : std::string();
}

// The steps of a console block that begins at line `at`; `at` is then its closing fence.
void read_console(const Lines& lines, std::size_t& at, std::vector<DocumentStep>& steps) {
  while (at < lines.size() && lines[at] != k_fence) {
    const std::string& line = lines[at++];
    if (!line.starts_with("$ ")) throw std::runtime_error("a console block begins with a command: " + line);
    DocumentStep step{{}, line.substr(2), {}, 0};
    for (; step.text.ends_with('\\') && at < lines.size() && lines[at].starts_with("> "); ++at)
      step.text += '\n' + lines[at].substr(2);
    step.first = at;
    while (at < lines.size() && lines[at] != k_fence && !lines[at].starts_with("$ "))
      step.expected.push_back(lines[at++]);
    steps.push_back(std::move(step));
  }
}

// `text` against a pattern in which … stands for any characters.
bool line_shows(std::string_view pattern, std::string_view text) {
  const std::size_t gap = pattern.find(k_ellipsis);
  if (gap == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, gap))) return false;
  const std::string_view rest = pattern.substr(gap + k_ellipsis.size());
  for (std::size_t from = gap; from <= text.size(); ++from)
    if (line_shows(rest, text.substr(from))) return true;
  return false;
}

bool lines_show(std::span<const std::string> pattern, std::span<const std::string> text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() != k_ellipsis)
    return !text.empty() && line_shows(pattern.front(), text.front()) &&
           lines_show(pattern.subspan(1), text.subspan(1));
  for (std::size_t from = 0; from <= text.size(); ++from)
    if (lines_show(pattern.subspan(1), text.subspan(from))) return true;
  return false;
}

// A line that tells of one step's progress: a word, then the step's number.
bool tells_progress(std::string_view line) {
  constexpr std::array<std::string_view, 6> words{"start", "accepted", "done", "FAILED", "skipped", "deferred"};
  if (!line.starts_with("  ")) return false;
  const std::string_view word = line.substr(2, line.find(' ', 2) - 2);
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Steps that do not wait for each other end in any order: lines that tell of their progress are compared as a set.
void sort_progress(Lines& lines) {
  for (auto at = lines.begin(); at != lines.end();) {
    const auto first = std::find_if(at, lines.end(), tells_progress);
    at = std::find_if_not(first, lines.end(), tells_progress);
    std::sort(first, at);
  }
}

std::string script_of(const Document& document) {
  std::string script = "exec 2>&1\nstatus=0\n";
  for (const DocumentStep& step : document.steps) {
    if (!step.file.empty())
      script += "mkdir -p \"$(dirname '" + step.file + "')\" && cat > '" + step.file + "' <<'END OF THE FILE'\n" +
                step.text + "END OF THE FILE\n";
    else script += "printf '\\036'\n(exit $status)\n" + step.text + "\nstatus=$?\n";
  }
  return script;
}

// A directory of its own for one document: the script, `pairform` in bin, and the empty one that commands start in.
class Workshop {
 public:
  explicit Workshop(const Surroundings& surroundings) {
    fs::create_directories(root_ / "bin");
    fs::create_directories(root_ / "work");
    fs::create_symlink(PAIRFORM_BINARY, root_ / "bin" / "pairform");
    for (const auto& [name, text] : surroundings.programs) {
      std::ofstream(root_ / "bin" / name) << text;
      fs::permissions(root_ / "bin" / name, fs::perms::owner_all);
    }
    for (const auto& [name, value] : surroundings.environment) environment_ += " '" + name + "=" + value + "'";
  }

  std::string run(const std::string& script) const {
    std::ofstream(root_ / "script") << script;
    const std::string root = root_.string();
    const std::string command = "cd '" + root + "/work' && env -i PATH='" + root + "/bin:/usr/bin:/bin' HOME='" + root +
                                "' LC_ALL=C TERM=dumb" + environment_ + " sh ../script < /dev/null";
    std::FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("no shell");
    std::string out;
    std::array<char, 4096> buffer{};
    for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) out.append(buffer.data(), n);
    pclose(pipe);
    return out;
  }

 private:
  TemporaryDirectory directory_{"docs"};
  const fs::path& root_ = directory_.path();
  std::string environment_;
};

std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

}  // namespace

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path.string() + " cannot be read");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Document read_document(const fs::path& path) {
  Document document{path, split_lines(read_text(path)), {}};
  const Lines& lines = document.lines;
  std::string name;  // of the file that the next block is
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (!lines[at].starts_with(k_fence)) {
      if (!lines[at].empty()) name = file_name(lines[at]);
      continue;
    }
    const bool console = lines[at] == "```console";
    ++at;
    if (console && at < lines.size() && !lines[at].starts_with("$ ./dev")) {
      read_console(lines, at, document.steps);
    } else {
      std::string text;
      for (; at < lines.size() && lines[at] != k_fence; ++at) text += lines[at] + '\n';
      if (!name.empty()) document.steps.push_back({name, std::move(text), {}, 0});
    }
    name.clear();
  }
  return document;
}

std::vector<fs::path> all_documents() {
  const fs::path root = PAIRFORM_SOURCE_DIR;
  std::vector<fs::path> found{root / "README.md", root / "CHANGELOG.md"};
  for (const auto& entry : fs::recursive_directory_iterator(root / "docs"))
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<Lines> run_document(const Document& document, const Surroundings& surroundings) {
  std::vector<Lines> printed(document.steps.size());
  const std::string out = timeless(Workshop(surroundings).run(script_of(document)));
  std::size_t start = out.find(k_separator);
  if (start != 0 && !out.empty()) throw std::runtime_error(document.path.string() + ": " + out.substr(0, start));
  for (std::size_t s = 0; s < printed.size() && start != std::string::npos; ++s) {
    if (!is_command(document.steps[s])) continue;
    const std::size_t end = out.find(k_separator, start + 1);
    printed[s] = split_lines(std::string_view(out).substr(start + 1, end == std::string::npos ? end : end - start - 1));
    start = end;
  }
  return printed;
}

bool shows(const Lines& expected, const Lines& printed) {
  Lines pattern = expected, text = printed;
  trim_blank_end(pattern);
  trim_blank_end(text);
  sort_progress(pattern);
  sort_progress(text);
  return lines_show(pattern, text);
}

std::string corrected(const Document& document, const std::vector<Lines>& printed) {
  Lines lines;
  std::size_t taken = 0;  // lines of the document
  for (std::size_t s = 0; s < document.steps.size(); ++s) {
    const DocumentStep& step = document.steps[s];
    if (!is_command(step) || shows(step.expected, printed[s])) continue;
    lines.insert(lines.end(), document.lines.begin() + static_cast<std::ptrdiff_t>(taken),
                 document.lines.begin() + static_cast<std::ptrdiff_t>(step.first));
    lines.insert(lines.end(), printed[s].begin(), printed[s].end());
    trim_blank_end(lines);
    taken = step.first + step.expected.size();
  }
  lines.insert(lines.end(), document.lines.begin() + static_cast<std::ptrdiff_t>(taken), document.lines.end());
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

bool expect_to_show_what_is_printed(const fs::path& path, const Surroundings& surroundings) {
  const Document document = read_document(path);
  if (document.steps.empty()) return false;
  const auto printed = run_document(document, surroundings);
  if (std::getenv("ACCEPT_GOLDEN") != nullptr) {
    const std::string text = corrected(document, printed);
    if (text != read_text(path)) std::ofstream(path, std::ios::binary) << text;
    return true;
  }
  for (std::size_t s = 0; s < document.steps.size(); ++s) {
    const DocumentStep& step = document.steps[s];
    if (!step.file.empty() || shows(step.expected, printed[s])) continue;
    ADD_FAILURE() << path.string() << ':' << step.first << ": $ " << step.text << "\nshown:\n"
                  << joined(step.expected) << "printed:\n"
                  << joined(printed[s]);
  }
  return true;
}

}  // namespace pairform
