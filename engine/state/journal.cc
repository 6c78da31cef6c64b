#include "engine/state/journal.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "engine/state/format_versions.h"
#include "engine/state/row_reader.h"
#include "engine/state/state_file.h"
#include "schema/json_text.h"
#include "schema/json_writer.h"
#include "schema/sha256.h"

namespace pairform {
namespace {
using simdjson::SUCCESS;
using simdjson::dom::array;
using simdjson::dom::element;

constexpr std::size_t k_checksum = 16;
constexpr std::array<std::string_view, 3> k_results{"done", "failed", "accepted"};  // by JournalResult

class Writer {
 public:
  Writer(JsonWriter& json, const StringPool& pool, const TypeTable& types) : json_(json), pool_(pool), types_(types) {}

  void operator()(const JournalHead& head) {
    json_.open_object().key("pairform_journal").number(k_journal_version);
    json_.member("operation", head.operation);
    if (!head.project.empty())
      json_.member("project", head.project).member("provider", head.provider).member("scope", head.scope);
    json_.member("state", head.state).close_object();
  }
  void operator()(const JournalIntent& intent) {
    json_.open_object().key("intent").number(intent.step);
    json_.member("operation", intent.operation);
    json_.member("address", pool_.view(intent.address));
    if (intent.id) json_.member("id", pool_.view(intent.id));
    json_.member("identity", pool_.view(intent.identity));
    if (intent.previous_address) json_.member("previous_address", pool_.view(intent.previous_address));
    if (intent.row) {
      json_.key("row");
      write_state_row(json_, intent.row->row, intent.row->cells, pool_, types_);
    }
    json_.close_object();
  }
  void operator()(const JournalOutcome& outcome) {
    json_.open_object().key("outcome").number(outcome.step);
    json_.member("result", k_results[static_cast<std::size_t>(outcome.result)]);
    json_.key("drop").open_array();
    for (const DroppedRow& row : outcome.changes.drop) {
      json_.open_object().member("address", pool_.view(row.address));
      if (row.id) json_.member("id", pool_.view(row.id));
      json_.close_object();
    }
    json_.close_array().key("put").open_array();
    for (const DetachedRow& row : outcome.changes.put) write_state_row(json_, row.row, row.cells, pool_, types_);
    json_.close_array().close_object();
  }
  void operator()(const JournalFolded& folded) { json_.open_object().member("folded", folded.state).close_object(); }

 private:
  JsonWriter& json_;
  const StringPool& pool_;
  const TypeTable& types_;
};

// The JSON text of a line, none if it is not whole.
std::optional<std::string_view> checked(std::string_view line) {
  if (line.size() <= k_checksum || line[k_checksum] != ' ') return std::nullopt;
  const std::string_view json = line.substr(k_checksum + 1);
  if (sha256_hex(json).compare(0, k_checksum, line, 0, k_checksum) != 0) return std::nullopt;
  return json;
}

class JournalReader {
 public:
  JournalReader(std::string_view bytes, const TypeTable& types, const StateWords& words, StringPool& pool, Journal& out,
                Diagnostics& diagnostics)
      : bytes_(bytes),
        words_(words),
        pool_(pool),
        out_(out),
        diagnostics_(diagnostics),
        parser_(bytes),
        rows_(types, pool) {}

  bool read() {
    out_ = {};
    std::size_t number = 1;
    for (std::string_view rest = bytes_.substr(0, journal_sound_size(bytes_)); !rest.empty(); ++number) {
      const std::size_t newline = rest.find('\n');
      std::string wrong = read_line(rest.substr(0, newline));
      if (!wrong.empty()) return fail(number, std::move(wrong));
      rest.remove_prefix(newline + 1);
    }
    for (JournalIntent& intent : intents_)
      if (intent.address) out_.open.push_back(std::move(intent));
    return true;
  }

 private:
  bool fail(std::size_t line, std::string wrong) {
    out_ = {};
    diagnostics_.add({code_,
                      Severity::Error,
                      words_.journal + ":" + std::to_string(line) + ": " + std::move(wrong),
                      "",
                      code_ == Code::JournalTooNew
                          ? "Use the newer pairform to finish what it began."
                          : words_.drop_journal +
                                ": state is memory, and `pairform plan` finds again in the cloud what the interrupted "
                                "run has done.",
                      {},
                      {}});
    return false;
  }

  // What is wrong; empty: nothing.
  std::string read_line(std::string_view line) {
    const auto json = checked(line);
    if (!json) return "the line does not match its checksum";
    element root;
    array records;
    if (!parser_.parse(*json, root) || root.get(records) != SUCCESS) return "not a list of records";
    for (const element record : records) {
      std::string wrong = read_record(record);
      if (!wrong.empty()) return wrong;
    }
    return "";
  }

