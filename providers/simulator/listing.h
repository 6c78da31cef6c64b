// The listing of regions as rows, in pages of 1,000: networks, then mappings, then machines with their nics. Like the
// real one it leaves out in silence what may not be read: an id that is denied is skipped, and so is what belongs to
// it. Callers hold a read transaction over the whole listing, so that all pages show one moment.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "engine/provider.h"
#include "providers/simulator/cloud.h"

namespace pairform::simulator {

// Collects rows and hands them on in pages. `pause`: what each page waits for, as a call to the service does; false:
// the page is not handed on. Both functions must outlive it.
class Pager {
 public:
  Pager(const std::function<void(Observation&&)>& page, const std::function<bool()>& pause)
      : page_(page), pause_(pause) {}
  void add(CloudRow row) {
    current_.rows.push_back(std::move(row));
    if (current_.rows.size() == k_page_rows) flush();
  }
  void add(Unseen unseen) { current_.unseen.push_back(std::move(unseen)); }
  void flush() {
    if (pause_()) page_(std::move(current_));
    current_ = {};
  }

 private:
  static constexpr std::size_t k_page_rows = 1000;
  const std::function<void(Observation&&)>& page_;
  const std::function<bool()>& pause_;
  Observation current_;
};

// `asked`: the regions a listing is for, sorted. `readable`: those of them that can be read.
void list_regions(Cloud& cloud, const std::vector<std::string>& asked, const std::vector<std::string>& readable,
                  Pager& pager);

}  // namespace pairform::simulator
