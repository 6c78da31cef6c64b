#include "engine/act/cloud_step.h"

#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "engine/model/derived_shape.h"
#include "engine/model/places.h"
#include "engine/worker_pool.h"
#include "schema/base_types.h"
#include "schema/check.h"

namespace pairform {
namespace {

Operation cloud_operation(StepOperation operation) {
  switch (operation) {
    case StepOperation::Create: return Operation::Create;
    case StepOperation::Update: return Operation::Update;
    case StepOperation::Shrink: return Operation::Shrink;
    case StepOperation::Delete: return Operation::Delete;
    case StepOperation::Move:
    case StepOperation::Forget:
    case StepOperation::Adopt: break;  // change state only
  }
  PAIRFORM_CHECK(false);
  return Operation::Delete;
}

}  // namespace

std::vector<Text> planned_cells(const Project& project, const World& world, const Plan& plan, StepId step) {
  const Change& of = plan.diff.changes[plan.steps[step].change];
  const StepOperation operation = plan.steps[step].operation;
  const std::size_t columns = project.types[of.type].columns.size();
  const auto slice = [&](const std::vector<Text>& cells, CellId first) {
    const auto begin = cells.begin() + static_cast<std::ptrdiff_t>(first.index());
    return std::vector<Text>(begin, begin + static_cast<std::ptrdiff_t>(columns));
  };
  if (operation == StepOperation::Update && of.first_between != k_none) return slice(plan.diff.cells, of.first_between);
  std::vector<Text> cells = slice(plan.diff.cells, of.first_after);
  const bool later = of.update || of.shrink;
  if ((operation == StepOperation::Move || operation == StepOperation::Adopt) && later && of.origin != k_none) {
    const PriorRow& prior = world.prior.rows[of.origin];
    for (std::size_t c = 0; c < columns; ++c)
      if (project.types[of.type].column(c).mutability == Mutability::InPlace &&
          (world.prior.cell(prior, c) || of.type == k_nic_type))
        cells[c] = world.prior.cell(prior, c);
  }
  return cells;
}

std::vector<Text> told_cells(Project& project, const World& world, const Plan& plan, StepId step) {
  std::vector<Text> cells = planned_cells(project, world, plan, step);
  const PriorId origin = plan.diff.changes[plan.steps[step].change].origin;
  const PriorRow* found = origin ? &world.prior.rows[origin] : nullptr;
  if (found == nullptr || found->presence != Existence::Present || (!found->others_spaces && !found->others_subnets))
    return cells;
  const auto shape = [&](Text spaces, Text subnets) {
    return parse_shape(project.texts().view(spaces), project.texts().view(subnets));
  };
  Text &spaces = cells[network_column::address_space], &subnets = cells[network_column::subnets];
  const NetworkShape whole = join_shapes(shape(spaces, subnets), shape(found->others_spaces, found->others_subnets));
  spaces = project.texts().intern(canonical_prefix_list(whole.spaces));
  subnets = project.texts().intern(canonical_subnet_map(whole.subnets));
  return cells;
}

Text told_value(const World& world, const AttributeType& column, Text cell) {
  return column.kind == Kind::Reference ? world.names->identity(cell) : cell;
}

namespace {

// Address space and subnets of a network as they were found.
std::vector<NamedValue> seen_shape(const Project& project, const PriorState& prior, PriorId network) {
  std::vector<NamedValue> seen;
  for (const std::size_t c : {network_column::address_space, network_column::subnets})
    if (const Text cell = prior.cell(prior.rows[network], c))
      seen.push_back({project.types[k_network_type].column(c).name, std::string(project.texts().view(cell))});
  return seen;
}

}  // namespace

CloudStep cloud_step(Project& project, const World& world, const Plan& plan, StepId s) {
  const Step& step = plan.steps[s];
  const Change& of = plan.diff.changes[step.change];
  const StringPool& texts = project.texts();
  CloudStep cloud;
  cloud.type = project.types[of.type].name;
  cloud.operation = cloud_operation(step.operation);
  cloud.project = project.config.settings.name;
  if (step.subject != k_none) cloud.id = texts.view(world.prior.rows[step.subject].id);
  const Text identity = step.operation == StepOperation::Delete ? world.prior.rows[step.subject].identity
                                                                : world.desired.rows[of.desired].identity;
  cloud.identity = texts.view(identity);
  if (step.operation == StepOperation::Delete) return cloud;
  if (const Text extras = world.desired.rows[of.desired].extras; extras && step.operation == StepOperation::Create)
    for (const auto& [name, value] : project.parsed.items(texts, extras)) cloud.extras.push_back({name, value});
  const std::vector<Text> cells = told_cells(project, world, plan, s);
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const AttributeType& column = project.types[of.type].column(c);
    if (is_ours(project.types[of.type], of.type, c)) continue;
    NamedValue value{column.name, std::nullopt};
    if (const Text cell = told_value(world, column, cells[c])) value.value = std::string(texts.view(cell));
    cloud.attributes.push_back(std::move(value));
  }
  if (step.operation == StepOperation::Shrink) cloud.seen = seen_shape(project, world.prior, of.origin);
  if (step.operation == StepOperation::Update && of.type == k_mapping_type)
    if (const Text target = world.prior.cell(world.prior.rows[of.origin], half_column::target))
      cloud.seen = {{"target", std::string(texts.view(world.names->identity(target)))}};
  return cloud;
}

