#include "engine/state/file_io.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

namespace pairform {
namespace {
template <class Call>
auto retried(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

// O_NONBLOCK: opening a pipe must not wait for a process at its other end. O_NOCTTY: a terminal that is opened must not
// become the one that controls this process.
int open_retried(const std::filesystem::path& path, int flags, mode_t mode) {
  return retried([&] { return ::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode); });
}

enum class Refused : int { NotAFile = 1, ALink, Outside };

class NotAFile : public std::error_category {
 public:
  const char* name() const noexcept override { return "file"; }
  std::string message(int why) const override {
    switch (static_cast<Refused>(why)) {
      case Refused::NotAFile: break;
      case Refused::ALink: return "it is a symbolic link";
      case Refused::Outside: return "it leaves the project through a link";
    }
    return "it is not a regular file";
  }
};

[[noreturn]] void refuse(const std::filesystem::path& path, Refused why = Refused::NotAFile) {
  static const NotAFile category;
  throw std::system_error(static_cast<int>(why), category, "cannot open " + path.string());
}

// ENXIO: a socket cannot be opened, nor for writing alone a pipe that nobody reads.
[[noreturn]] void cannot_open(const std::filesystem::path& path, int flags) {
  if (errno == ENXIO) refuse(path);
  if (errno == ELOOP && (flags & O_NOFOLLOW) != 0) refuse(path, Refused::ALink);
  throw_errno("open", path);
}

// Reading a pipe or /dev/zero would wait for ever or fill the memory.
void refuse_special_file(int fd, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw_errno("open", path);
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) refuse(path);
}
}  // namespace

void throw_errno(std::string_view doing, const std::filesystem::path& path) {
  const int error = errno;
  throw std::system_error(error, std::generic_category(), "cannot " + std::string(doing) + " " + path.string());
}

File& File::operator=(File&& other) noexcept {
  std::swap(fd_, other.fd_);
  path_.swap(other.path_);
  return *this;
}

// An error of close is ignored: bytes that must be durable were synced before, and a close must not be repeated.
File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

File File::open(const std::filesystem::path& path, int flags, mode_t mode) {
  const int fd = open_retried(path, flags, mode);
  if (fd < 0) cannot_open(path, flags);
  File file(fd, path);
  refuse_special_file(fd, path);
  return file;
}

void require_inside(const std::filesystem::path& directory, const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  std::error_code failed;
  // weakly_canonical does not follow a link to nothing.
  fs::path end = path;
  for (int links = 0; links < 40 && fs::is_symlink(end, failed) && !fs::exists(end, failed); ++links)
    end = end.parent_path() / fs::read_symlink(end, failed);
  const fs::path whole = fs::weakly_canonical(directory, failed);
  if (failed) return;  // it cannot be opened either, and that says why
  const fs::path real = fs::weakly_canonical(end, failed);
  if (failed) return;
  const fs::path inside = real.lexically_relative(whole);
  if (inside.empty() || *inside.begin() == "..") refuse(path, Refused::Outside);
}

std::optional<File> File::open_existing(const std::filesystem::path& path, int flags) {
  const int fd = open_retried(path, flags, 0);
  if (fd < 0 && errno == ENOENT) return std::nullopt;
  if (fd < 0) cannot_open(path, flags);
  File file(fd, path);
  refuse_special_file(fd, path);
  return file;
}

std::string File::read_all() const {
  struct stat status {};
  if (::fstat(fd_, &status) != 0) throw_errno("read", path_);
  // One byte more than there is, so that the end is found without growing.
  std::string bytes(static_cast<std::size_t>(status.st_size) + 1, '\0');
  std::size_t size = 0;
  while (true) {
    const ssize_t got = retried([&] { return ::read(fd_, bytes.data() + size, bytes.size() - size); });
    if (got < 0) throw_errno("read", path_);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size == bytes.size()) bytes.resize(2 * size);
  }
  bytes.resize(size);
  return bytes;
}

void File::write_all(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t done = retried([&] { return ::write(fd_, bytes.data(), bytes.size()); });
    if (done < 0) throw_errno("write", path_);
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
}

void File::truncate(std::size_t size) const {
  if (retried([&] { return ::ftruncate(fd_, static_cast<off_t>(size)); }) != 0) throw_errno("truncate", path_);
}

void File::sync() const {
  if (retried([&] { return ::fsync(fd_); }) != 0) throw_errno("sync", path_);
}

void File::sync_data() const {
  if (retried([&] { return ::fdatasync(fd_); }) != 0) throw_errno("sync", path_);
}

void sync_directory(const std::filesystem::path& directory) {
  const File file = File::open(directory, O_RDONLY | O_DIRECTORY);
  // EINVAL: a file system that cannot sync directories has nothing to sync.
  if (retried([&] { return ::fsync(file.fd()); }) != 0 && errno != EINVAL) throw_errno("sync", directory);
}

void make_directory(const std::filesystem::path& directory) {
  if (std::filesystem::create_directories(directory))
    sync_directory(std::filesystem::absolute(directory).parent_path());
}

bool is_still(const std::filesystem::path& path, const File& opened) {
  struct stat now {
  }, then{};
  return ::stat(path.c_str(), &now) == 0 && ::fstat(opened.fd(), &then) == 0 && now.st_dev == then.st_dev &&
         now.st_ino == then.st_ino;
}

void write_file_atomically(const std::filesystem::path& path, std::string_view bytes) {
  const std::filesystem::path directory = std::filesystem::absolute(path).parent_path();
  const std::filesystem::path fresh = directory / ("." + path.filename().string() + ".new");
  // Not O_TRUNC: whatever stands there (a link, somebody's file) is not written into.
  if (::unlink(fresh.c_str()) != 0 && errno != ENOENT) throw_errno("remove", fresh);
  try {
    const File file = File::open(fresh, O_WRONLY | O_CREAT | O_EXCL);
    struct stat old {};
    if (::stat(path.c_str(), &old) == 0 && ::fchmod(file.fd(), old.st_mode & 07777U) != 0)
      throw_errno("set the mode of", fresh);
    file.write_all(bytes);
    file.sync();
    if (std::rename(fresh.c_str(), path.c_str()) != 0) throw_errno("replace", path);
  } catch (...) {
    ::unlink(fresh.c_str());
    throw;
  }
  sync_directory(directory);
}

}  // namespace pairform
