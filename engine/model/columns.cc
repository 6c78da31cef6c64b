#include "engine/model/columns.h"

#include "schema/check.h"

namespace pairform {

template <class T, class Parse>
const T& ParsedColumns::once(Memo<T>& memo, const StringPool& texts, Text text, Parse parse) {
  static const T absent{};
  if (!text) return absent;
  if (const auto known = memo.at[text]) return memo.values[known.index()];
  auto parsed = parse(texts.view(text));
  PAIRFORM_CHECK(parsed.has_value());
  memo.at.set(text, typename Memo<T>::ValueId(memo.values.size()));
  return memo.values.emplace_back(*std::move(parsed));
}

const std::vector<Prefix>& ParsedColumns::prefixes(const StringPool& texts, Text prefix_list) const {
  return once(prefixes_, texts, prefix_list, parse_prefix_list);
}

const std::vector<Subnet>& ParsedColumns::subnets(const StringPool& texts, Text subnet_map) const {
  return once(subnets_, texts, subnet_map, parse_subnet_map);
}

const std::vector<std::string>& ParsedColumns::list(const StringPool& texts, Text text_list) const {
  return once(lists_, texts, text_list, parse_text_list);
}

const TextItems& ParsedColumns::items(const StringPool& texts, Text text_or_ip_map) const {
  return once(items_, texts, text_or_ip_map, parse_text_map);
}

NetworkShape parse_shape(std::string_view spaces, std::string_view subnets) {
  NetworkShape shape;
  if (auto parsed = parse_prefix_list(spaces)) shape.spaces = std::move(*parsed);
  if (auto parsed = parse_subnet_map(subnets)) shape.subnets = std::move(*parsed);
  PAIRFORM_CHECK((spaces.empty() || !shape.spaces.empty() || spaces == "[]") &&
                 (subnets.empty() || !shape.subnets.empty() || subnets == "{}"));
  return shape;
}

}  // namespace pairform
