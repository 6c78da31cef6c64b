// Our own bugs abort with a place; users' mistakes are Diagnostics, remote failures ProviderError.
#pragma once

namespace pairform {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}  // namespace pairform

#define PAIRFORM_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::pairform::check_failed(#condition, __FILE__, __LINE__))
