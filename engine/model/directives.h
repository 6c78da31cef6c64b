// What files say about addresses: moved, removed, import (spec sections 2 and 6), as hints for the match.
#pragma once
#include <utility>
#include <vector>

#include "schema/id.h"

namespace pairform {

struct Directives {
  // Recorded address (a network, a vm, or a whole pair as "mapping.key") -> desired address of the same kind, chains
  // followed.
  std::vector<std::pair<Text, Text>> moved;
  std::vector<Text> removed;   // recorded addresses to forget: a network, a vm with its nics, a whole pair, or (a
                               // saved plan) one half
  std::vector<Text> imported;  // desired addresses of networks that may be adopted without the tag
};

}  // namespace pairform
