#include "engine/state/merge_lines.h"

#include <algorithm>

#include "schema/address.h"

namespace pairform {
namespace {

// Of the line that `rest` begins with: its bytes with the end, 0 where it does not end.
std::size_t line_size(std::string_view rest) {
  const std::size_t newline = rest.find('\n');
  return newline == std::string_view::npos ? 0 : newline + 1;
}

std::string_view without_line_end(std::string_view line) {
  line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::string_view canonical_address(std::string_view line) {
  constexpr std::string_view k_start = "{\"address\":\"";
  if (!line.starts_with(k_start)) return {};
  line.remove_prefix(k_start.size());
  const std::size_t end = line.find('"');
  if (end == std::string_view::npos) return {};
  const std::string_view address = line.substr(0, end);
  return std::find(address.begin(), address.end(), '\\') == address.end() ? address : std::string_view();
}

MergeLines::MergeLines(std::string_view bytes, StringPool& pool) : pool_(pool), parser_(bytes), rest_(bytes) {
  constexpr std::string_view k_mark = "\xEF\xBB\xBF";
  if (rest_.starts_with(k_mark)) rest_.remove_prefix(k_mark.size());
  const std::size_t size = line_size(rest_);
  if (size == 0) {
    sound_ = rest_.empty();
    rest_ = {};
    return;
  }
  header_ = without_line_end(rest_.substr(0, size));
  rest_.remove_prefix(size);
  rows_ = rest_;
}

std::string_view MergeLines::address() {
  if (size_ != 0 || rest_.empty() || !sound_) return address_;
  size_ = line_size(rest_);
  line_ = size_ == 0 ? std::string_view() : without_line_end(rest_.substr(0, size_));
  address_ = address_of(line_);
  if (address_.empty() || (!last_.empty() && compare_addresses(last_, address_) >= 0)) damage();
  return address_;
}

void MergeLines::take() { skip(size_, address_); }

void MergeLines::skip(std::size_t size, std::string_view address) {
  last_ = address;
  rest_.remove_prefix(size);
  size_ = 0;
  line_ = address_ = {};
}

std::string_view MergeLines::address_of(std::string_view line) {
  if (const std::string_view address = canonical_address(line); !address.empty()) return address;
  simdjson::dom::element json;
  std::string_view address;
  if (line.empty() || !parse(line, json) || json["address"].get(address) != simdjson::SUCCESS) return {};
  return pool_.view(pool_.intern(address));
}

std::string_view MergeLines::find(std::string_view wanted) {
  std::size_t first = 0, last = rows_.size();  // the row begins in [first, last), if it is there
  while (first < last) {
    const std::size_t before = rows_.substr(0, (first + last) / 2).rfind('\n');
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const std::size_t size = line_size(rows_.substr(begin));
    if (size == 0) return {};
    const std::string_view line = without_line_end(rows_.substr(begin, size));
    const int order = compare_addresses(wanted, address_of(line));
    if (order == 0) return line;
    if (order < 0) last = begin;
    else first = begin + size;
  }
  return {};
}

}  // namespace pairform
