// Every diagnostic code, once: its number (stable for ever, never reused) and its title.
// docs/diagnostics has a page for each; a test fails if one is missing.
// 1xxx what files say, 2xxx state, journal, lock and plan files, 3xxx planning against the cloud, 4xxx apply,
// 5xxx the command line, 6xxx the portal of a provider.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace pairform {

#define PAIRFORM_CODES(X)                                         \
  X(SyntaxError, 1001, "syntax error")                            \
  X(FileUnreadable, 1002, "file cannot be read")                  \
  X(ProjectFileMissing, 1003, "no pairform.toml")                 \
  X(IncludeMatchesNothing, 1004, "include matches nothing")       \
  X(IncludeOutsideProject, 1005, "include leaves the project")    \
  X(IncludeTwice, 1006, "file included twice")                    \
  X(NotUtf8, 1007, "file is not UTF-8")                           \
  X(IncludeMisplaced, 1008, "include is not at the top")          \
  X(TableTwice, 1101, "declared twice")                           \
  X(UnknownTable, 1102, "unknown table")                          \
  X(UnknownAttribute, 1103, "unknown attribute")                  \
  X(NotSupportedYet, 1104, "not supported in this version")       \
  X(WrongType, 1105, "wrong type of value")                       \
  X(MissingAttribute, 1106, "attribute missing")                  \
  X(TableNotHere, 1107, "table not allowed in an included file")  \
  X(BadKey, 1108, "key is not usable")                            \
  X(OtherProviderIgnored, 1109, "table of another provider")      \
  X(DefaultsUnused, 1110, "defaults without a resource")          \
  X(BadProjectName, 1201, "project name not valid")               \
  X(UnknownProvider, 1202, "unknown provider")                    \
  X(UnknownEdition, 1203, "unknown edition")                      \
  X(BadSetting, 1204, "setting not valid")                        \
  X(PathOutsideProject, 1205, "path leaves the project")          \
  X(UnknownBackend, 1206, "unknown state backend")                \
  X(BadName, 1301, "name not valid")                              \
  X(BadRegion, 1302, "region not valid")                          \
  X(BadPrefix, 1303, "prefix not valid")                          \
  X(HostBits, 1304, "prefix has host bits")                       \
  X(ForbiddenRange, 1305, "address range not allowed")            \
  X(SpacesOverlap, 1306, "address spaces overlap")                \
  X(SubnetOutside, 1307, "subnet outside the address space")      \
  X(SubnetsOverlap, 1308, "subnets overlap")                      \
  X(SubnetTooSmall, 1309, "subnet too small")                     \
  X(SubnetNameCase, 1310, "names equal but for case")             \
  X(ManagedNeeds, 1311, "managed network incomplete")             \
  X(ExistingRefuses, 1312, "not for an existing network")         \
  X(IdentityTwice, 1313, "same resource declared twice")          \
  X(BadIp, 1314, "IP address not valid")                          \
  X(NicWithoutVm, 1315, "nic without a vm")                       \
  X(BadSecondary, 1316, "secondary configuration not valid")      \
  X(RegionSlip, 1317, "region may be misspelt")                   \
  X(BadReference, 1401, "reference not valid")                    \
  X(UnresolvedReference, 1402, "reference to nothing")            \
  X(SameRegion, 1403, "mapping within one region")                \
  X(SlotTwice, 1404, "slot taken twice")                          \
  X(PairFromOtherSide, 1405, "pair declared from both sides")     \
  X(UnknownSubnet, 1406, "subnet does not exist")                 \
  X(BadAddresses, 1407, "addresses rule not valid")               \
  X(NoMirror, 1408, "mapping without its mirror")                 \
  X(NoReverse, 1409, "no reverse half to name")                   \
  X(SameTargetRegion, 1410, "vm recovers to its own region")      \
  X(RegionDiffers, 1411, "region is not its network's")           \
  X(TargetElsewhere, 1412, "target network in another region")    \
  X(AddressOutside, 1413, "address not usable in its subnet")     \
  X(AddressGivenTwice, 1414, "address given twice")               \
  X(BadAddress, 1501, "address not valid")                        \
  X(StillDeclared, 1502, "still declared")                        \
  X(MovedToNothing, 1503, "moved to nothing")                     \
  X(MovedInCircle, 1504, "moved in a circle")                     \
  X(MovedTwice, 1505, "moved to one address twice")               \
  X(MovedOntoRecorded, 1506, "moved onto something recorded")     \
  X(DirectiveDone, 1507, "may be deleted")                        \
  X(ImportOfNothing, 1508, "import of something not declared")    \
  X(ImportDiffers, 1509, "import of another resource")            \
  X(ForgottenAlong, 1510, "forgotten along")                      \
  X(StateDamaged, 2001, "state file damaged")                     \
  X(StateConflict, 2002, "state file has conflict markers")       \
  X(StateTooNew, 2003, "state file of a newer version")           \
  X(StateDuplicate, 2004, "address twice in state")               \
  X(StateOfAnother, 2005, "state of another project or provider") \
  X(JournalDamaged, 2006, "journal damaged")                      \
  X(JournalTooNew, 2007, "journal of a newer version")            \
  X(JournalForeign, 2008, "journal of another state")             \
  X(JournalOfAnother, 2009, "journal of another project")         \
  X(Locked, 2010, "project is locked")                            \
  X(StateUnwritable, 2011, "state cannot be written")             \
  X(LockLost, 2012, "lock lost")                                  \
  X(MergeConflict, 2013, "both branches changed a resource")      \
  X(MergeRefused, 2014, "merged state would contradict itself")   \
  X(HalfRecorded, 2015, "pair not recorded whole")                \
  X(PlanDamaged, 2020, "plan file damaged")                       \
  X(PlanOfAnother, 2021, "plan of another project")               \
  X(PlanTooNew, 2022, "plan file of a newer version")             \
  X(PlanStale, 2023, "plan is stale")                             \
  X(NoChecksum, 2024, "plan without a checksum")                  \
  X(NetworkAbsent, 3001, "existing network is absent")            \
  X(NetworkNotOurs, 3002, "network exists and is not ours")       \
  X(NetworkInUse, 3003, "network in use")                         \
  X(NotSeen, 3004, "not everything could be read")                \
  X(ProviderFailed, 3005, "cloud cannot be read")                 \
  X(EditionNotHonoured, 3006, "edition not honoured")             \
  X(NetworkTwoPlans, 3007, "network needs two plans")             \
  X(ImportAbsent, 3008, "import of something absent")             \
  X(TargetFixed, 3201, "target fixed by a mapping")               \
  X(TargetsDisagree, 3202, "vms disagree about their target")     \
  X(DefaultNetworkDiffers, 3203, "default network differs")       \
  X(DefaultNameTooLong, 3204, "default name too long")            \
  X(DerivedKeyTaken, 3205, "key of a derived row is taken")       \
  X(NoWayHome, 3206, "way home is taken")                         \
  X(NetworkNotNamed, 3207, "network of a vm has no stanza")       \
  X(NicNotThere, 3208, "vm has no such nic")                      \
  X(FactDiffers, 3209, "fact differs from the cloud")             \
  X(StanzaNeeded, 3210, "stanza still needed")                    \
  X(BecomesDerived, 3211, "mapping becomes a derived one")        \
  X(LeftInCloud, 3212, "forgotten, not deleted")                  \
  X(VmAbsent, 3213, "existing vm is not replicated")              \
  X(MachineGone, 3214, "machine is gone")                         \
  X(NotFollowed, 3215, "derived network lacks a part")            \
  X(NoSuchMachine, 3216, "no such machine")                       \
  X(WouldMoveAlong, 3217, "existing vm would move along")         \
  X(TargetSubnetAbsent, 3301, "target subnet does not exist")     \
  X(NoSameSubnet, 3302, "no subnet of the same name")             \
  X(ReservedSubnet, 3303, "subnet reserved for a purpose")        \
  X(NoSubnet, 3304, "network has no subnet")                      \
  X(OverrideUnusable, 3305, "address cannot be given")            \
  X(AddressNotKept, 3306, "source address cannot be kept")        \
  X(SubnetFull, 3307, "subnet is full")                           \
  X(AddressLost, 3308, "address lost to a stranger")              \
  X(PromisedTwice, 3309, "address is promised twice")             \
  X(SameHostWithoutEffect, 3310, "same-host applies to nobody")   \
  X(KeptLandings, 3311, "kept landings that rules would move")    \
  X(NotHome, 3401, "does not come home")                          \
  X(TooManyForSubnet, 3402, "subnet too small for all of them")   \
  X(NotLanding, 3403, "does not come up")                         \
  X(NotProtected, 3404, "not protected")                          \
  X(LandingDiffers, 3405, "service has another landing")          \
  X(NothingInRegion, 3406, "nothing in that region")              \
  X(TestNetworkElsewhere, 3407, "test network in another region") \
  X(NoTestNetwork, 3408, "no test network")                       \
  X(NeedsApproval, 3101, "needs approval")                        \
  X(Protected, 3102, "protected")                                 \
  X(Frozen, 3103, "applies are frozen")                           \
  X(DigestMismatch, 3104, "approval is for another plan")         \
  X(EmptyDesired, 3105, "files ask for nothing")                  \
  X(FailoverInProgress, 3106, "failover in progress")             \
  X(StepFailed, 4001, "step failed")                              \
  X(ReadBackDiffers, 4002, "cloud holds something else")          \
  X(PairIsHalf, 4003, "pair is half")                             \
  X(StillPending, 4004, "steps still pending")                    \
  X(Interrupted, 4005, "interrupted")                             \
  X(Usage, 5001, "usage")                                         \
  X(NoTerminal, 5002, "cannot ask without a terminal")            \
  X(UnknownAddress, 5003, "unknown address")                      \
  X(NotEmpty, 5004, "file is in the way")                         \
  X(CannotWrite, 5005, "cannot write")                            \
  X(PortalRefused, 6001, "the portal refuses")                    \
  X(NoSuchVault, 7001, "no such vault")                           \
  X(VaultDenied, 7002, "vault may not be read")                   \
  X(NotSignedIn, 7003, "nobody is signed in")                     \
  X(CredentialRefused, 7004, "credential refused")                \
  X(NotFederated, 7005, "no federated credential")                \
  X(CloudThrottled, 7006, "throttled")                            \
  X(CloudUnreachable, 7007, "cloud cannot be reached")            \
  X(StepRefused, 7008, "step cannot be carried out")              \
  X(VaultNotReady, 7009, "vault is not ready")                    \
  X(AmbiguousName, 7010, "several resources of one name")         \
  X(ResourceMoved, 7011, "another resource of that name")         \
  X(BoundTwice, 7012, "two stanzas for one resource")             \
  X(ClockWrong, 7013, "clock is wrong")

enum class Code : int {
#define PAIRFORM_CODE(name, number, title) name = number,
  PAIRFORM_CODES(PAIRFORM_CODE)
#undef PAIRFORM_CODE
};

struct CodeInfo {
  Code code;
  std::string_view title;
};
// All codes by number.
std::span<const CodeInfo> all_codes();
// "PF1001".
std::string code_text(Code code);
std::string_view code_title(Code code);

}  // namespace pairform
