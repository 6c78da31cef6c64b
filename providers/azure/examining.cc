#include "providers/azure/examining.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

#include "providers/azure/connecting.h"
#include "providers/azure/examiner.h"
#include "providers/azure/http/curl_library.h"
#include "providers/azure/identity.h"
#include "schema/value.h"

namespace pairform::azure {

void Examiner::add(Check check, Level level, std::string address, std::string text, std::string fix) {
  const std::lock_guard lock(mutex_);
  out_.findings.push_back({check, level, std::move(address), std::move(text), std::move(fix)});
}

void Examiner::ask(const std::vector<std::function<void()>>& tasks) {
  const auto first = static_cast<std::ptrdiff_t>(out_.findings.size());
  run_at_once(tasks);
  std::sort(out_.findings.begin() + first, out_.findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.address, a.text) < std::tie(b.address, b.text);
  });
}

Examiner::Read Examiner::read(Call call, const std::string& id, const std::string& name) {
  const auto asked = request(call, settings_, id, name);
  if (!asked) return {404, {}, {}};
  ArmResult result = session_.arm().read(*asked, limits_);
  if (auto* error = std::get_if<ProviderError>(&result)) return {0, {}, std::move(*error)};
  auto& answer = std::get<HttpAnswer>(result);
  return {answer.status, std::move(answer.body), {}};
}

// Whose credential it is. Why there is none, `connect` has told.
bool Examiner::credential() {
  if (!why_no_libcurl().empty()) return false;
  const auto result = session_.signed_in(limits_);
  const auto* signed_in = std::get_if<Session::SignedIn>(&result);
  if (signed_in == nullptr) return false;
  const Claims& claims = signed_in->claims;
  std::string who = !claims.user.empty()          ? claims.user
                    : !claims.application.empty() ? fmt::format("application {}", claims.application)
                                                  : std::string("somebody whom the token does not name");
  if (!claims.object.empty()) who += fmt::format(", object {}", claims.object);
  if (!claims.tenant.empty()) who += fmt::format(", of tenant {}", claims.tenant);
  if (!claims.object.empty()) who_ = claims.object;
  add(Check::Credential, Level::Ok, {}, fmt::format("signed in as {} (source \"{}\")", who, signed_in->source));
  // Where a token had to be corrected `connect` has told.
  if (const auto ahead = session_.clock_ahead();
      ahead != std::chrono::seconds(0) && session_.clock_corrected() == std::chrono::seconds(0))
    add(Check::Credential, Level::Warning, {}, clock_words(ahead) + ", by the clock of Azure",
        std::string(k_set_clock));
  return true;
}

// A vault in a region that machines are recovered from is lost with it, and the service replicates no machine of its region.
void Examiner::vault() {
  const Read answer = read(Call::ReadVault, settings_.vault_id());
  if (answer.status != 200) return;  // `connect` has told
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string wrong;
  if (parser.parse(answer.body).get(root) != simdjson::SUCCESS) return;
  const std::string region = canonical_region(JsonIn(root, wrong).text("location"));
  std::vector<std::string> here, to_do;
  for (const ExaminedVm& vm : request_.vms) {
    if (vm.region != region) continue;
    here.push_back(vm.address);
    if (is_to_be_replicated(vm)) to_do.push_back(vm.address);
  }
  if (here.empty())
    return add(Check::Vault, Level::Ok, {}, fmt::format("vault {} can be read; it is in {}", settings_.vault, region));
  add(Check::Vault, to_do.empty() ? Level::Warning : Level::Error, {},
      fmt::format("vault {} is in {}, the region of {}: it is lost with that region{}", settings_.vault, region,
                  here.size() == 1 ? here.front() : fmt::format("{} vms", here.size()),
                  to_do.empty() ? "" : ", and the service begins no replication there"),
      "use a vault in the target region, or in a third one");
}

// One direction between two regions. `replicates`: containers and their mappings are needed, too.
void Examiner::direction(const std::string& from, const std::string& to, bool replicates) {
  const ListedPlumbing& listed = view_->inventory.plumbing;
  const Direction there = find_direction(listed.plumbing, from, to, settings_.policy);
  std::vector<std::string> lacks, odd;
  const auto need = [&](bool found, std::string what) {
    if (!found) lacks.push_back(std::move(what));
  };
  need(there.from != nullptr, fmt::format("fabric {}", fabric_name(from)));
  need(there.to != nullptr, fmt::format("fabric {}", fabric_name(to)));
  if (replicates) {
    need(there.container != nullptr, fmt::format("the container of {}", from));
    need(there.target_container != nullptr, fmt::format("the container of {}", to));
    need(there.mapping != nullptr, fmt::format("the mapping of containers with policy {}", settings_.policy));
  }
  for (const Fabric* fabric : {there.from, there.to})
    if (fabric != nullptr && !fabric->valid)
      odd.push_back(fmt::format("the state of fabric {} is not Valid", fabric->name));
  if (replicates && there.mapping != nullptr && !there.mapping->paired)
    odd.push_back(fmt::format("container mapping {} is not Paired", there.mapping->name));
  const std::string way = fmt::format("{} to {}", from, to);
  const bool stops = replicates && std::any_of(request_.vms.begin(), request_.vms.end(), [&](const ExaminedVm& vm) {
                       return is_to_be_replicated(vm) && vm.region == from && vm.target_region == to;
                     });
  if (!odd.empty())
    add(Check::Plumbing, stops ? Level::Error : Level::Warning, {},
        fmt::format("{}: {}{}", way, fmt::join(odd, ", "), stops ? "; the service begins no replication there" : ""),
        "look at the vault in the portal, Site Recovery infrastructure");
  if (!lacks.empty())
    add(Check::Plumbing, Level::Note, {}, fmt::format("{}: the first apply makes {}", way, fmt::join(lacks, ", ")));
  else if (odd.empty())
    add(Check::Plumbing, Level::Ok, {},
        fmt::format("{}: fabrics {} and {}{}", way, there.from->name, there.to->name,
                    replicates ? ", container mapping " + there.mapping->name : ""));
}

