#include "schema/declaration.h"

namespace pairform {

std::string declared_address(const Declaration& item, const TypeTable& types, const StringPool& texts) {
  const ResourceType& type = types[item.type];
  std::string out;
  if (item.within) out.append(type.within).append(".").append(texts.view(item.within)).append(".");
  if (!item.key && item.within) return out + type.all;
  if (!item.key) out += "defaults.";
  out += type.name;
  if (item.key) out.append(".").append(texts.view(item.key));
  return out;
}

bool Configuration::is_meant(std::string_view address) const {
  return declarations.meant.contains(address) || declarations.meant.contains(address.substr(0, address.find('.') + 1));
}

}  // namespace pairform
