// A recorded row that files call otherwise now: what it was recorded with (engine/read/taken_over.h finds them).
#pragma once
#include <cstddef>

#include "engine/model/recorded.h"

namespace pairform {

struct TakenOver {
  TypeId type;
  Text id;
  std::size_t column = 0;
  Text was;  // none: nothing
};

}  // namespace pairform
