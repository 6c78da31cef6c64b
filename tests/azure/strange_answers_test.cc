// What the service answers to a write, or when it is asked after an operation, is no proper answer: an error of an odd shape,
// a page of a proxy, a body that is cut off or too large, a success after which nothing has changed. Each ends in what was
// wanted, or in an error of one sentence; never in a success that is none, and never in a write that is done twice.
#include "tests/azure/every_write.h"

namespace pairform {
namespace {

// Something strange about an answer: one or two behaviours of the emulator.
struct Strangeness {
  std::string behaviour, parameters;
  std::string shape = {};  // of the error, if it is one
};

std::vector<Strangeness> odd_errors(int status) {
  std::vector<Strangeness> all;
  for (const char* shape : {"number", "details-null", "text", "pascal", "html", "empty"})
    all.push_back({"fail",
                   fmt::format(R"("status": {}, "code": "SomethingIsWrong", "message": "no\nsuch luck")", status),
                   shape});
  return all;
}

const std::vector<Strangeness>& odd_bodies() {
  static const std::vector<Strangeness> all{
      {"truncated", ""}, {"wrong-length", ""}, {"invalid-utf8", ""}, {"nested", R"("depth": 10000)"}};
  return all;
}
const Strangeness k_huge{"huge-body", R"("bytes": 68157440)"};  // 65 MiB

// `where`: members of the behaviours, "match", "methods", "count".
void behave(AzureEmulator& azure, const Strangeness& strange, const std::string& where) {
  azure.behave(strange.behaviour, where + (strange.parameters.empty() ? "" : ", " + strange.parameters));
  if (!strange.shape.empty()) azure.behave("error-shape", fmt::format(R"({}, "shape": "{}")", where, strange.shape));
}

class AzureStrangeAnswers : public EveryWriteOnAzure {
 protected:
  void behave(const Strangeness& strange, const std::string& where) { pairform::behave(azure_, strange, where); }
  static std::string at(std::string_view path, std::string_view method, int count = 0) {
    return fmt::format(R"("match": "{}", "methods": ["{}"]{})", path, method,
                       count == 0 ? "" : fmt::format(R"(, "count": {})", count));
  }

  bool is_group() const { return GetParam().is_about("/resourceGroups/"); }

  // One sentence for people, not a page and not nothing.
  static void expect_sentence(const StepEnd& end) {
    ASSERT_TRUE(end.error) << "a success";
    const ProviderError& error = *end.error;
    EXPECT_NE(error.code, "");
    EXPECT_NE(error.message, "");
    EXPECT_LT(error.message.size(), 1200U);
    for (const char each : {'<', '\n', '\r', '\x1b'})
      EXPECT_EQ(error.message.find(each), std::string::npos) << error.message;
  }
  void expect_done_or_sentence(const StepEnd& end) {
    if (end.error) expect_sentence(end);
    else expect_there(end);
  }

