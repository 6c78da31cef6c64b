#include "providers/azure/provider.h"

#include <chrono>

#include "providers/azure/announced.h"
#include "providers/azure/connecting.h"
#include "providers/azure/examining.h"
#include "providers/azure/reader.h"
#include "providers/azure/session.h"
#include "providers/azure/view.h"
#include "providers/azure/writer.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

// How long after a write a look-up may miss it: lists of Site Recovery and of networks are eventually consistent.
constexpr std::chrono::seconds k_read_back_window{20};

// One request at a time about a network or a half: parallel writes of one network fail. A vm and its nics are one item, and
// what changes of it travels as one request.
Route route_of(const CloudStep& step) {
  if (step.type == "network") return {"vnet " + step.identity, {}};
  if (step.type == "mapping") return {"half " + step.identity, {}};
  const std::string vm = step.type == "vm" ? step.identity : step.identity.substr(0, step.identity.rfind('/'));
  const bool together = step.type == "nic" || step.operation == Operation::Update;
  return {"vm " + vm, together ? "vm " + vm : std::string(), step.type == "vm" && step.operation == Operation::Create};
}

class AzureProvider final : public Provider {
 public:
  explicit AzureProvider(AzureSettings settings)
      : session_(std::move(settings), process_environment), reader_(session_), writer_(session_, reader_) {}

  Capabilities capabilities() const override {
    return {.accepted_at_once = session_.settings.operations_at_once,
            .read_back_window = session_.scaled(k_read_back_window)};
  }
  std::string scope() const override { return ascii_lower(session_.settings.vault_id()); }
  std::vector<Diagnostic> connect(std::span<const KnownResource> known, const CallLimits& limits) override {
    reader_.know(known);
    return read_vault(session_, limits);
  }
  void observe(const ObserveRequest& request, const std::function<void(Observation&&)>& page,
               const CallLimits& limits) override {
    reader_.observe(request, page, limits);
  }
  Examination examine(const ExamineRequest& request, const CallLimits& limits) override {
    const std::shared_ptr<const View> seen = reader_.observed();
    return azure::examine(session_, seen.get(), request, limits);
  }
  LookupAnswer lookup(const LookupKey& key, const CallLimits& limits) override { return reader_.lookup(key, limits); }
  Route route(const CloudStep& step) const override { return route_of(step); }
  std::vector<Note> brings_about(std::span<const CloudStep> steps) const override {
    const auto seen = reader_.observed();
    return announced(steps, seen.get(), session_.settings);
  }
  std::vector<StepProblem> refuses(std::span<const CloudStep> steps, const CallLimits& limits) override {
    const auto seen = reader_.observed();
    std::vector<StepProblem> out = refused_steps(steps, seen.get(), session_.settings);
    for (StepProblem& each : writer_.lacks(needed_by(steps, seen.get(), session_.settings), limits))
      out.push_back(std::move(each));
    return out;
  }
  std::vector<BeginAnswer> begin(std::span<const CloudStep> steps, const CallLimits& limits) override {
    return writer_.begin(steps, limits);
  }
  PollAnswer poll(std::string_view handle, const CallLimits& limits) override { return writer_.poll(handle, limits); }

 private:
  Session session_;
  Reader reader_;
  Writer writer_;
};

}  // namespace

std::unique_ptr<Provider> open(const ProviderContext& context) {
  return std::make_unique<AzureProvider>(read_settings(context.settings));
}

}  // namespace pairform::azure
