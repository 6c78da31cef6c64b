// What became of decoding one thing of an answer.
#pragma once
#include <optional>
#include <string>

namespace pairform::azure {

template <class Thing>
struct Decoded {
  std::optional<Thing> thing;  // none: see `wrong`
  std::string wrong;           // a member of the wrong kind, or one that must be there and is not; empty where there is
                               // none: then it is a thing of another kind, which is none of ours
};

}  // namespace pairform::azure
