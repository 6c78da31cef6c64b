// A listing that serves all who ask for it at about the same time: five hundred look-ups cost one. Whoever asks while it is
// being read waits for it; one that began before `not_before` is read again. Threads: any number.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "engine/provider.h"

namespace pairform::azure {

// Value: has a member `error`, an optional; a listing that failed serves only those who waited for it, and nobody else where
// it failed because the one who read it was stopped or had no time left.
template <class Value>
class SharedListing {
 public:
  using Clock = std::chrono::steady_clock;
  // Null: stopped, or out of time, while it waited for another thread's reading.
  std::shared_ptr<const Value> get(Clock::time_point not_before, const CallLimits& limits,
                                   const std::function<Value()>& read) {
    std::unique_lock lock(mutex_);
    for (bool waited = false;; waited = true) {
      if (value_ && began_ >= not_before && (waited || !value_->error)) return value_;
      if (!reading_) break;
      if (!wait(lock, limits)) return nullptr;
    }
    reading_ = true;
    const Clock::time_point began = Clock::now();
    lock.unlock();
    std::shared_ptr<const Value> value;
    try {
      value = std::make_shared<const Value>(read());
    } catch (...) {
      end(nullptr, began);
      throw;
    }
    const bool own = value->error && (limits.stop.stop_requested() || Clock::now() >= limits.deadline);
    end(own ? nullptr : value, began);
    return value;
  }

 private:
  bool wait(std::unique_lock<std::mutex>& lock, const CallLimits& limits) {
    const auto ended = [&] { return !reading_; };
    if (limits.deadline == Clock::time_point::max()) return read_.wait(lock, limits.stop, ended);
    return read_.wait_until(lock, limits.stop, limits.deadline, ended);
  }
  void end(std::shared_ptr<const Value> value, Clock::time_point began) {
    {
      const std::lock_guard lock(mutex_);
      reading_ = false;
      value_ = std::move(value);
      began_ = began;
    }
    read_.notify_all();
  }

  std::mutex mutex_;  // of all below
  std::condition_variable_any read_;
  std::shared_ptr<const Value> value_;
  Clock::time_point began_{};
  bool reading_ = false;
};

}  // namespace pairform::azure
