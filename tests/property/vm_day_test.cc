// The whole day: a region is lost in the middle of an apply, a nervous colleague plans with whatever files lie about,
// failover, commit, reprotect, and home again. At no point does a plan touch what the failover needs.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "tests/property/vm_worlds.h"

namespace pairform::property {
namespace {

// Lets something happen before the n-th request is sent.
class EventProvider : public Provider {
 public:
  EventProvider(std::unique_ptr<Provider> inner, int at, const std::function<void()>& event)
      : inner_(std::move(inner)), at_(at), event_(event) {}
  Capabilities capabilities() const override { return inner_->capabilities(); }
  std::string scope() const override { return inner_->scope(); }
  Route route(const CloudStep& step) const override { return inner_->route(step); }
  void observe(const ObserveRequest& request, const std::function<void(Observation&&)>& page,
               const CallLimits& limits) override {
    inner_->observe(request, page, limits);
  }
  LookupAnswer lookup(const LookupKey& key, const CallLimits& limits) override { return inner_->lookup(key, limits); }
  std::vector<BeginAnswer> begin(std::span<const CloudStep> steps, const CallLimits& limits) override {
    const std::lock_guard lock(mutex_);
    if (--at_ == 0) event_();
    return inner_->begin(steps, limits);
  }
  PollAnswer poll(std::string_view handle, const CallLimits& limits) override { return inner_->poll(handle, limits); }

