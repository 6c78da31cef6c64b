#include "schema/value.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "schema/json_writer.h"

namespace pairform {
namespace {

void write_prefixes(JsonWriter& json, std::vector<Prefix>& prefixes) {
  std::sort(prefixes.begin(), prefixes.end());
  prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());
  json.open_array();
  for (const Prefix& prefix : prefixes) json.text(to_text(prefix));
  json.close_array();
}

// Reads the JSON that this file writes: arrays and objects of strings, one level of arrays inside an object.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool peek(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool done() const { return at_ == text_.size(); }

  bool string(std::string& out) {
    out.clear();
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (c != '\\') {
        out += c;
      } else if (!escape(out)) {
        return false;
      }
    }
    return false;
  }

  bool strings(std::vector<std::string>& out) {
    if (!take('[')) return false;
    if (take(']')) return true;
    std::string item;
    do {
      if (!string(item)) return false;
      out.push_back(item);
    } while (take(','));
    return take(']');
  }

 private:
  bool escape(std::string& out) {
    if (at_ >= text_.size()) return false;
    const char c = text_[at_++];
    switch (c) {
      case '"':
      case '\\':
      case '/': out += c; return true;
      case 'n': out += '\n'; return true;
      case 'r': out += '\r'; return true;
      case 't': out += '\t'; return true;
      case 'b': out += '\b'; return true;
      case 'f': out += '\f'; return true;
      case 'u': break;
      default: return false;
    }
    unsigned value = 0, low = 0;
    if (!unit(value)) return false;
    if (value >= 0xD800 && value < 0xDC00) {
      if (!take('\\') || !take('u') || !unit(low) || low < 0xDC00 || low > 0xDFFF) return false;
      value = 0x10000 + ((value - 0xD800) << 10U) + (low - 0xDC00);
    } else if (value >= 0xDC00 && value <= 0xDFFF) {
      return false;
    }
    append_utf8(out, value);
    return true;
  }

  // Four hex digits.
  bool unit(unsigned& value) {
    if (at_ + 4 > text_.size()) return false;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + at_ + 4, value, 16);
    at_ += 4;
    return error == std::errc() && end == text_.data() + at_;
  }

  static void append_utf8(std::string& out, unsigned c) {
    const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += static_cast<char>(0xC0U | (c >> 6U));
      tail(0);
    } else if (c < 0x10000) {
      out += static_cast<char>(0xE0U | (c >> 12U));
      tail(6);
      tail(0);
    } else {
      out += static_cast<char>(0xF0U | (c >> 18U));
      tail(12);
      tail(6);
      tail(0);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<Prefix> prefix_of(const std::string& text) {
  const auto parsed = parse_prefix(text);
  if (!parsed) return std::nullopt;
  return parsed->prefix;
}

}  // namespace

void write_value(JsonWriter& json, Kind kind, std::string_view canonical) {
  switch (kind) {
    case Kind::String:
    case Kind::Region:
    case Kind::Reference:
    case Kind::Ip:
    case Kind::SourceIp: json.text(canonical); return;
    default: json.raw(canonical);
  }
}

std::string canonical_region(std::string_view text) {
  std::string out = ascii_lower(text);
  std::erase_if(out, [](char c) { return c == ' ' || c == '\t'; });
  return out;
}

std::string canonical_prefix_list(std::vector<Prefix> prefixes) {
  std::string out;
  JsonWriter json(out);
  write_prefixes(json, prefixes);
  return out;
}

std::string canonical_subnet_map(std::vector<Subnet> subnets) {
  std::sort(subnets.begin(), subnets.end(), [](const Subnet& a, const Subnet& b) { return a.name < b.name; });
  std::string out;
  JsonWriter json(out);
  json.open_object();
  for (Subnet& subnet : subnets) {
    json.key(subnet.name);
    if (subnet.prefixes.size() == 1) json.text(to_text(subnet.prefixes.front()));
    else write_prefixes(json, subnet.prefixes);
  }
  json.close_object();
  return out;
}

std::string canonical_text_list(const std::vector<std::string>& items) {
  std::string out;
  JsonWriter json(out);
  json.open_array();
  for (const std::string& item : items) json.text(item);
  json.close_array();
  return out;
}

std::string canonical_text_map(std::vector<std::pair<std::string, std::string>> items) {
  std::sort(items.begin(), items.end());
  std::string out;
  JsonWriter json(out);
  json.open_object();
  for (const auto& [key, value] : items) json.member(key, value);
  json.close_object();
  return out;
}

std::optional<std::vector<std::string>> parse_text_list(std::string_view canonical) {
  std::vector<std::string> items;
  if (canonical.empty()) return items;
  Reader reader(canonical);
  if (!reader.strings(items) || !reader.done()) return std::nullopt;
  return items;
}

