#include "engine/state/file_io.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace pairform {
namespace {
template <class Call>
auto retried(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

int open_retried(const std::filesystem::path& path, int flags, mode_t mode) {
  return retried([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); });
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

// The result is of no use: whoever needs the bytes to be durable has synced them, and a close is never repeated.
File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

File File::open(const std::filesystem::path& path, int flags, mode_t mode) {
  const int fd = open_retried(path, flags, mode);
  if (fd < 0) throw_errno("open", path);
  return {fd, path};
}

std::optional<File> File::open_existing(const std::filesystem::path& path, int flags) {
  const int fd = open_retried(path, flags, 0);
  if (fd < 0 && errno == ENOENT) return std::nullopt;
  if (fd < 0) throw_errno("open", path);
  return File(fd, path);
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

}  // namespace pairform