 private:
  std::unique_ptr<Provider> inner_;
  int at_;
  const std::function<void()>& event_;
  std::mutex mutex_;
};

WorldNetwork network(const std::string& region, const std::string& name, const std::string& space, bool existing) {
  return {.key = name,
          .region = region,
          .name = name,
          .existing = existing,
          .protect = false,
          .spaces = {space + ".0.0/16"},
          .subnets = {{"db", space + ".2.0/24"}, {"web", space + ".1.0/24"}}};
}

WorldVm vm(const std::string& key, const std::string& subnet, const std::string& ip) {
  WorldVm made{.key = key,
               .region = "eastasia",
               .name = key,
               .network = "app",
               .target_region = "westus",
               .target_network = {},
               .existing = false,
               .seeding_polls = 0,
               .nics = {}};
  made.nics.push_back(
      {.name = "eth0", .subnet = subnet, .ip = ip, .secondary = {}, .target_subnet = {}, .target_ip = {}});
  return made;
}

// Before the day; what is being applied when it happens; and what a colleague might have in his files.
World morning(const std::string& space) {
  World world;
  world.networks = {network("eastasia", "app", "10.1", true), network("westus", "dr", space, false),
                    network("westus", "dr2", "10.3", false)};
  world.networks[1].subnets["late"] = std::string(space) + ".9.0/24";
  world.pairs = {{.key = "m",
                  .source = "app",
                  .target = "dr",
                  .mirror = true,
                  .protect = false,
                  .subnets = {},
                  .same_host = false}};
  world.vms = {vm("db1", "db", "10.1.2.10"), vm("web1", "web", "10.1.1.10"), vm("web2", "web", "dhcp")};
  world.vms[0].nics[0].secondary["vip"] = "10.1.2.11";
  return world;
}

World noon(const std::string& space) {
  World world = morning(space);
  world.networks.push_back(network("westus", "lab", "10.4", false));
  world.networks.push_back(network("northeurope", "far", "10.5", false));
  world.pairs.push_back({.key = "labs",
                         .source = "lab",
                         .target = "far",
                         .mirror = true,
                         .protect = false,
                         .subnets = {},
                         .same_host = false});
  world.vms.push_back(vm("web3", "web", "10.1.1.12"));
  world.vms.push_back(vm("web4", "web", "10.1.1.13"));
  return world;
}

std::vector<World> colleagues(const std::string& space) {
  std::vector<World> out{noon(space), morning(space), World(), noon(space), noon(space), noon(space), noon(space)};
  out[3].pairs[0].target = "dr2";                                // a remap
  out[4].vms.erase(out[4].vms.begin(), out[4].vms.begin() + 2);  // vms that go
  out[5].pairs.erase(out[5].pairs.begin());                      // the stanza goes
  out[6].networks[1].subnets.erase("late");                      // a subnet that nobody needs
  for (WorldVm& each : out[5].vms) each.nics[0].target_subnet = each.nics[0].subnet == "db" ? "web" : "db";
  return out;
}

const std::set<std::string> k_ours{"eastasia/db1", "eastasia/web1", "eastasia/web2", "eastasia/web3", "eastasia/web4"};

struct Day {
  const char* space;  // of the network that all land in; app has 10.1
  bool unreachable;   // the lost region cannot be read until somebody commits
  int lost_at;        // before this request of the apply
};

// Whoever plans now, with whatever files, also to destroy it all: nothing of those that are away is touched.
std::string nobody_harms(const Project& project, const Day& day, const std::string& when) {
  const std::set<std::string> held = held_ids(project.cloud(), k_ours);
  for (const World& world : colleagues(day.space)) {
    project.write(world);
    for (const bool destroy : {false, true}) {
      RunOptions options;
      options.plan.destroy = destroy;
      const Planned planned = project.plan(options);
      if (std::string wrong = check_untouched(planned, held); !wrong.empty()) return when + ": " + wrong;
    }
  }
  project.write(noon(day.space));
  return "";
}

// What may be done is done, and harms nobody.
std::string do_the_rest(const Project& project, const std::string& when) {
  const ModelCloud found = project.cloud();
  const std::set<std::string> held = held_ids(found, k_ours);
  Planned planned = project.plan({.locked = true});
  if (!planned.sound) return when + ": refused: " + planned.errors();
  apply_plan(planned.run, quick_apply());
  planned.run.state.backend->unlock();
  const std::string wrong = check_unchanged(found, project.cloud(), held);
  return wrong.empty() ? "" : when + ": " + wrong;
}

// False: the apply has not so many requests.
bool live_through(const Day& day, std::string& wrong) {
  Project project;
  for (const WorldNetwork& each : morning(day.space).networks)
    if (each.existing) project.sim(put_words(each));
  project.write(morning(day.space));
  wrong = apply(project);
  if (!wrong.empty()) return false;
  const ModelCloud before = project.cloud();
  bool lost = false;
  const std::function<void()> lose = [&] {
    lost = true;
    project.sim({"failover", "eastasia"});
    if (day.unreachable) project.sim({"deny", "eastasia"});
  };
  project.write(noon(day.space));
  Planned planned =
      project.plan({.locked = true, .wrap_provider = [&](std::unique_ptr<Provider> inner) -> std::unique_ptr<Provider> {
                      return std::make_unique<EventProvider>(std::move(inner), day.lost_at, lose);
                    }});
  apply_plan(planned.run, quick_apply(1));
  planned.run.state.backend->unlock();
  if (!lost) return false;
  const auto each = [&](const char* when) {
    wrong = nobody_harms(project, day, when);
    if (wrong.empty()) wrong = do_the_rest(project, when);
    return wrong.empty();
  };
  if (!each("lost")) return true;
  project.sim({"allow", "eastasia"});
  for (const Words& words : {Words{"commit", "eastasia"}, Words{"reprotect", "eastasia"}, Words{"failover", "westus"},
                             Words{"commit", "westus"}, Words{"reprotect", "westus"}}) {
    if (!project.sim(words)) wrong = "refused: " + words[0] + " " + words[1];
    if (!wrong.empty() || !each((words[0] + " " + words[1]).c_str())) return true;
  }
  // Vms that were enabled meanwhile stayed where they were; all is settled.
  wrong = apply(project);
  if (wrong.empty()) wrong = nothing_is_left(project, false);
  const ModelCloud now = project.cloud();
  // Where prefixes differ the service gives machines another address when they come home; where they land stays.
  for (auto [id, nic] : before.nics) {
    if (!wrong.empty()) return true;
    if (std::string(day.space) != "10.1") nic.ip = now.nics.at(id).ip, nic.secondary = now.nics.at(id).secondary;
    if (now.nics.at(id) != nic) wrong = id + " has moved: " + difference(before, now);
  }
  return true;
}

TEST(VmDay, ARegionIsLostInTheMiddleOfAnApplyAndEverybodyComesHome) {
  for (Day day : {Day{"10.1", true, 1}, Day{"10.2", false, 1}}) {
    std::string wrong;
    for (; live_through(day, wrong); ++day.lost_at)
      ASSERT_EQ(wrong, "") << "app and " << day.space << ", lost before request " << day.lost_at;
    ASSERT_EQ(wrong, "");
    EXPECT_GT(day.lost_at, 6);
  }
}

}  // namespace
}  // namespace pairform::property