// Both ways between any two regions of the project: failback needs the way back.
void Examiner::plumbing() {
  const ListedPlumbing& listed = view_->inventory.plumbing;
  if (listed.error)
    return add(Check::Plumbing, Level::Error, {},
               fmt::format("fabrics, containers or policies could not be read: {}: {}", listed.error->code,
                           listed.error->message),
               listed.error->help.empty() ? "see that they can be read" : listed.error->help);
  std::map<std::pair<std::string, std::string>, bool> ways;
  const auto need = [&](const std::string& from, const std::string& to, bool replicates) {
    if (from.empty() || to.empty() || from == to) return;
    ways[{from, to}] |= replicates;
    ways[{to, from}] |= replicates;
  };
  for (const ExaminedHalf& half : request_.halves) {
    const auto source = place_of(half.source), target = place_of(half.target);
    if (source && target) need(source->region, target->region, false);
  }
  for (const ExaminedVm& vm : request_.vms) need(vm.region, vm.target_region, is_to_be_replicated(vm) || vm.replicated);
  for (const auto& [way, replicates] : ways) direction(way.first, way.second, replicates);
}

// A machine that was deleted, or got a NIC, since it was enabled.
void Examiner::machine_of(const ProtectedItem& item) {
  const std::string name = item.friendly_name.empty() ? item.name : item.friendly_name;
  if (view_->vms->has_lost_its_machine(item))
    add(Check::Vms, Level::Error, {}, fmt::format("machine {} is not there any more, its replication is", name),
        "take its stanza out, and approve that its replication is disabled; or make the machine anew, and enable it "
        "then");
  if (const auto nics = view_->vms->not_replicated(item); !nics.empty())
    add(Check::Vms, Level::Warning, {},
        fmt::format("{} of machine {} {} not replicated: the machine got {} after it was enabled",
                    fmt::join(nics, ", "), name, nics.size() == 1 ? "is" : "are", nics.size() == 1 ? "it" : "them"),
        "disable its replication, and enable it again");
}

// What else the vault replicates.
void Examiner::items() {
  const Listed<ProtectedItem>& items = view_->inventory.items;
  std::size_t strangers = 0;
  for (const ProtectedItem& item : items.things) {
    if (view_->names->names(view_->names->vm(item))) machine_of(item);
    else ++strangers;
    if (same_word(item.recovery_health, "Critical"))
      add(Check::Vms, Level::Warning, {},
          fmt::format("the replication of {} is critical", item.friendly_name.empty() ? item.name : item.friendly_name),
          "look at the errors of the item in the portal: Replicated items");
  }
  const auto is = [](std::size_t count) { return count == 1 ? "is" : "are"; };
  if (items.others != 0)
    add(Check::Items, Level::Note, {},
        fmt::format("{} of the vault's items {} not Azure to Azure: pairform leaves {} alone", items.others,
                    is(items.others), items.others == 1 ? "it" : "them"));
  if (strangers != 0)
    add(Check::Items, Level::Note, {},
        fmt::format("{} of the replicated machines {} in no file", strangers, is(strangers)),
        "declare them with existing = true, or leave them to others");
  if (view_->inventory.mappings.others != 0)
    add(Check::Items, Level::Note, {},
        fmt::format("{} of the vault's network mappings {} not Azure to Azure", view_->inventory.mappings.others,
                    is(view_->inventory.mappings.others)));
  for (const auto* misread : {&items.misread, &view_->inventory.mappings.misread})
    for (const Misread& each : *misread)
      add(Check::Items, Level::Warning, {}, fmt::format("{}: {}", each.id, each.error.message),
          "report it: a newer pairform may understand it");
  if (!items.error && strangers == 0 && items.others == 0)
    add(Check::Items, Level::Ok, {}, "the vault replicates nothing beside the project");
}

Examination Examiner::run() {
  if (!credential()) return std::move(out_);
  vault();
  if (view_ != nullptr) {
    plumbing();
    items();
    subnet_settings();
    newer_members();
    cache_accounts();
    groups();
    eligibility();
  }
  rights();
  return std::move(out_);
}

Examination examine(Session& session, const View* view, const ExamineRequest& request, const CallLimits& limits) {
  return Examiner(session, view, request, limits).run();
}

}  // namespace pairform::azure
