// What roles give, held against what is needed; the role that is missing; who a token says it is for.
#include <gtest/gtest.h>

#include <ostream>

#include "providers/azure/credential/claims.h"
#include "providers/azure/rights.h"
#include "providers/azure/starter.h"

namespace pairform::azure {
namespace {

struct PatternCase {
  std::string_view pattern, action;
  bool matches;
};
constexpr PatternCase k_patterns[] = {
    {"*", "Microsoft.Network/virtualNetworks/read", true},
    {"*/read", "Microsoft.Network/virtualNetworks/read", true},
    {"*/read", "Microsoft.Network/virtualNetworks/write", false},
    {"*/read", "Microsoft.Network/virtualNetworks/readX", false},
    {"microsoft.network/*", "Microsoft.Network/virtualNetworks/subnets/join/action", true},
    {"Microsoft.Network/*/read", "Microsoft.Network/virtualNetworks/subnets/read", true},
    {"Microsoft.Network/*/read", "Microsoft.Networking/virtualNetworks/read", false},
    {"Microsoft.Network/virtualNetworks/read", "MICROSOFT.NETWORK/VIRTUALNETWORKS/READ", true},
    {"Microsoft.Network/virtualNetworks/read", "Microsoft.Network/virtualNetworks/subnets/read", false},
    {"Microsoft.Network/virtualNetworks/rea", "Microsoft.Network/virtualNetworks/read", false},
    {"*/virtualNetworks/*", "Microsoft.Network/virtualNetworks/virtualNetworks/x", true},
    {"a*b*c", "aXbXbXc", true},
    {"a*b*c", "aXcXb", false},
    {"", "a", false},
    {"", "", true},
    {"a**", "a", true},
};

TEST(AzureRights, AStarStandsForAnyCharacters) {
  for (const PatternCase& each : k_patterns)
    EXPECT_EQ(matches_action(each.pattern, each.action), each.matches) << each.pattern << " on " << each.action;
}

struct RoleCase {
  const char* name;
  std::vector<Permission> permissions;
  std::string_view action;
  bool allowed;
};

TEST(AzureRights, OneRoleTakesAwayOnlyWhatItGivesItself) {
  const std::string read = "Microsoft.Network/virtualNetworks/read", write = "Microsoft.Network/virtualNetworks/write";
  const RoleCase cases[] = {
      {"no role", {}, read, false},
      {"reader", {{{"*/read"}, {}}}, read, true},
      {"reader does not write", {{{"*/read"}, {}}}, write, false},
      {"owner", {{{"*"}, {}}}, write, true},
      {"all but networks", {{{"*"}, {"Microsoft.Network/*"}}}, write, false},
      {"taken away by one role, given by another", {{{"*"}, {"*/write"}}, {{"Microsoft.Network/*"}, {}}}, write, true},
      {"a role that gives nothing", {{{}, {}}}, read, false},
      {"taken away without being given", {{{}, {"*"}}, {{"*/read"}, {}}}, read, true},
  };
  for (const RoleCase& each : cases) EXPECT_EQ(is_allowed(each.permissions, each.action), each.allowed) << each.name;
}

TEST(AzureRights, WhatIsNeededAddsUpByScopeWithoutCase) {
  RightsNeeded needed;
  needed.add("/subscriptions/S/resourceGroups/Rg-Net", Work::ReadNetworks);
  needed.add("/Subscriptions/S/resourcegroups/rg-net", Work::WriteNetworks);
  needed.add("/subscriptions/S", Work::MakeGroups);
  ASSERT_EQ(needed.scopes().size(), 2U);
  const ScopeRights& group = needed.scopes().at("/subscriptions/s/resourcegroups/rg-net");
  EXPECT_EQ(group.scope, "/subscriptions/S/resourceGroups/Rg-Net");
  EXPECT_EQ(group.actions.size(), actions_for(Work::ReadNetworks).size() + actions_for(Work::WriteNetworks).size());
  EXPECT_EQ(missing_actions(group.actions, std::vector<Permission>{{{"*/read"}, {}}}).size(),
            actions_for(Work::WriteNetworks).size());
  EXPECT_TRUE(missing_actions(group.actions, std::vector<Permission>{{{"Microsoft.Network/*"}, {}}}).empty());
}

// Each kind of work needs something, and nothing but what Azure calls an action.
TEST(AzureRights, EveryWorkNamesActions) {
  for (int work = 0; work <= static_cast<int>(Work::MakeGroups); ++work) {
    const auto actions = actions_for(static_cast<Work>(work));
    EXPECT_FALSE(actions.empty()) << work;
    for (const std::string_view each : actions) {
      EXPECT_TRUE(each.starts_with("Microsoft.")) << each;
      EXPECT_TRUE(each.ends_with("/read") || each.ends_with("/write") || each.ends_with("/delete") ||
                  each.ends_with("/action"))
          << each;
      EXPECT_EQ(each.find('*'), each.npos) << each;
    }
  }
}

TEST(AzureRights, ARoleMayBeAssignedInGroupsAndSubscriptions) {
  const std::string group = "/subscriptions/S/resourceGroups/rg-dr";
  const std::vector<ScopeRights> missing{
      {group + "/providers/Microsoft.RecoveryServices/vaults/v", {"Microsoft.RecoveryServices/vaults/read"}},
      {"/subscriptions/S/resourceGroups/RG-DR", {"Microsoft.Network/virtualNetworks/read"}},
      {"/subscriptions/S", {"Microsoft.Network/virtualNetworks/read"}}};
  EXPECT_EQ(role_definition("pairform on v", missing),
            R"({"Name":"pairform on v","IsCustom":true,"Description":"What pairform needs and did not have.",)"
            R"("Actions":["Microsoft.Network/virtualNetworks/read","Microsoft.RecoveryServices/vaults/read"],)"
            R"("NotActions":[],"AssignableScopes":["/subscriptions/S","/subscriptions/S/resourceGroups/rg-dr"]})");
}

struct ClaimsCase {
  const char* name;
  std::string token;
  std::string user, application, object;
};

// Payloads are {"upn":"ana@contoso.com","appid":"app","oid":"obj","tid":"ten"} and the like, in base64 for URLs.
TEST(AzureClaims, SayWhomATokenIsFor) {
  const ClaimsCase cases[] = {
      {"a person", "h.eyJ1cG4iOiJhbmFAY29udG9zby5jb20iLCJhcHBpZCI6ImFwcCIsIm9pZCI6Im9iaiIsInRpZCI6InRlbiJ9.s",
       "ana@contoso.com", "app", "obj"},
      {"an application", "h.eyJhcHBpZCI6ImFwcCIsIm9pZCI6Im9iaiJ9.s", "", "app", "obj"},
      {"of version 2", "h.eyJhenAiOiJhcHAyIiwicHJlZmVycmVkX3VzZXJuYW1lIjoiYm9iIn0.s", "bob", "app2", ""},
      {"no token", "opaque", "", "", ""},
      {"two parts", "a.b", "", "", ""},
      {"no JSON", "a.YWJj.c", "", "", ""},
      {"a list", "a.W10.c", "", "", ""},
      {"no base64", "a.!!!!.c", "", "", ""},
      {"numbers", "a.eyJvaWQiOjF9.c", "", "", ""},
  };
  for (const ClaimsCase& each : cases) {
    const Claims claims = read_claims(Secret(each.token));
    EXPECT_EQ(claims.user, each.user) << each.name;
    EXPECT_EQ(claims.application, each.application) << each.name;
    EXPECT_EQ(claims.object, each.object) << each.name;
  }
}

struct StartCase {
  std::string_view id;
  std::string_view wrong;  // part of what is said; empty: it is right
};

TEST(AzureStarter, AProjectBeginsWithAVaultsId) {
  const std::string good =
      "/subscriptions/5a1e0000-0000-4000-8000-000000000001/resourceGroups/rg-dr/providers/"
      "Microsoft.RecoveryServices/vaults/vault-dr";
  EXPECT_EQ(start(good).lines, "vault = \"" + good + "\"\n");
  EXPECT_EQ(start(good).summary, "");
  EXPECT_EQ(start(good + "/").lines, start(good).lines);
  const StartCase wrong[] = {
      {"vault-dr", "no id"},
      {"/subscriptions/s/resourceGroups/rg-dr/providers/Microsoft.RecoveryServices/vaults/vault-dr", "no GUID"},
      {"/subscriptions/5a1e0000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Network/"
       "virtualNetworks/v",
       "no id"},
      {"/a\"b", "no id"},
      {"", "no id"},
  };
  for (const StartCase& each : wrong) {
    const Starter told = start(each.id);
    EXPECT_NE(told.summary.find(each.wrong), std::string::npos) << each.id << ": " << told.summary;
    EXPECT_NE(told.help.find("/vaults/vault-dr"), std::string::npos) << each.id;
  }
}

}  // namespace
}  // namespace pairform::azure
