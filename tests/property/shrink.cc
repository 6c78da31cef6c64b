#include "tests/property/shrink.h"

#include <exception>

namespace pairform::property {

std::string outcome(const Property& property, const Scenario& scenario) {
  try {
    return property(scenario);
  } catch (const std::exception& thrown) {
    return std::string("threw: ") + thrown.what();
  }
}

namespace {

// Takes the item with this key out of the worlds that `where` names: 1 before, 2 after.
template <class Item>
void remove(Scenario& scenario, std::vector<Item> World::*items, const std::string& key, int where) {
  if ((where & 1) != 0) std::erase_if(scenario.before.*items, [&](const Item& item) { return item.key == key; });
  if ((where & 2) != 0) std::erase_if(scenario.after.*items, [&](const Item& item) { return item.key == key; });
}

template <class Item>
void add_smaller(const Scenario& from, std::vector<Item> World::*items, std::vector<Scenario>& out) {
  for (const World* world : {&from.before, &from.after})
    for (const Item& item : world->*items) {
      for (const int where : {1, 2, 3}) {
        out.push_back(from);
        remove(out.back(), items, item.key, where);
      }
      out.push_back(from);  // not edited
      for (Item& other : out.back().after.*items)
        if (other.key == item.key) other = item;
    }
}

// Every scenario that is smaller by one thing.
std::vector<Scenario> smaller(const Scenario& from) {
  std::vector<Scenario> out;
  for (std::size_t i = 0; i < from.accidents.size(); ++i) {
    out.push_back(from);
    out.back().accidents.erase(out.back().accidents.begin() + static_cast<std::ptrdiff_t>(i));
  }
  for (std::size_t i = 0; i < from.machines.size(); ++i) {
    out.push_back(from);
    out.back().machines.erase(out.back().machines.begin() + static_cast<std::ptrdiff_t>(i));
  }
  add_smaller(from, &World::vms, out);
  for (World Scenario::*world : {&Scenario::before, &Scenario::after})
    for (std::size_t v = 0; v < (from.*world).vms.size(); ++v)
      for (std::size_t n = 0; n < (from.*world).vms[v].nics.size(); ++n) {
        out.push_back(from);
        std::vector<WorldNic>& nics = (out.back().*world).vms[v].nics;
        nics.erase(nics.begin() + static_cast<std::ptrdiff_t>(n));
      }
  add_smaller(from, &World::pairs, out);
  add_smaller(from, &World::networks, out);
  for (std::size_t i = 0; i < from.strangers.size(); ++i) {
    out.push_back(from);
    out.back().strangers.erase(out.back().strangers.begin() + static_cast<std::ptrdiff_t>(i));
  }
  std::erase_if(out, [&](const Scenario& each) {
    return !each.before.is_legal() || !each.after.is_legal() || text(each) == text(from);
  });
  return out;
}

std::size_t weight(const Scenario& scenario) { return text(scenario).size(); }

}  // namespace

Scenario smallest(const Property& property, Scenario scenario, std::string& why) {
  for (int tries = 400; tries > 0;) {
    bool shrunk = false;
    for (const Scenario& candidate : smaller(scenario)) {
      if (weight(candidate) > weight(scenario) || --tries <= 0) continue;
      std::string still = outcome(property, candidate);
      if (still.empty()) continue;
      scenario = candidate;
      why = std::move(still);
      shrunk = true;
      break;
    }
    if (!shrunk) break;
  }
  return scenario;
}

}  // namespace pairform::property
