#include "providers/simulator/connections.h"

#include <utility>

namespace pairform::simulator {

using namespace std::chrono_literals;

Connections::Connections(std::filesystem::path database, Remap remap) : database_(std::move(database)), remap_(remap) {
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::symlink_status(database_, ignored)))
    free_.push_back(std::make_unique<Cloud>(database_, remap_));
}

Connections::Taken Connections::take(Patience patience, Makes makes) {
  std::error_code ignored;
  const bool in_memory = makes == Makes::Nothing &&
                         std::filesystem::status(database_, ignored).type() == std::filesystem::file_type::not_found;
  std::vector<std::unique_ptr<Cloud>>& free = in_memory ? free_in_memory_ : free_;
  {
    const std::lock_guard lock(pool_);
    if (!free.empty()) {
      auto cloud = std::move(free.back());
      free.pop_back();
      cloud->database().set_patience(std::move(patience));
      return {std::move(cloud), in_memory};
    }
  }
  return {std::make_unique<Cloud>(in_memory ? ":memory:" : database_, remap_, std::move(patience)), in_memory};
}

void Connections::give_back(Taken taken) {
  const std::lock_guard lock(pool_);
  (taken.in_memory ? free_in_memory_ : free_).push_back(std::move(taken.cloud));
}

Connections::Turn::Turn(Connections& owner, const Patience& patience) : owner_(owner) {
  std::unique_lock lock(owner_.writing_);
  while (owner_.is_writing_) {
    if (patience.is_over()) throw DatabaseError("database is locked", true);
    owner_.turn_is_over_.wait_for(lock, 20ms);
  }
  owner_.is_writing_ = true;
}

Connections::Turn::~Turn() {
  {
    const std::lock_guard lock(owner_.writing_);
    owner_.is_writing_ = false;
  }
  owner_.turn_is_over_.notify_one();
}

}  // namespace pairform::simulator