namespace {

// The steps of a plan that change the cloud, and whose they are.
struct ToldSteps {
  std::vector<CloudStep> steps;
  std::unordered_map<std::string, ChangeId> change_of;  // by identity; none: of two resources
};

ToldSteps told_steps(Project& project, const World& world, const Plan& plan) {
  ToldSteps out;
  out.steps.reserve(plan.steps.size());
  for (const StepId s : plan.steps.ids()) {
    if (!changes_cloud(plan.steps[s].operation)) continue;
    out.steps.push_back(cloud_step(project, world, plan, s));
    const ChangeId change = plan.steps[s].change;
    const auto [at, fresh] = out.change_of.try_emplace(out.steps.back().identity, change);
    if (!fresh && at->second != change) at->second = ChangeId();
  }
  return out;
}

}  // namespace

std::vector<Note> brought_about(Project& project, const CloudSession& cloud, const World& world, const Plan& plan,
                                Diagnostics& diagnostics) {
  if (cloud.provider == nullptr) return {};
  const ToldSteps told = told_steps(project, world, plan);
  if (told.steps.empty()) return {};
  const auto change_of = [&](const std::string& identity) -> const Change* {
    const auto at = told.change_of.find(identity);
    return at != told.change_of.end() && at->second ? &plan.diff.changes[at->second] : nullptr;
  };
  const auto address_of = [&](const std::string& identity) {
    const Change* change = change_of(identity);
    return change != nullptr ? std::string(project.texts().view(world.estate.address(change->resource))) : identity;
  };
  std::optional<Places> places;
  for (StepProblem& problem : cloud.provider->refuses(told.steps, call_limits(cloud.stop))) {
    const std::string address = address_of(problem.identity);
    Diagnostic refused{Code::StepRefused,
                       Severity::Error,
                       fmt::format("{}: {}", address, problem.summary),
                       std::move(problem.detail),
                       std::move(problem.help),
                       {},
                       address};
    if (const Change* change = change_of(problem.identity); change != nullptr && change->desired) {
      if (!places) places.emplace(project.config);
      places->point(refused, nullptr, world.desired.rows[change->desired].declaration);
    }
    diagnostics.add(std::move(refused));
  }
  std::vector<Note> notes = cloud.provider->brings_about(told.steps);
  for (Note& note : notes) note.address = address_of(note.address);
  return notes;
}

}  // namespace pairform
