#include "schema/check.h"

#include <cstdio>
#include <cstdlib>

namespace pairform {
void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "pairform: internal error: %s does not hold (%s:%d)\n", condition, file, line);
  std::abort();
}
}  // namespace pairform
