#include "providers/azure/resource_group.h"

#include <fmt/format.h>

#include "providers/azure/bodies.h"
#include "providers/azure/sending.h"

namespace pairform::azure {

namespace {

ProviderError no_group(const std::string& subscription, const std::string& group, const std::string& region) {
  return invalid("NoResourceGroup", fmt::format("there is no resource group {}", group),
                 fmt::format("az group create --subscription {} --name {} --location {}; or let pairform make it: "
                             "create_resource_groups = true in [provider.azure]",
                             subscription, group, region));
}

}  // namespace

Move make_group(StepRun& run, const Writing& with, const std::string& subscription, const std::string& group,
                const std::string& region) {
  if (!with.session.settings.create_resource_groups) return no_group(subscription, group, region);
  const std::string holder = fmt::format("/subscriptions/{}", subscription);
  ArmRequest asked = *request(Call::WriteGroup, with.session.settings, holder, group);
  asked.body = group_body(region, run.step.project);
  return send(run, with, Underway::Service::Network, asked, fmt::format("resource group {}", group));
}

std::optional<ProviderError> check_group(const Writing& with, const std::string& subscription, const std::string& group,
                                         const std::string& region) {
  if (with.session.settings.create_resource_groups) return std::nullopt;
  ThingAnswer read = read_thing(with, Call::ReadGroup, fmt::format("/subscriptions/{}", subscription), group);
  if (auto* error = std::get_if<ProviderError>(&read)) return std::move(*error);
  if (std::holds_alternative<Missing>(read)) return no_group(subscription, group, region);
  return std::nullopt;
}

std::optional<Move> need_group(StepRun& run, const Writing& with, const std::string& subscription,
                               const std::string& group, const std::string& region) {
  ThingAnswer read = read_thing(with, Call::ReadGroup, fmt::format("/subscriptions/{}", subscription), group);
  if (std::holds_alternative<Missing>(read)) return make_group(run, with, subscription, group, region);
  auto* error = std::get_if<ProviderError>(&read);
  if (error == nullptr || error->kind == ErrorKind::Denied) return std::nullopt;
  return std::move(*error);
}

}  // namespace pairform::azure
