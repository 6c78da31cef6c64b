// A listing that serves all who ask for it at about the same time: five hundred look-ups cost one. Whoever asks while it is
// being read waits for it. Threads: any number.
//
// One that takes longer than it may be old serves for as long as it took. Otherwise each of those who come one after the
// other, as machines do that wait for their turn, would read it anew: of a vault of 5000 machines, twenty pages each.
#pragma once
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "engine/provider.h"

namespace pairform::azure {

// Which listing is new enough.
struct Recent {
  std::chrono::milliseconds age{0};                 // it ended so long ago at most, or as long as it took
  std::chrono::steady_clock::time_point written{};  // and it began then or later
};

// Value: has a member `error`, an optional; a listing that failed serves only those who waited for it, and nobody else where
// it failed because the one who read it was stopped or had no time left. Clock: says how old a listing is.
template <class Value, class Clock = std::chrono::steady_clock>
class SharedListing {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  // Null: stopped, or out of time, while it waited for another thread's reading.
  std::shared_ptr<const Value> get(const Recent& recent, const CallLimits& limits, const std::function<Value()>& read) {
    const auto asked = Clock::now();
    std::unique_lock lock(mutex_);
    for (bool waited = false;; waited = true) {
      if (value_ && serves(recent, asked) && (waited || !value_->error)) return value_;
      if (!reading_) break;
      if (!wait(lock, limits)) return nullptr;
    }
    reading_ = true;
    const auto began = Clock::now();
    lock.unlock();
    std::shared_ptr<const Value> value;
    try {
      value = std::make_shared<const Value>(read());
    } catch (...) {
      end(nullptr, began);
      throw;
    }
    const bool own =
        value->error && (limits.stop.stop_requested() || std::chrono::steady_clock::now() >= limits.deadline);
    end(own ? nullptr : value, began);
    return value;
  }

 private:
  bool serves(const Recent& recent, TimePoint asked) const {
    return began_ >= recent.written && asked - ended_ <= std::max<TimePoint::duration>(recent.age, ended_ - began_);
  }
  bool wait(std::unique_lock<std::mutex>& lock, const CallLimits& limits) {
    const auto ended = [&] { return !reading_; };
    if (limits.deadline == TimePoint::max()) return read_.wait(lock, limits.stop, ended);
    return read_.wait_until(lock, limits.stop, limits.deadline, ended);
  }
  void end(std::shared_ptr<const Value> value, TimePoint began) {
    {
      const std::lock_guard lock(mutex_);
      reading_ = false;
      value_ = std::move(value);
      began_ = began;
      ended_ = Clock::now();
    }
    read_.notify_all();
  }

  std::mutex mutex_;  // of all below
  std::condition_variable_any read_;
  std::shared_ptr<const Value> value_;
  TimePoint began_{}, ended_{};
  bool reading_ = false;
};

}  // namespace pairform::azure
