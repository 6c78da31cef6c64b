#include "providers/azure/provider.h"

#include <chrono>

#include "providers/azure/connecting.h"
#include "providers/azure/reader.h"
#include "providers/azure/session.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

// How long after a write a look-up may miss it: lists of Site Recovery and of networks are eventually consistent.
constexpr std::chrono::seconds k_read_back_window{20};

class AzureProvider final : public Provider {
 public:
  explicit AzureProvider(AzureSettings settings)
      : session_(std::move(settings), process_environment), reader_(session_) {}

  Capabilities capabilities() const override {
    return {.accepted_at_once = session_.settings.operations_at_once,
            .read_back_window = session_.scaled(k_read_back_window)};
  }
  std::string scope() const override { return ascii_lower(session_.settings.vault_id()); }
  std::optional<Diagnostic> connect(std::span<const KnownResource> known, const CallLimits& limits) override {
    reader_.know(known);
    return read_vault(session_, limits);
  }
  void observe(const ObserveRequest& request, const std::function<void(Observation&&)>& page,
               const CallLimits& limits) override {
    reader_.observe(request, page, limits);
  }
  LookupAnswer lookup(const LookupKey& key, const CallLimits& limits) override { return reader_.lookup(key, limits); }
  Route route(const CloudStep& step) const override { return {step.identity, ""}; }
  std::vector<BeginAnswer> begin(std::span<const CloudStep>, const CallLimits&) override { return {}; }
  PollAnswer poll(std::string_view, const CallLimits&) override { return Done{}; }

 private:
  Session session_;
  Reader reader_;
};

}  // namespace

std::unique_ptr<Provider> open(const ProviderContext& context) {
  return std::make_unique<AzureProvider>(read_settings(context.settings));
}

}  // namespace pairform::azure
