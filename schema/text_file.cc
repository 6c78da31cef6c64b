#include "schema/text_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace pairform {
namespace {

std::string words(int error) { return std::generic_category().message(error); }

// Empty: it may be read.
std::string refusal(const struct stat& status, std::uintmax_t largest) {
  if (S_ISDIR(status.st_mode)) return "it is a directory";
  if (!S_ISREG(status.st_mode)) return "it is not a regular file";
  if (static_cast<std::uintmax_t>(status.st_size) > largest)
    return "it is larger than " + std::to_string(largest >> 20U) + " MiB";
  return {};
}

std::string read_all(int file, std::size_t size, std::string& text) {
  text.resize(size);
  std::size_t at = 0;
  while (at < size) {
    const ssize_t got = ::read(file, text.data() + at, size - at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return words(errno);
    if (got == 0) break;
    at += static_cast<std::size_t>(got);
  }
  text.resize(at);
  return {};
}

}  // namespace

TextFile read_text_file(const std::filesystem::path& path, std::uintmax_t largest) {
  TextFile result;
  // Not blocking: opening a pipe must not wait for somebody to write to it.
  const auto open = [&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); };
  int file = open();
  while (file < 0 && errno == EINTR) file = open();  // a signal came while a network file system looked for it
  if (file < 0) {
    result.missing = errno == ENOENT;
    // A socket cannot be opened at all.
    result.problem = errno == ENXIO ? "it is not a regular file" : words(errno);
    return result;
  }
  struct stat status {};
  if (::fstat(file, &status) != 0) result.problem = words(errno);
  else result.problem = refusal(status, largest);
  if (result.problem.empty()) result.problem = read_all(file, static_cast<std::size_t>(status.st_size), result.text);
  ::close(file);
  return result;
}

}  // namespace pairform
