#include "providers/simulator/vm_operations.h"

#include <fmt/format.h>

#include <charconv>

#include "providers/simulator/shape_text.h"
#include "providers/simulator/vm_store.h"

namespace pairform::simulator {
namespace {

constexpr std::string_view k_prefix = "vm";

// The number in front of a handle; 0, which no step has, if there is none.
std::int64_t number_of(std::string_view handle) {
  if (!handle.starts_with(k_prefix)) return 0;
  handle.remove_prefix(k_prefix.size());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(handle.data(), handle.data() + handle.size(), number);
  if (error != std::errc() || end == handle.data() + handle.size() || *end != ':') return 0;
  return number;
}

// The nics of a request as the database keeps them; the format stands in vm_operations.h.
std::string nics_text(const std::vector<NicChange>& nics) {
  std::string out;
  for (const NicChange& nic : nics)
    out += fmt::format("{}{}\t{}\t{}\t{}\t{}", out.empty() ? "" : "\n", nic.id, nic.name, place_text(nic.home),
                       place_text(nic.landing), test_text(nic.test));
  return out;
}

std::vector<NicChange> read_nics(std::string_view text) {
  std::vector<NicChange> nics;
  for (const std::string_view line : split_words(text, '\n')) {
    const auto parts = split_words(line, '\t');
    if (parts.size() != 4 && parts.size() != 5) damaged(line, "a nic");
    nics.push_back({std::string(parts[0]), std::string(parts[1]), read_place_or_none(parts[2]),
                    read_place_or_none(parts[3]), read_test(parts.size() == 5 ? parts[4] : std::string_view())});
  }
  return nics;
}

VmProgress read_progress(const Statement& row) {
  VmProgress progress;
  VmWrite& write = progress.write;
  if (row.integer(0) < 0 || row.integer(0) > static_cast<std::int64_t>(VmVerb::Configure))
    damaged(std::to_string(row.integer(0)), "an operation");
  write.verb = static_cast<VmVerb>(row.integer(0));
  write.vm = row.text(1);
  write.region = row.text(2);
  write.name = row.text(3);
  write.network = row.text(4);
  write.target_region = row.text(5);
  write.target_network = row.text(6);
  write.nics = read_nics(row.text(7));
  progress.step = {std::string(row.text(8)), std::string(row.text(9)), row.integer(10) != 0};
  progress.polls = row.integer(11);
  progress.polled = row.integer(12);
  progress.settled = row.text(13) != "running";
  if (row.integer(16) != 0) write.test_network = row.text(17);
  if (row.text(13) == "failed") progress.refusal = Refusal{std::string(row.text(14)), std::string(row.text(15))};
  return progress;
}

// How the request of this handle's step ended, for all of its steps.
void end_request(Cloud& cloud, std::string_view handle, const VmProgress& progress) {
  const Refusal refusal = progress.refusal.value_or(Refusal{});
  cloud.database()
      .prepare(
          "UPDATE vm_request SET state = ?, code = ?, message = ?"
          " WHERE number = (SELECT request FROM vm_step WHERE number = ?)")
      .bind(std::string_view(progress.refusal ? "failed" : "done"))
      .bind(refusal.code)
      .bind(refusal.message)
      .bind(number_of(handle))
      .run();
}

}  // namespace

std::vector<std::string> accept_vm_write(Cloud& cloud, const VmWrite& write, std::span<const VmStep> steps,
                                         std::int64_t polls) {
  Database& database = cloud.database();
  database.prepare("INSERT INTO vm_request VALUES(NULL, ?, 'running', '', '', ?, ?, ?, ?, ?, ?, ?, ?, NULL)")
      .bind(polls)
      .bind(static_cast<std::int64_t>(write.verb))
      .bind(write.vm)
      .bind(write.region)
      .bind(write.name)
      .bind(write.network)
      .bind(write.target_region)
      .bind(write.target_network)
      .bind(nics_text(write.nics))
      .run();
  const std::int64_t request = database.last_insert_id();
  if (write.test_network)
    database.prepare("UPDATE vm_request SET test_network = ? WHERE number = ?")
        .bind(*write.test_network)
        .bind(request)
        .run();
  std::vector<std::string> handles;
  for (const VmStep& step : steps) {
    database.prepare("INSERT INTO vm_step VALUES(NULL, ?, 0, ?, ?, ?)")
        .bind(request)
        .bind(step.type)
        .bind(step.id)
        .bind(std::int64_t{step.deletes ? 1 : 0})
        .run();
    handles.push_back(fmt::format("{}{}:{}", k_prefix, database.last_insert_id(), step.id));
  }
  return handles;
}

std::optional<VmProgress> find_vm_operation(Cloud& cloud, std::string_view handle) {
  Statement row = cloud.database().prepare(
      "SELECT r.verb, r.vm, r.region, r.name, r.network, r.target_region, r.target_network, r.nics, s.type, "
      "s.id,"
      " s.deletes, r.polls, s.polled, r.state, r.code, r.message, r.test_network IS NOT NULL, r.test_network"
      " FROM vm_step s JOIN vm_request r"
      " ON r.number = s.request WHERE s.number = ? AND 'vm' || s.number || ':' || s.id = ?");
  if (!row.bind(number_of(handle)).bind(handle).step()) return std::nullopt;
  return read_progress(row);
}

std::vector<std::string> enablings(Cloud& cloud) {
  std::vector<std::string> handles;
  Statement rows = cloud.database().prepare(
      "SELECT s.number, s.id FROM vm_step s JOIN vm_request r ON r.number = s.request"
      " WHERE r.state = 'running' AND r.verb = ? AND s.type = 'vm' ORDER BY s.number");
  rows.bind(static_cast<std::int64_t>(VmVerb::Enable));
  while (rows.step()) handles.push_back(fmt::format("{}{}:{}", k_prefix, rows.integer(0), rows.text(1)));
  return handles;
}

std::string enabling_of(Cloud& cloud, std::string_view vm) {
  Statement row = cloud.database().prepare(
      "SELECT s.number FROM vm_step s JOIN vm_request r ON r.number = s.request"
      " WHERE r.state = 'running' AND r.verb = ? AND r.vm = ? AND s.type = 'vm'");
  if (!row.bind(static_cast<std::int64_t>(VmVerb::Enable)).bind(vm).step()) return {};
  return fmt::format("{}{}:{}", k_prefix, row.integer(0), vm);
}

void advance(Cloud& cloud, std::string_view handle, VmProgress& progress) {
  if (progress.settled) return;
  ++progress.polled;
  cloud.database()
      .prepare("UPDATE vm_step SET polled = ? WHERE number = ?")
      .bind(progress.polled)
      .bind(number_of(handle))
      .run();
  if (progress.polled < progress.polls) return;
  // Any of the request's steps that has been polled often enough settles the whole request.
  progress.settled = true;
  progress.refusal = progress.write.verb == VmVerb::Enable ? finish_enable(cloud, progress.write.vm)
                                                           : apply_vm_write(cloud, progress.write);
  end_request(cloud, handle, progress);
}

void abort(Cloud& cloud, std::string_view handle, VmProgress& progress, Refusal refusal) {
  if (progress.settled) return;
  auto vm = find_vm(cloud.database(), progress.write.vm);
  if (progress.write.verb == VmVerb::Enable && vm && vm->phase == VmPhase::Seeding) disable(cloud, *vm);
  progress.settled = true;
  progress.refusal = std::move(refusal);
  end_request(cloud, handle, progress);
}

}  // namespace pairform::simulator