  std::string read_record(element json) {
    std::int64_t version = 0, step = 0;
    if (json["pairform_journal"].get(version) == SUCCESS) return read_head(json, version);
    if (out_.head.operation.empty()) return "the journal does not begin with its head";
    if (json["intent"].get(step) == SUCCESS) return read_intent(json, static_cast<std::uint32_t>(step));
    if (json["outcome"].get(step) == SUCCESS) return read_outcome(json, static_cast<std::uint32_t>(step));
    if (read_text(json, "folded", out_.folded)) return "";
    return "unknown record";
  }

  // A further head is that of a run that went on with this journal. If what stands before it was folded into the state
  // that this run began with, it is done with; otherwise it still has to be replayed.
  std::string read_head(element json, std::int64_t version) {
    if (version > k_journal_version) {
      code_ = Code::JournalTooNew;
      return "written by a newer pairform (format " + std::to_string(version) + ", this one reads " +
             std::to_string(k_journal_version) + ")";
    }
    JournalHead head;
    if (version < 1 || !read_text(json, "operation", head.operation) || !read_text(json, "state", head.state) ||
        head.operation.empty())
      return "the head is not whole";
    const std::array named{read_text(json, "project", head.project), read_text(json, "provider", head.provider),
                           read_text(json, "scope", head.scope)};
    if (named[0] != named[1] || named[0] != named[2] || (named[0] && (head.project.empty() || head.provider.empty())))
      return "the head is not whole";
    if (!named[0]) {
      head.project = out_.head.project;
      head.provider = out_.head.provider;
      head.scope = out_.head.scope;
    }
    if (!out_.folded.empty() && out_.folded == head.state) {
      out_.outcomes.clear();
      intents_.clear();
    }
    out_.folded.clear();
    out_.head = std::move(head);
    intent_of_step_.clear();  // this run numbers its steps from 1 again; what the run before left open stays open
    return "";
  }

  std::string read_intent(element json, std::uint32_t step) {
    JournalIntent intent;
    intent.step = step;
    if (!read_text(json, "operation", intent.operation) || !read_id(json, "address", intent.address) ||
        !read_id(json, "identity", intent.identity))
      return "the intent is not whole";
    read_id(json, "id", intent.id);
    read_id(json, "previous_address", intent.previous_address);
    element row;
    if (json["row"].get(row) == SUCCESS) {
      intent.row.emplace();
      if (std::string wrong = rows_.read(row, intent.row->row, intent.row->cells); !wrong.empty()) return wrong;
    }
    out_.folded.clear();
    close(step);
    intent_of_step_[step] = intents_.size();
    intents_.push_back(std::move(intent));
    return "";
  }

  std::string read_outcome(element json, std::uint32_t step) {
    JournalOutcome outcome;
    outcome.step = step;
    std::string_view result;
    if (json["result"].get(result) != SUCCESS) return "the outcome is not whole";
    const auto* const found = std::find(k_results.begin(), k_results.end(), result);
    if (found == k_results.end()) return "unknown result " + json_string(result);
    outcome.result = static_cast<JournalResult>(found - k_results.begin());
    array drop, put;
    if (json["drop"].get(drop) != SUCCESS || json["put"].get(put) != SUCCESS) return "the outcome is not whole";
    for (const element row : drop) {
      DroppedRow& dropped = outcome.changes.drop.emplace_back();
      if (!read_id(row, "address", dropped.address)) return "the outcome is not whole";
      read_id(row, "id", dropped.id);
    }
    for (const element row : put) {
      DetachedRow& detached = outcome.changes.put.emplace_back();
      if (std::string wrong = rows_.read(row, detached.row, detached.cells); !wrong.empty()) return wrong;
    }
    out_.folded.clear();
    close(step);
    out_.outcomes.push_back(std::move(outcome));
    return "";
  }

  // The step has an outcome, or was sent again with a new intent. An intent without an address is not open any more.
  void close(std::uint32_t step) {
    const auto at = intent_of_step_.find(step);
    if (at != intent_of_step_.end()) intents_[at->second].address = Text();
  }

  static bool read_text(element json, std::string_view key, std::string& out) {
    std::string_view text;
    if (json[key].get(text) != SUCCESS) return false;
    out = text;
    return true;
  }
  bool read_id(element json, std::string_view key, Text& out) {
    std::string_view text;
    if (json[key].get(text) != SUCCESS) return false;
    out = pool_.intern(text);
    return true;
  }

