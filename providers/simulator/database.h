// SQLite behind four small types: the only user of sqlite3.h. A Database is one connection with a cache of
// prepared statements; a Statement borrows one of them and hands it back reset; a Transaction rolls back
// unless committed. WAL with synchronous=OFF: a commit is in the kernel's hands when it returns, so a killed
// process loses nothing. Only a machine that goes down may take the file along, and it is a rehearsal; a sync
// costs a command 1 ms to 50 ms. Writers wait for each other as long as the Patience says. Threads: a Database
// belongs to one thread at a time. What fails is DatabaseError, an exception: the machine's.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace pairform::simulator {

// How long a writer waits for the lock that another connection holds.
struct Patience {
  // Writers of one process follow each other within moments: a request that is under way when the run is stopped waits
  // for those, because what was begun is finished. Whoever holds the lock for longer is somebody else.
  static constexpr std::chrono::seconds k_once_stopped{2};
  std::chrono::steady_clock::time_point until;
  std::stop_token stop{};  // requested: it waits no longer than k_once_stopped in all
  std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();
  bool is_over() const {
    const auto now = std::chrono::steady_clock::now();
    return now >= until || (stop.stop_requested() && now >= since + k_once_stopped);
  }
};
inline constexpr std::chrono::seconds k_patience{60};  // of who says nothing else
inline Patience patience_of(std::chrono::steady_clock::duration wait) {
  return {.until = std::chrono::steady_clock::now() + wait};
}

struct DatabaseError : std::runtime_error {
  DatabaseError(const std::string& what, bool is_busy) : std::runtime_error(what), busy(is_busy) {}
  bool busy;  // somebody else held the lock for longer than anybody should; trying again may help
};

// One use of a prepared statement. Columns count from 0. Texts are views until the next `step`.
class Statement {
 public:
  Statement(sqlite3* connection, sqlite3_stmt* statement) : connection_(connection), statement_(statement) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  Statement& bind(std::string_view text);  // the next parameter
  Statement& bind(std::int64_t number);
  bool step();  // is there a row?
  void run() { step(); }
  std::string_view text(int column) const;
  std::int64_t integer(int column) const;

 private:
  sqlite3* connection_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

class Database {
 public:
  // Opens or makes the file; its directory must exist.
  explicit Database(const std::filesystem::path& path, Patience patience = patience_of(k_patience));
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  void set_patience(Patience patience) { patience_ = std::move(patience); }
  void execute(const char* sql);
  // `sql` must be a literal: the cache knows it by its address. One use of a literal at a time.
  Statement prepare(const char* sql);
  std::int64_t changes() const;  // rows touched by the last write
  std::int64_t last_insert_id() const;

 private:
  static int wait_for_others(void* database, int waited);
  void switch_to_wal();

  sqlite3* connection_ = nullptr;
  Patience patience_;
  std::map<const char*, sqlite3_stmt*> statements_;
};

enum class TransactionKind { Read, Write };

class Transaction {
 public:
  Transaction(Database& database, TransactionKind kind);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace pairform::simulator
