// A text that must not be left behind: its memory is overwritten before it is freed. It has no way to a stream or a format
// string; whoever needs the text asks for it, and hands it to nobody but the HTTP client.
#pragma once
#include <string.h>

#include <string>
#include <utility>

namespace pairform::azure {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret& other) = default;
  Secret(Secret&& other) noexcept { text_.swap(other.text_); }
  Secret& operator=(Secret other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  ~Secret() { wipe(); }

  bool empty() const { return text_.empty(); }
  const std::string& reveal() const { return text_; }

 private:
  void wipe() noexcept {
    if (!text_.empty()) explicit_bzero(text_.data(), text_.size());
    text_.clear();
  }
  std::string text_;
};

}  // namespace pairform::azure
