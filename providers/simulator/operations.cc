#include "providers/simulator/operations.h"

#include <fmt/format.h>

#include <charconv>

#include "providers/simulator/shape_text.h"

namespace pairform::simulator {
namespace {

// The number in front of a handle; 0, which no operation has, if there is none.
std::int64_t number_of(std::string_view handle) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(handle.data(), handle.data() + handle.size(), number);
  if (error != std::errc() || end == handle.data() + handle.size() || *end != ':') return 0;
  return number;
}

SimulatedWrite read_write(const Statement& row) {
  SimulatedWrite write;
  if (row.integer(5) < 0 || row.integer(5) > static_cast<std::int64_t>(WriteVerb::Delete) || row.integer(6) < 0 ||
      row.integer(6) > static_cast<std::int64_t>(SimulatedKind::Mapping))
    damaged(fmt::format("{} {}", row.integer(5), row.integer(6)), "an operation");
  write.verb = static_cast<WriteVerb>(row.integer(5));
  write.kind = static_cast<SimulatedKind>(row.integer(6));
  write.id = row.text(7);
  if (write.kind == SimulatedKind::Network)
    write.network = {write.id,
                     std::string(row.text(8)),
                     std::string(row.text(9)),
                     std::string(row.text(10)),
                     std::string(row.text(11)),
                     {read_prefixes(row.text(12)), read_subnets(row.text(13))},
                     std::string(row.text(14)),
                     {}};
  else
    write.mapping = {write.id,
                     std::string(row.text(9)),
                     std::string(row.text(8)),
                     std::string(row.text(15)),
                     std::string(row.text(16)),
                     std::string(row.text(17))};
  return write;
}

}  // namespace

std::string accept_write(Cloud& cloud, const SimulatedWrite& write, std::int64_t polls) {
  const bool is_network = write.kind == SimulatedKind::Network;
  const SimulatedNetwork& network = write.network;
  const SimulatedMapping& mapping = write.mapping;
  cloud.database()
      .prepare(
          "INSERT INTO operation VALUES(NULL, ?, 0, 'running', '', '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
          "?)")
      .bind(polls)
      .bind(static_cast<std::int64_t>(write.verb))
      .bind(static_cast<std::int64_t>(write.kind))
      .bind(write.id)
      .bind(is_network ? network.region : mapping.region)
      .bind(is_network ? network.name : mapping.name)
      .bind(network.resource_group)
      .bind(network.subscription)
      .bind(prefixes_text(network.shape.address_space))
      .bind(subnets_text(network.shape.subnets))
      .bind(network.project)
      .bind(mapping.source)
      .bind(mapping.target)
      .bind(mapping.target_region)
      .run();
  return fmt::format("{}:{}", cloud.database().last_insert_id(), write.id);
}

std::optional<OperationProgress> find_operation(Cloud& cloud, std::string_view handle) {
  const std::int64_t number = number_of(handle);
  Statement row = cloud.database().prepare(
      "SELECT polls, polled, state, code, message, verb, kind, id, region, name, resource_group, "
      "subscription,"
      " address_space, subnets, project, source, target, target_region FROM operation"
      " WHERE number = ? AND number || ':' || id = ?");
  if (!row.bind(number).bind(handle).step()) return std::nullopt;
  OperationProgress operation{read_write(row), row.integer(0), row.integer(1), row.text(2) != "running", {}};
  if (row.text(2) == "failed") operation.refusal = Refusal{std::string(row.text(3)), std::string(row.text(4))};
  return operation;
}

void advance(Cloud& cloud, std::string_view handle, OperationProgress& operation) {
  if (operation.settled) return;
  ++operation.polled;
  if (operation.polled >= operation.polls) {
    operation.settled = true;
    operation.refusal = cloud.apply(operation.write);
  }
  const Refusal refusal = operation.refusal.value_or(Refusal{});
  cloud.database()
      .prepare("UPDATE operation SET polled = ?, state = ?, code = ?, message = ? WHERE number = ?")
      .bind(operation.polled)
      .bind(std::string_view(!operation.settled  ? "running"
                             : operation.refusal ? "failed"
                                                 : "done"))
      .bind(refusal.code)
      .bind(refusal.message)
      .bind(number_of(handle))
      .run();
}

}  // namespace pairform::simulator
