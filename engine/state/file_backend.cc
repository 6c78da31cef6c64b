#include "engine/state/file_backend.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "engine/state/file_io.h"
#include "engine/state/journal.h"
#include "engine/state/lock.h"
#include "schema/check.h"
#include "schema/sha256.h"

namespace pairform {
namespace {
namespace fs = std::filesystem;

StateErrorKind kind_of(const std::error_code& code) {
  if (code == std::errc::permission_denied || code == std::errc::operation_not_permitted ||
      code == std::errc::read_only_file_system)
    return StateErrorKind::Denied;
  if (code == std::errc::no_space_on_device || code == std::errc::file_too_large ||
      code == std::error_code(EDQUOT, std::generic_category()))
    return StateErrorKind::NoSpace;
  if (code == std::errc::resource_unavailable_try_again || code == std::errc::timed_out)
    return StateErrorKind::TryAgain;
  return StateErrorKind::Other;
}

// Runs `call`; what the system could not do becomes a StateError.
template <class Call>
auto with_kind(Call call) {
  try {
    return call();
  } catch (const std::system_error& failed) {
    throw StateError(kind_of(failed.code()), failed.what());
  }
}

std::optional<std::string> read_bytes(const fs::path& path, int flags = 0) {
  const std::optional<File> file = File::open_existing(path, O_RDONLY | flags);
  if (!file) return std::nullopt;
  return file->read_all();
}

std::string version_of(const std::optional<std::string>& state) { return state ? sha256_name(*state) : ""; }

// Of a file in `.pairform`.
void require_in_project(const fs::path& file) { require_inside(file.parent_path().parent_path(), file.parent_path()); }

class FileStore : public StateStore {
 public:
  FileStore(fs::path path, fs::path project) : path_(std::move(path)), project_(std::move(project)) {}

  void check() override {
    with_kind([&] { check_place(); });
  }

  void load(StoredState& stored) override {
    with_kind([&] {
      require_inside(project_, path_);
      loaded_ = File::open_existing(path_, O_RDONLY);
      stored.state = loaded_ ? std::optional(loaded_->read_all()) : std::nullopt;
      stored.version = version_of(stored.state);
    });
  }

  // The open file keeps its inode from being used again.
  bool changed_since_load() override {
    std::error_code ignored;
    return loaded_ ? !is_still(path_, *loaded_) : fs::exists(path_, ignored);
  }

  StoreAnswer store(std::string_view state, std::string_view expected_version) override {
    return with_kind([&] {
      require_inside(project_, path_);
      const fs::path path = fs::is_symlink(path_) ? fs::canonical(path_) : path_;
      if (version_of(read_bytes(path)) != expected_version) return StoreAnswer::Moved;
      write_file_atomically(path, state);
      return StoreAnswer::Durable;
    });
  }

 private:
  void check_place() const {
    require_inside(project_, path_);
    std::error_code ignored;
    const auto refuse = [](int code, const char* what, const fs::path& path) {
      errno = code;
      throw_errno(what, path);
    };
    if (fs::is_symlink(path_, ignored) && !fs::exists(path_, ignored)) refuse(ENOENT, "follow the link", path_);
    if (fs::is_directory(path_, ignored)) refuse(EISDIR, "write", path_);
    const fs::path path = fs::is_symlink(path_, ignored) ? fs::canonical(path_) : fs::absolute(path_);
    fs::create_directories(path.parent_path());
    if (::access(path.parent_path().c_str(), W_OK | X_OK) != 0) throw_errno("write in", path.parent_path());
  }

  fs::path path_;
  fs::path project_;            // its directory: state is inside it
  std::optional<File> loaded_;  // as it was at the last load; none: there was none
};

class FileJournal : public StateJournal {
 public:
  explicit FileJournal(fs::path path) : path_(std::move(path)) {}

  std::string load() override {
    return with_kind([&] {
      require_in_project(path_);
      return read_bytes(path_, O_NOFOLLOW).value_or("");
    });
  }

