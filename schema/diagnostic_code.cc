#include "schema/diagnostic_code.h"

#include <array>

namespace pairform {
namespace {
constexpr auto k_codes = std::to_array<CodeInfo>({
#define PAIRFORM_CODE(name, number, title) {Code::name, title},
    PAIRFORM_CODES(PAIRFORM_CODE)
#undef PAIRFORM_CODE
});
}  // namespace

std::span<const CodeInfo> all_codes() { return k_codes; }

std::string code_text(Code code) { return "PF" + std::to_string(static_cast<int>(code)); }

std::string_view code_title(Code code) {
  for (const CodeInfo& info : k_codes)
    if (info.code == code) return info.title;
  return "";
}

}  // namespace pairform
