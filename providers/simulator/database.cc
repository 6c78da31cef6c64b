#include "providers/simulator/database.h"

#include <sqlite3.h>

#include <algorithm>
#include <thread>

namespace pairform::simulator {
namespace {

[[noreturn]] void fail(sqlite3* connection, int code) {
  const int primary = code & 0xFF;
  throw DatabaseError(connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code),
                      primary == SQLITE_BUSY || primary == SQLITE_LOCKED);
}

void check(sqlite3* connection, int code) {
  if (code != SQLITE_OK) fail(connection, code);
}

}  // namespace

// Called by SQLite where another connection has the lock, with how often it was called for this wait. 0: give up.
int Database::wait_for_others(void* database, int waited) {
  using namespace std::chrono_literals;
  if (static_cast<const Database*>(database)->patience_.is_over()) return 0;
  std::this_thread::sleep_for(std::min(1ms * (1 << std::min(waited, 6)), 50ms));
  return 1;
}

// Two processes that switch a new file to WAL at once: one is told "busy" without being made to wait.
void Database::switch_to_wal() {
  using namespace std::chrono_literals;
  for (;;) {
    const int code = sqlite3_exec(connection_, "PRAGMA journal_mode=WAL", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return;
    if ((code & 0xFF) != SQLITE_BUSY || patience_.is_over()) fail(connection_, code);
    std::this_thread::sleep_for(5ms);
  }
}

Statement::~Statement() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Statement& Statement::bind(std::string_view text) {
  check(connection_, sqlite3_bind_text(statement_, ++bound_, text.empty() ? "" : text.data(),
                                       static_cast<int>(text.size()), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind(std::int64_t number) {
  check(connection_, sqlite3_bind_int64(statement_, ++bound_, number));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code != SQLITE_ROW && code != SQLITE_DONE) fail(connection_, code);
  return code == SQLITE_ROW;
}

std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

Database::Database(const std::filesystem::path& path, Patience patience) : patience_(std::move(patience)) {
  const int code = sqlite3_open_v2(path.c_str(), &connection_,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  try {
    check(connection_, code);
    sqlite3_extended_result_codes(connection_, 1);
    sqlite3_busy_handler(connection_, wait_for_others, this);
    execute("PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON");
    switch_to_wal();
  } catch (...) {
    sqlite3_close(connection_);
    throw;
  }
}

Database::~Database() {
  for (const auto& entry : statements_) sqlite3_finalize(entry.second);
  sqlite3_close(connection_);
}

void Database::execute(const char* sql) {
  check(connection_, sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr));
}

Statement Database::prepare(const char* sql) {
  sqlite3_stmt*& statement = statements_[sql];
  if (statement == nullptr)
    check(connection_, sqlite3_prepare_v3(connection_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
  return {connection_, statement};
}

std::int64_t Database::changes() const { return sqlite3_changes(connection_); }
std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(connection_); }

Transaction::Transaction(Database& database, TransactionKind kind) : database_(database) {
  database_.execute(kind == TransactionKind::Write ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const DatabaseError&) {  // some failures have rolled back already
  }
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace pairform::simulator