std::optional<std::vector<Prefix>> parse_prefix_list(std::string_view canonical) {
  const auto items = parse_text_list(canonical);
  if (!items) return std::nullopt;
  std::vector<Prefix> prefixes;
  for (const std::string& item : *items) {
    const auto prefix = prefix_of(item);
    if (!prefix) return std::nullopt;
    prefixes.push_back(*prefix);
  }
  return prefixes;
}

std::optional<std::vector<Subnet>> parse_subnet_map(std::string_view canonical) {
  std::vector<Subnet> subnets;
  if (canonical.empty()) return subnets;
  Reader reader(canonical);
  if (!reader.take('{')) return std::nullopt;
  if (reader.take('}')) return reader.done() ? std::optional(std::move(subnets)) : std::nullopt;
  do {
    Subnet subnet;
    std::vector<std::string> items(1);
    if (!reader.string(subnet.name) || !reader.take(':')) return std::nullopt;
    if (reader.peek('[')) {
      items.clear();
      if (!reader.strings(items)) return std::nullopt;
    } else if (!reader.string(items.front())) {
      return std::nullopt;
    }
    for (const std::string& item : items) {
      const auto prefix = prefix_of(item);
      if (!prefix) return std::nullopt;
      subnet.prefixes.push_back(*prefix);
    }
    subnets.push_back(std::move(subnet));
  } while (reader.take(','));
  if (!reader.take('}') || !reader.done()) return std::nullopt;
  return subnets;
}

std::optional<std::vector<std::pair<std::string, std::string>>> parse_text_map(std::string_view canonical) {
  std::vector<std::pair<std::string, std::string>> items;
  if (canonical.empty()) return items;
  Reader reader(canonical);
  if (!reader.take('{')) return std::nullopt;
  if (reader.take('}')) return reader.done() ? std::optional(std::move(items)) : std::nullopt;
  do {
    std::pair<std::string, std::string> item;
    if (!reader.string(item.first) || !reader.take(':') || !reader.string(item.second)) return std::nullopt;
    items.push_back(std::move(item));
  } while (reader.take(','));
  if (!reader.take('}') || !reader.done()) return std::nullopt;
  return items;
}

namespace {

bool is_ipv4(std::string_view text) {
  const auto ip = parse_ip(text);
  return ip && !ip->v6;
}

bool is_ip_map(std::string_view canonical) {
  const auto items = parse_text_map(canonical);
  return items && std::all_of(items->begin(), items->end(), [](const auto& item) { return is_ipv4(item.second); });
}

}  // namespace

bool is_sound(Kind kind, std::string_view canonical) {
  switch (kind) {
    case Kind::Boolean: return canonical == "true" || canonical == "false";
    case Kind::PrefixList: return !canonical.empty() && parse_prefix_list(canonical);
    case Kind::SubnetMap: return !canonical.empty() && parse_subnet_map(canonical);
    case Kind::TextList: return !canonical.empty() && parse_text_list(canonical);
    case Kind::TextMap: return !canonical.empty() && parse_text_map(canonical);
    case Kind::Ip: return is_ipv4(canonical);
    case Kind::SourceIp: return canonical == k_dynamic || is_ipv4(canonical);
    case Kind::IpMap: return !canonical.empty() && is_ip_map(canonical);
    case Kind::String:
    case Kind::Region:
    case Kind::Reference:
    case Kind::Integer:
    case Kind::Number:
    case Kind::Duration: break;
  }
  return true;
}

std::string_view kind_words(Kind kind) {
  switch (kind) {
    case Kind::Boolean: return "true or false";
    case Kind::Integer:
    case Kind::Number: return "a number";
    case Kind::Duration: return "a number of milliseconds";
    case Kind::PrefixList: return "a list of prefixes";
    case Kind::SubnetMap: return "a map of subnets";
    case Kind::TextList: return "a list of texts";
    case Kind::TextMap: return "a map of texts";
    case Kind::Ip:
    case Kind::SourceIp: return "an address";
    case Kind::IpMap: return "a map of addresses";
    case Kind::String:
    case Kind::Region:
    case Kind::Reference: break;
  }
  return "a text";
}

std::optional<long long> parse_duration(std::string_view text) {
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() || number < 0 || text.front() == '-') return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  long long factor = 0;
  if (unit == "ms") factor = 1;
  else if (unit == "s") factor = 1000;
  else if (unit == "m") factor = 60LL * 1000;
  else if (unit == "h") factor = 60LL * 60 * 1000;
  constexpr long long k_most = 1000LL * 60 * 60 * 1000;
  if (factor == 0 || number > k_most / factor) return std::nullopt;
  return number * factor;
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view k_blanks = " \t\r";
  while (!text.empty() && k_blanks.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  while (!text.empty() && k_blanks.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return text;
}

}  // namespace pairform
