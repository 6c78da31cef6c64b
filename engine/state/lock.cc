#include "engine/state/lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <random>
#include <thread>

#include "engine/state/file_io.h"
#include "engine/state/utc_time.h"
#include "schema/json_writer.h"

namespace pairform {
namespace {
constexpr std::chrono::milliseconds k_poll_interval{20};

struct flock whole_file() {
  struct flock range {};  // l_len 0: to the end; l_pid 0, as open file description locks demand
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  return range;
}

// False: somebody else has it.
bool try_lock(const File& file) {
  struct flock range = whole_file();
  while (::fcntl(file.fd(), F_OFD_SETLK, &range) != 0) {
    if (errno == EAGAIN || errno == EACCES) return false;
    if (errno != EINTR) throw_errno("lock", file.path());
  }
  return true;
}

std::string encode(const LockOwner& owner) {
  std::string out;
  JsonWriter json(out);
  json.open_object().member("id", owner.id).member("operation", owner.operation).key("process").number(owner.process);
  json.member("since", owner.since).member("who", owner.who).close_object();
  return out + '\n';
}

// Fields that cannot be read stay empty.
LockOwner decode(std::string_view bytes) {
  LockOwner owner;
  simdjson::dom::parser parser;
  simdjson::dom::element line;
  if (parser.parse(std::string(bytes.substr(0, bytes.find('\n')))).get(line) != simdjson::SUCCESS) return owner;
  const auto text = [&](std::string_view key) {
    std::string_view value;
    return line[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
  };
  owner.id = text("id");
  owner.who = text("who");
  owner.operation = text("operation");
  owner.since = text("since");
  std::int64_t process = 0;
  if (line["process"].get(process) == simdjson::SUCCESS) owner.process = static_cast<long>(process);
  return owner;
}

LockOwner read_owner(const std::filesystem::path& path) {
  const std::optional<File> file = File::open_existing(path, O_RDONLY | O_NOFOLLOW);
  return file ? decode(file->read_all()) : LockOwner();
}

class FileLock : public StateLock {
 public:
  FileLock(File file, const LockOwner& owner) : file_(std::move(file)) {
    file_.truncate(0);
    file_.write_all(encode(owner));
  }
  // Closing lets go.
  ~FileLock() override {
    if (::ftruncate(file_.fd(), 0) != 0) return;  // a stale name in a free lock misleads nobody
  }
  bool held() override {
    held_ = held_ && is_still(file_.path(), file_);
    return held_;
  }

 private:
  File file_;
  bool held_ = true;  // as far as known
};

std::string random_id() {
  std::random_device random;
  std::string id;
  for (int word = 0; word < 4; ++word) id += fmt::format("{:08x}", random());
  return id;
}

std::string user_name() {
  std::array<char, 4096> buffer{};
  struct passwd entry {};
  struct passwd* found = nullptr;
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return found->pw_name;
  return std::to_string(::geteuid());
}

}  // namespace

LockOwner this_process(std::string operation) {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host = {};
  std::string since = utc_text(std::chrono::system_clock::now(), TimeDigits::Seconds);
  return {user_name() + "@" + host.data(), std::move(operation), std::move(since), static_cast<long>(::getpid()),
          random_id()};
}

std::unique_ptr<StateLock> lock_file(const std::filesystem::path& path, const LockOwner& owner,
                                     std::chrono::milliseconds timeout, LockOwner& holder) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (true) {
    // Opened anew each time: who deletes the file leaves waiters with one that nobody else will ever lock.
    File file = File::open(path, O_RDWR | O_CREAT | O_NOFOLLOW);
    if (try_lock(file)) {
      if (is_still(path, file)) return std::make_unique<FileLock>(std::move(file), owner);
      continue;
    }
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) {
      holder = read_owner(path);
      return nullptr;
    }
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(k_poll_interval, deadline - now));
  }
}

std::optional<LockOwner> lock_file_owner(const std::filesystem::path& path) {
  const std::optional<File> file = File::open_existing(path, O_RDONLY | O_NOFOLLOW);
  if (!file) return std::nullopt;
  struct flock range = whole_file();
  if (::fcntl(file->fd(), F_OFD_GETLK, &range) != 0) throw_errno("ask for the lock", path);
  if (range.l_type == F_UNLCK) return std::nullopt;
  return decode(file->read_all());
}

}  // namespace pairform
