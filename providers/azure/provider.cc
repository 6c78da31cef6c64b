#include "providers/azure/provider.h"

#include "providers/azure/connecting.h"
#include "providers/azure/session.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

class AzureProvider final : public Provider {
 public:
  explicit AzureProvider(AzureSettings settings) : session_(std::move(settings), process_environment) {}

  Capabilities capabilities() const override {
    return {.accepted_at_once = session_.settings.operations_at_once, .read_back_window = {}};
  }
  std::string scope() const override { return ascii_lower(session_.settings.vault_id()); }
  std::optional<Diagnostic> connect(std::span<const KnownResource>, const CallLimits& limits) override {
    return read_vault(session_, limits);
  }
  void observe(const ObserveRequest&, const std::function<void(Observation&&)>&, const CallLimits&) override {}
  LookupAnswer lookup(const LookupKey&, const CallLimits&) override { return AbsentAnswer{}; }
  Route route(const CloudStep& step) const override { return {step.identity, ""}; }
  std::vector<BeginAnswer> begin(std::span<const CloudStep>, const CallLimits&) override { return {}; }
  PollAnswer poll(std::string_view, const CallLimits&) override { return Done{}; }

 private:
  Session session_;
};

}  // namespace

std::unique_ptr<Provider> open(const ProviderContext& context) {
  return std::make_unique<AzureProvider>(read_settings(context.settings));
}

}  // namespace pairform::azure
