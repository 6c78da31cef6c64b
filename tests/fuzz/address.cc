// Addresses, IP addresses and prefixes, as people and clouds write them. What is read is written in one form, which is read
// again as the same.
#include "schema/address.h"

#include "providers/azure/arm_id.h"
#include "schema/ip.h"
#include "schema/json_text.h"
#include "schema/terminal_text.h"
#include "schema/value.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pairform;
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto ip = parse_ip(text)) fuzz::promise(parse_ip(to_text(*ip)) == ip, "an address is itself again");
  if (const auto prefix = parse_prefix(text)) {
    const auto again = parse_prefix(to_text(prefix->prefix));
    fuzz::promise(again && again->prefix == prefix->prefix, "a prefix is itself again");
  }
  if (parse_address(text)) {
    type_of(text);
    pair_of(text);
    vm_of_nic(text);
  }
  fuzz::promise(is_key(key_of_name(text)), "every name gives a key");
  fuzz::promise(canonical_region(canonical_region(text)) == canonical_region(text),
                "a canonical region stays as it is");
  for (const char c : escape_for_terminal(text))
    fuzz::promise(c == '\n' || static_cast<unsigned char>(c) >= ' ', "no control character reaches a terminal");
  json_string(text);
  if (const auto id = azure::parse_arm_id(text)) id->name();
  azure::last_segment(text);
  azure::parent_of(text);
  return 0;
}
