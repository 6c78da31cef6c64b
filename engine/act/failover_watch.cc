#include "engine/act/failover_watch.h"

#include "engine/worker_pool.h"
#include "schema/base_types.h"

namespace pairform {

FailoverWatch::FailoverWatch(const Project& project, const CloudSession& cloud, const World& world,
                             std::chrono::milliseconds age)
    : cloud_(cloud), age_(age), asked_at_(Clock::now()) {
  const StringPool& texts = project.texts();
  const auto text = [&](Text value) { return std::string(texts.view(value)); };
  for (const PriorRow& row : world.prior.rows)
    if (row.type == k_vm_type && row.presence == Existence::Present)
      machines_.push_back({{project.types[k_vm_type].name, text(row.identity), text(row.id)}, text(row.address)});
  for (const Stranger& stranger : world.prior.strangers)
    machines_.push_back({{project.types[k_vm_type].name, {}, text(stranger.id)}, text(stranger.id)});
}

const std::vector<std::string>& FailoverWatch::away() {
  const Clock::time_point now = Clock::now();
  if (machines_.empty() || !away_.empty() || now - asked_at_ < age_) return away_;
  asked_at_ = now;
  std::vector<Question> questions;
  for (const Machine& each : machines_) questions.push_back(each.asked);
  const std::vector<LookupAnswer> answers = look_up_all(*cloud_.provider, questions, cloud_.stop);
  for (std::size_t i = 0; i < machines_.size(); ++i)
    if (const auto* row = std::get_if<CloudRow>(&answers[i]);
        row != nullptr && (row->status == Status::FailedOver || row->failover_failed))
      away_.push_back(machines_[i].name);
  return away_;
}

}  // namespace pairform
