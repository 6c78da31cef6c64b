// Addresses as Terraform writes them: "module.dr[\"eastasia\"].azurerm_virtual_network.hub[0]".
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace pairform::terraform {

// A key of for_each in brackets: ["east\"asia"]. Escaped as in Terraform's language, so that it may be typed again.
std::string text_key(std::string_view key);

// May it be the name of a resource or module? Letters, digits, "_" and "-", no digit first; letters of other alphabets, too.
bool is_label(std::string_view text);

// "module.dr[\"eastasia\"].module.app[0]" without its keys: "module.dr.module.app". None: Terraform writes no such path.
// "" is the root module.
std::optional<std::string> without_keys(std::string_view module);

}  // namespace pairform::terraform
