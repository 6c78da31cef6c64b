#include "engine/cloud_view.h"

#include <gtest/gtest.h>

#include "schema/network_types.h"
#include "tests/support/fake_provider.h"

namespace pairform {
namespace {

TEST(CloudView, AnAnswerOfAnUnknownTypeIsUnknownAndNoRow) {
  FakeProvider provider;
  provider.lookups["eastasia/app"] = CloudRow{.type = "gadget", .id = "g", .identity = "eastasia/app"};
  const TypeTable types = base_type_table();
  StringPool texts;
  CloudView view({}, &provider, types, "p", texts);
  const CloudView::Wish wish{k_network_type, texts.intern("eastasia/app"), texts.intern("eastasia")};
  const Sight sight = view.find(wish);
  EXPECT_EQ(sight.seen, Seen::Unknown);
  EXPECT_FALSE(sight.row);
  EXPECT_EQ(texts.view(sight.why), "the answer is of an unknown type, \"gadget\"");
  EXPECT_TRUE(view.observed().rows.empty());
}

}  // namespace
}  // namespace pairform
