// The few file operations whose failure must never be overlooked: whole writes, syncs of files and directories.
// Every failure is a std::system_error that names what was tried and the path. Interrupted calls are repeated,
// short writes continued; nothing opened here is inherited by a program that is started (O_CLOEXEC). A pipe, a device
// or a socket in the place of a file is a failure ("it is not a regular file"), never waited for; with O_NOFOLLOW a
// symbolic link is one, too.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace pairform {

// An open file, closed with it.
class File {
 public:
  File() = default;
  // Takes a descriptor that is open already, whatever it is open on; `path` is only its name in messages.
  File(int fd, std::filesystem::path path) : fd_(fd), path_(std::move(path)) {}
  File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}
  File& operator=(File&& other) noexcept;
  ~File();

  // `flags` as for open(2). What is there already must be a regular file or a directory.
  static File open(const std::filesystem::path& path, int flags, mode_t mode = 0666);
  // None if there is no such file.
  static std::optional<File> open_existing(const std::filesystem::path& path, int flags);

  explicit operator bool() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  const std::filesystem::path& path() const { return path_; }

  std::string read_all() const;  // from where it stands to the end
  void write_all(std::string_view bytes) const;
  void truncate(std::size_t size) const;
  void sync() const;       // fsync: bytes and everything about the file
  void sync_data() const;  // fdatasync: bytes and size

 private:
  int fd_ = -1;
  std::filesystem::path path_;
};

// Throws std::system_error for errno: "cannot <doing> <path>: <why>".
[[noreturn]] void throw_errno(std::string_view doing, const std::filesystem::path& path);

// Throws where `path` is not inside `directory` once every link on the way is followed; `directory` is there, `path` need
// not be. A link to nothing leads where its target would be made.
void require_inside(const std::filesystem::path& directory, const std::filesystem::path& path);

// Makes names made, renamed or removed in a directory durable.
void sync_directory(const std::filesystem::path& directory);

// Makes the directory, durably, where there is none.
void make_directory(const std::filesystem::path& directory);

// Is `path` still the file that was opened? False if it was removed or replaced.
bool is_still(const std::filesystem::path& path, const File& opened);

// Replaces or makes the file `path`: `.<name>.new` beside it with the mode of the old file, fsync, rename, fsync of the
// directory. After a crash it holds the old bytes or the new ones, whole. A leftover `.<name>.new` is removed first.
// `path` is no symbolic link: that would be replaced by a file.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

}  // namespace pairform