  // The operation of the request that GetParam() names ends as a success and changes nothing. Operations are known by what
  // they are about: those of subnets by their network, whose space is written before; that which ends a replication by its
  // item.
  void change_nothing() {
    std::string path = GetParam().path;
    const std::string remove = "/remove$";
    if (path.ends_with(remove)) path.replace(path.size() - remove.size(), remove.size(), "$");
    const bool is_subnet = GetParam().is_about("/subnets/") && GetParam().method == std::string_view("PUT");
    const int before = path == "/subnets/new$" ? 1 : 0;
    azure_.behave("nothing-changed",
                  fmt::format(R"("match": "{}", "skip": {})", is_subnet ? "/virtualNetworks/app$" : path, before));
  }
};

// Number 11. (A resource group is made at once, there is no operation to end.)
TEST_P(AzureStrangeAnswers, ASuccessThatChangedNothingIsAnError) {
  if (is_group()) return;
  const auto provider = open_world();
  const CloudStep wanted = step(*provider);
  change_nothing();
  azure_.forget();
  const StepEnd end = carry_out(*provider, wanted);
  expect_sentence(end);
  EXPECT_EQ(error_code(end), "ReadBackDiffers");
  EXPECT_EQ(times_sent(), 1U);
}

// Number 13, on the write itself: 400 is the service's last word, 502 a proxy's.
TEST_P(AzureStrangeAnswers, AnErrorOfAnyShapeIsASentence) {
  std::vector<Strangeness> all = odd_errors(400);
  all.push_back({"proxy-page", R"("status": 502)"});
  for (const Strangeness& strange : all) {
    SCOPED_TRACE(strange.behaviour + strange.shape);
    const auto provider = open_world();
    const CloudStep wanted = step(*provider);
    behave(strange, at_the_write());
    expect_sentence(carry_out(*provider, wanted));
  }
}

TEST_P(AzureStrangeAnswers, APageOfAProxyIsNoSuccess) {
  for (const int status : {200, 202, 403}) {
    SCOPED_TRACE(status);
    const auto provider = open_world();
    const CloudStep wanted = step(*provider);
    behave({"proxy-page", fmt::format(R"("status": {})", status)}, at_the_write());
    expect_sentence(carry_out(*provider, wanted));
  }
}

// Number 16, on the write: it was carried out, and that is seen by looking.
TEST_P(AzureStrangeAnswers, ABodyThatIsNoneDoesNotMakeAWriteBeDoneTwice) {
  for (const Strangeness& strange : odd_bodies()) {
    SCOPED_TRACE(strange.behaviour);
    const auto provider = open_world();
    const CloudStep wanted = step(*provider);
    behave(strange, at_the_write());
    azure_.forget();
    expect_done(carry_out(*provider, wanted));
    EXPECT_EQ(times_sent(), 1U);
  }
}

// Of plumbing the first and the last piece: one function sends all of them.
INSTANTIATE_TEST_SUITE_P(, AzureStrangeAnswers,
                         testing::ValuesIn(kinds_of_writes_but({"container_made", "policy_made",
                                                                "container_mapping_made"})),
                         [](const auto& of) { return of.param.name; });

// Numbers 13 and 16, on the polls of operations.
constexpr const char* k_polls = "/(operationresults|operations|replicationOperationStatus)/";
class AzureStrangePolls : public AzureStrangeAnswers {};

// Of each form of an operation, and of each service.
std::vector<KindOfWrite> kinds_of_operations() {
  return kinds_of_writes({"network_made", "subnet_moved", "subnet_deleted", "second_fabric_made", "mapping_retargeted",
                          "mapping_deleted", "machine_enabled", "machine_disabled"});
}

// Where the kind stands among them: for things that take turns.
std::size_t turn_of(const std::string& kind) {
  const std::vector<KindOfWrite> all = kinds_of_operations();
  return static_cast<std::size_t>(
      std::find_if(all.begin(), all.end(), [&](const KindOfWrite& each) { return each.name == kind; }) - all.begin());
}

// Every other answer is given about a write that was carried out, the others about one that changed nothing. They are the
// others with the next kind of operation, so each answer is tried in both ways.
TEST_P(AzureStrangePolls, APollThatIsAnsweredStrangelyIsNoSuccessByItself) {
  std::vector<Strangeness> all = odd_bodies();
  for (const Strangeness& each : odd_errors(400)) all.push_back(each);
  for (const int status : {200, 404, 502}) all.push_back({"proxy-page", fmt::format(R"("status": {})", status)});
  std::size_t turn = turn_of(GetParam().name);
  for (const Strangeness& strange : all) {
    SCOPED_TRACE(strange.behaviour + strange.parameters + strange.shape);
    const auto provider = open_world();
    const CloudStep wanted = step(*provider);
    behave(strange, at(k_polls, "GET", 4));
    if (turn++ % 2 == 0) {
      azure_.forget();
      expect_done_or_sentence(carry_out(*provider, wanted));
      EXPECT_EQ(times_sent(), 1U);
    } else {
      change_nothing();
      expect_sentence(carry_out(*provider, wanted));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, AzureStrangePolls, testing::ValuesIn(kinds_of_operations()),
                         [](const auto& of) { return of.param.name; });

// What takes seconds, once of each: 65 MiB.
class AzureHugeAnswers : public AzureStrangeAnswers {};

TEST_P(AzureHugeAnswers, AreDroppedAndTheWriteIsNotDoneTwice) {
  for (const std::string& where : {at_the_write(), at(k_polls, "GET")}) {
    SCOPED_TRACE(where);
    const auto provider = open_world();
    const CloudStep wanted = step(*provider);
    behave(k_huge, where);
    azure_.forget();
    const StepEnd end = carry_out(*provider, wanted);
    if (end.error) {
      EXPECT_NE(end.error->message.find("64 MiB"), std::string::npos) << end.error->message;
    } else {
      expect_there(end);
    }
    EXPECT_LE(times_sent(), 1U);
  }
}

INSTANTIATE_TEST_SUITE_P(, AzureHugeAnswers,
                         testing::ValuesIn(kinds_of_writes({"network_made", "mapping_deleted", "nic_landed"})),
                         [](const auto& of) { return of.param.name; });

// An operation that failed tells why by its job, which may be answered as strangely; then the operation's own words stand.
class AzureStrangeJobs : public StepsOnAzure {
 protected:
  static std::vector<Strangeness> all() {
    std::vector<Strangeness> all;
    for (Strangeness each : odd_bodies()) {
      each.parameters += fmt::format(R"({}"count": 4)", each.parameters.empty() ? "" : ", ");
      all.push_back(std::move(each));
    }
    for (const int status : {400, 404})
      for (const Strangeness& each : odd_errors(status)) all.push_back(each);
    all.push_back({"proxy-page", R"("status": 200)"});
    return all;
  }
  void answer_jobs_by(const Strangeness& strange) { behave(azure_, strange, R"("match": "/replicationJobs/")"); }
};

TEST_F(AzureStrangeJobs, AFailureIsToldAllTheSame) {
  for (const Strangeness& strange : all()) {
    SCOPED_TRACE(strange.behaviour + strange.parameters + strange.shape);
    azure_.reset();
    put_networks();
    azure_.behave("operation-ends", R"("status": "Failed", "code": "28020", "message": "no such luck",
      "match": "replicationNetworkMappings")");
    answer_jobs_by(strange);
    const auto provider = open();
    const StepEnd end = carry_out(*provider, create_half());
    ASSERT_TRUE(end.error);
    EXPECT_EQ(end.error->kind, ErrorKind::Invalid);
    EXPECT_NE(end.error->message, "");
    EXPECT_EQ(end.error->message.find('<'), std::string::npos) << end.error->message;
    EXPECT_EQ(find_text(*provider, "mapping", k_slot), "absent");
    EXPECT_EQ(writes("PUT", k_mapping_path), 1U);
  }
}

// A run that goes on has the job alone to ask.
TEST_F(AzureStrangeJobs, ARunThatGoesOnLooksAtTheMappingItself) {
  for (const bool changed : {true, false})
    for (const Strangeness& strange : all()) {
      SCOPED_TRACE(strange.behaviour + strange.parameters + strange.shape);
      azure_.reset();
      put_networks();
      azure_.control("put", R"({"plumbing": {"regions": ["eastasia", "southeastasia"]}})");
      if (!changed) azure_.behave("nothing-changed");
      const CloudStep step = create_half();
      const BeginAnswer begun = open()->begin(std::span(&step, 1), {}).at(0);
      ASSERT_TRUE(std::holds_alternative<Accepted>(begun));
      answer_jobs_by(strange);
      const auto provider = open();
      const std::string handle = std::get<Accepted>(begun).handle;
      PollAnswer now = provider->poll(handle, {});
      for (int poll = 0; poll < 500 && std::holds_alternative<Running>(now); ++poll) {
        std::this_thread::sleep_for(std::min(std::get<Running>(now).next_poll, std::chrono::milliseconds(10)));
        now = provider->poll(handle, {});
      }
      EXPECT_FALSE(std::holds_alternative<Running>(now)) << "it does not end";
      const auto* done = std::get_if<Done>(&now);
      EXPECT_TRUE(done == nullptr || !done->row) << "only its caller's look-up tells what came of it";
      EXPECT_EQ(find_text(*provider, "mapping", k_slot) == "absent", !changed);
      EXPECT_EQ(writes("PUT", k_mapping_path), 1U) << "sent again";
    }
}

}  // namespace
}  // namespace pairform