  std::string_view bytes_;
  const StateWords& words_;
  StringPool& pool_;
  Journal& out_;
  Diagnostics& diagnostics_;
  LineParser parser_;
  RowReader rows_;
  std::vector<JournalIntent> intents_;
  std::unordered_map<std::uint32_t, std::size_t> intent_of_step_;  // index into intents_
  Code code_ = Code::JournalDamaged;
};

}  // namespace

std::string state_hash(const std::optional<std::string>& state) { return state ? sha256_name(*state) : ""; }

std::string encode(std::span<const JournalRecord> records, const StringPool& pool, const TypeTable& types) {
  std::string json;
  if (records.empty()) return json;
  JsonWriter list(json);
  list.open_array();
  for (const JournalRecord& record : records) std::visit(Writer(list, pool, types), record);
  list.close_array();
  return sha256_hex(json).substr(0, k_checksum) + ' ' + json + '\n';
}

std::string encode(const JournalRecord& record, const StringPool& pool, const TypeTable& types) {
  return encode(std::span(&record, 1), pool, types);
}

// How many bytes from the beginning can be read. A last line without its end, or with another checksum, is what a crash
// leaves of a write that was never synced: nobody relied on it.
std::size_t journal_sound_size(std::string_view bytes) {
  const std::size_t last = bytes.rfind('\n');
  if (last == std::string_view::npos) return 0;
  if (last + 1 < bytes.size()) return last + 1;
  const std::size_t before = last == 0 ? std::string_view::npos : bytes.rfind('\n', last - 1);
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  return checked(bytes.substr(start, last - start)) ? bytes.size() : start;
}

bool parse_journal(std::string_view bytes, const TypeTable& types, const StateWords& words, StringPool& pool,
                   Journal& out, Diagnostics& diagnostics) {
  return JournalReader(bytes, types, words, pool, out, diagnostics).read();
}

bool check_journal_head(const Journal& journal, std::string_view project, std::string_view provider,
                        std::string_view scope, const StateWords& words, Diagnostics& diagnostics) {
  bool same = true;
  const auto check = [&](std::string_view what, std::string_view written, std::string_view here) {
    if (written.empty() || here.empty() || written == here) return;
    same = false;
    diagnostics.add({Code::JournalOfAnother,
                     Severity::Error,
                     words.journal + ": journal of the " + std::string(what) + " " + json_string(written) +
                         ", but this is " + json_string(here),
                     "An interrupted run of that " + std::string(what) +
                         " has left it. To carry on with it here would change what is not this project's.",
                     words.drop_journal + ", if it came here with a copy of that project's directory: that project "
                                          "goes on from its own.",
                     {},
                     {}});
  };
  check("project", journal.head.project, project);
  check("provider", journal.head.provider, provider);
  check("scope", journal.head.scope, scope);
  return same;
}

//   Nothing        the last run ended as it should
//   AlreadyFolded  it crashed after the new state was renamed into place, and before the journal was emptied
//   Replay         it crashed before that: its outcomes are laid over the state that it began with
//   StateMoved     the state is another one (git pull): the outcomes are laid over it all the same, with a warning
ReplayCase decide_replay(const Journal& journal, std::string_view current_hash) {
  if (journal.outcomes.empty() && journal.open.empty()) return ReplayCase::Nothing;
  if (!journal.folded.empty() && journal.folded == current_hash) return ReplayCase::AlreadyFolded;
  return journal.head.state == current_hash ? ReplayCase::Replay : ReplayCase::StateMoved;
}

RecordedState fold(const RecordedState& state, std::span<const JournalOutcome> outcomes, StringPool& pool,
                   const TypeTable& types) {
  StateFolder folder(state, pool, types);
  for (const JournalOutcome& outcome : outcomes) folder.apply(outcome.changes);
  return folder.finish();
}

RecordedState replay(RecordedState state, std::string_view current_hash, Journal& journal, const StateWords& words,
                     StringPool& pool, const TypeTable& types, Diagnostics& diagnostics) {
  const ReplayCase found = decide_replay(journal, current_hash);
  if (found == ReplayCase::AlreadyFolded) journal = {};
  if (found == ReplayCase::StateMoved)
    diagnostics.add({Code::JournalForeign,
                     Severity::Warning,
                     "the state " + words.noun + " is not the one that the interrupted run started from",
                     "What that run did is taken over on top of it.",
                     "Look at the plan: it shows what differs from the cloud.",
                     {},
                     {}});
  if (found == ReplayCase::Nothing || found == ReplayCase::AlreadyFolded) return state;
  return fold(state, journal.outcomes, pool, types);
}

}  // namespace pairform