  AppendAnswer append(std::string_view bytes) override {
    return with_kind([&] {
      if (!file_) open();
      if (!tail_is_sound_) cut_torn_tail();
      tail_is_sound_ = false;  // until all of it is there: after a full disk the next append cuts the rest off
      file_.write_all(bytes);
      file_.sync_data();
      tail_is_sound_ = true;
      return AppendAnswer::Durable;
    });
  }

  void retire() override {
    with_kind([&] {
      if (!file_) {
        require_in_project(path_);
        std::optional<File> file = File::open_existing(path_, O_RDWR | O_APPEND | O_NOFOLLOW);
        if (!file) return;
        file_ = std::move(*file);
      }
      file_.truncate(0);
      file_.sync();
      tail_is_sound_ = true;
    });
  }

 private:
  void open() {
    require_in_project(path_);
    make_directory(path_.parent_path());
    file_ = File::open(path_, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW);
    sync_directory(path_.parent_path());
  }

  void cut_torn_tail() const {
    const std::string bytes = read_bytes(path_, O_NOFOLLOW).value_or("");
    const std::size_t sound = journal_sound_size(bytes);
    if (sound < bytes.size()) file_.truncate(sound);
  }

  fs::path path_;
  File file_;                   // open from the first append on
  bool tail_is_sound_ = false;  // its last line is known to be whole
};

class FileLocker : public StateLocker {
 public:
  explicit FileLocker(fs::path path) : path_(std::move(path)) {}

  std::unique_ptr<StateLock> lock(const LockOwner& owner, std::chrono::milliseconds timeout,
                                  LockOwner& holder) override {
    return with_kind([&] {
      require_in_project(path_);
      make_directory(path_.parent_path());
      return lock_file(path_, owner, timeout, holder);
    });
  }

  std::optional<LockOwner> locked_by() override {
    return with_kind([&] {
      require_in_project(path_);
      return lock_file_owner(path_);
    });
  }

 private:
  fs::path path_;
};

}  // namespace

// Names are those that somebody in the project directory, which holds `.pairform`, would type.
StateWords file_words(const fs::path& state_path, const fs::path& dot_directory) {
  const std::string name = state_path.lexically_relative(dot_directory.parent_path()).generic_string();
  return {.noun = "file",
          .state = name,
          .journal = ".pairform/journal",
          .lock_gone = ".pairform/lock was deleted or replaced",
          .lock_ends = "the lock dies with the process that holds it",
          .restore = "Take the file from version control again, or delete it",
          .older = "take an older state file from version control",
          .one_side = "Merge again with pairform's driver (`git checkout --merge -- " + name +
                      "`; `pairform doctor` says whether it is set up), or take one side (`git checkout --ours -- " +
                      name + "`, or --theirs)",
          .of_its_own = "Give this project a state file of its own ([state] path), or delete the file",
          .drop_journal = "Delete the file",
          .look_at = "look at the disk, the path and its permissions",
          .file = state_path};
}

StateParts file_parts(const fs::path& state_path, const fs::path& dot_directory) {
  return {std::make_unique<FileStore>(state_path, dot_directory.parent_path()),
          std::make_unique<FileJournal>(dot_directory / "journal"),
          std::make_unique<FileLocker>(dot_directory / "lock"), file_words(state_path, dot_directory)};
}

std::vector<AttributeType> file_backend_rows() {
  return {{.name = "path",
           .where = Where::Stanza,
           .default_value = "pairform.state.jsonl",
           .doc = "The state file, inside the project directory.",
           .own_file = true}};
}

StateParts open_file_backend(const BackendContext& context) {
  fs::path path;
  for (const auto& [name, value] : context.settings)
    if (name == "path") path = context.directory / fs::path(value).lexically_normal();
  PAIRFORM_CHECK(!path.empty());
  return file_parts(path, context.directory / ".pairform");
}

}  // namespace pairform
