// A random valid world and a few random operations on it leave a valid world: plans, applies with failures, killed ones, edits
// and rebuilding of state, accidents, denied scopes (operations_on_worlds.h).
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/operations_on_worlds.h"

namespace {

// How much was tried says whether something was: files of which each plan is refused would prove nothing.
void say_counts() {
  const pairform::fuzz::OperationCounts& counts = pairform::fuzz::counts;
  std::printf("%llu worlds, %llu operations, %llu converged, %llu refused\n",
              static_cast<unsigned long long>(counts.worlds), static_cast<unsigned long long>(counts.operations),
              static_cast<unsigned long long>(counts.converged), static_cast<unsigned long long>(counts.refused));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pairform::fuzz;
  static const int at_end = std::atexit(say_counts);
  promise(at_end == 0, "the counts are said at the end");
  const std::string wrong = try_operations(text_of(data, size));
  if (!wrong.empty()) std::fputs(wrong.c_str(), stderr);
  promise(wrong.empty(), "operations on a valid world leave a valid one");
  return 0;
}
