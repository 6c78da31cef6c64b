#include "engine/state/file_backend.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "engine/state/file_io.h"
#include "engine/state/journal.h"
#include "engine/state/lock.h"
#include "engine/state/sha256.h"

namespace pairform {
namespace {
namespace fs = std::filesystem;

std::optional<std::string> read_bytes(const fs::path& path) {
  const std::optional<File> file = File::open_existing(path, O_RDONLY);
  if (!file) return std::nullopt;
  return file->read_all();
}

std::string version_of(const std::optional<std::string>& state) { return state ? sha256_name(*state) : ""; }

// Is `path` still the file that was opened (or still absent)? The open file keeps its inode from being used again.
bool is_still(const fs::path& path, const std::optional<File>& opened) {
  struct stat now {
  }, then{};
  if (::stat(path.c_str(), &now) != 0) return !opened;
  return opened && ::fstat(opened->fd(), &then) == 0 && now.st_dev == then.st_dev && now.st_ino == then.st_ino;
}

class FileBackend : public StateBackend {
 public:
  FileBackend(fs::path state_path, fs::path dot_directory)
      : state_path_(std::move(state_path)), dot_directory_(std::move(dot_directory)) {}

  StoredState load() override {
    constexpr int k_tries = 100;  // each lost one is an apply that ended meanwhile
    StoredState stored;
    for (int i = 0; i < k_tries; ++i) {
      const std::optional<File> file = File::open_existing(state_path_, O_RDONLY);
      stored.state = file ? std::optional(file->read_all()) : std::nullopt;
      stored.journal = read_bytes(journal_path()).value_or("");
      if (is_still(state_path_, file)) break;
    }
    stored.version = version_of(stored.state);
    return stored;
  }

  std::unique_ptr<StateLock> lock(const LockOwner& owner, std::chrono::milliseconds timeout,
                                  LockOwner& holder) override {
    make_dot_directory();
    auto held = lock_file(lock_path(), owner, timeout, holder);
    if (held != nullptr) check_place();
    return held;
  }

  std::optional<LockOwner> locked_by() override { return lock_file_owner(lock_path()); }

  void append(std::string_view journal_bytes) override {
    if (!journal_) open_journal();
    if (!tail_is_sound_) cut_torn_tail();
    tail_is_sound_ = false;  // until all of it is there: after a full disk the next append cuts the rest off
    journal_.write_all(journal_bytes);
    journal_.sync_data();
    tail_is_sound_ = true;
  }

  bool store(std::string_view state, std::string_view expected_version) override {
    const fs::path path = fs::is_symlink(state_path_) ? fs::canonical(state_path_) : state_path_;
    if (version_of(read_bytes(path)) != expected_version) return false;
    replace(path, state);
    retire_journal();
    return true;
  }

 private:
  fs::path journal_path() const { return dot_directory_ / "journal"; }
  fs::path lock_path() const { return dot_directory_ / "lock"; }

  // Trouble with the place of the state file is told before anything is done, not after.
  void check_place() const {
    std::error_code ignored;
    const auto refuse = [](int code, const char* what, const fs::path& path) {
      errno = code;
      throw_errno(what, path);
    };
    if (fs::is_symlink(state_path_, ignored) && !fs::exists(state_path_, ignored))
      refuse(ENOENT, "follow the link", state_path_);
    if (fs::is_directory(state_path_, ignored)) refuse(EISDIR, "write", state_path_);
    const fs::path path = fs::is_symlink(state_path_, ignored) ? fs::canonical(state_path_) : fs::absolute(state_path_);
    fs::create_directories(path.parent_path());
    if (::access(path.parent_path().c_str(), W_OK | X_OK) != 0) throw_errno("write in", path.parent_path());
  }

  void make_dot_directory() const {
    if (fs::create_directories(dot_directory_)) sync_directory(fs::absolute(dot_directory_).parent_path());
  }

  void open_journal() {
    make_dot_directory();
    journal_ = File::open(journal_path(), O_RDWR | O_APPEND | O_CREAT);
    sync_directory(dot_directory_);
  }

  void cut_torn_tail() const {
    const std::string bytes = read_bytes(journal_path()).value_or("");
    const std::size_t sound = journal_sound_size(bytes);
    if (sound < bytes.size()) journal_.truncate(sound);
  }

  static void replace(const fs::path& path, std::string_view bytes) {
    const fs::path directory = fs::absolute(path).parent_path();
    const fs::path fresh = directory / ("." + path.filename().string() + ".new");
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

  void retire_journal() {
    if (!journal_) {
      std::optional<File> file = File::open_existing(journal_path(), O_RDWR | O_APPEND);
      if (!file) return;
      journal_ = std::move(*file);
    }
    journal_.truncate(0);
    journal_.sync();
    tail_is_sound_ = true;
  }

  fs::path state_path_;
  fs::path dot_directory_;
  File journal_;                // open from the first append on
  bool tail_is_sound_ = false;  // the journal's last line is known to be whole
};

}  // namespace

std::unique_ptr<StateBackend> make_file_backend(std::filesystem::path state_path, std::filesystem::path dot_directory) {
  return std::make_unique<FileBackend>(std::move(state_path), std::move(dot_directory));
}

}  // namespace pairform
