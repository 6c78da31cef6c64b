#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <fstream>
#include <map>

#include "engine/state/file_backend.h"
#include "engine/state/file_io.h"
#include "engine/state/journal.h"
#include "engine/state/lock.h"
#include "schema/sha256.h"
#include "tests/engine/state_backend_conformance.h"
#include "tests/support/memory_backend.h"

namespace pairform {
namespace {
namespace fs = std::filesystem;

StateParts parts_in(const fs::path& place) { return file_parts(place / "pairform.state.jsonl", place / ".pairform"); }
std::unique_ptr<StateBackend> open_files(const fs::path& place) {
  return std::make_unique<StateBackend>(parts_in(place));
}

const BackendFactory k_files{"file", parts_in, [](const fs::path& place) { fs::remove(place / ".pairform" / "lock"); }};
INSTANTIATE_TEST_SUITE_P(File, StateBackendConformance, ::testing::Values(k_files),
                         [](const auto& tested) { return tested.param.name; });
INSTANTIATE_TEST_SUITE_P(File, StateBackendProcesses, ::testing::Values(k_files),
                         [](const auto& tested) { return tested.param.name; });

// Each test has a place of its own, and so bytes of its own.
std::shared_ptr<MemoryPlace> memory_at(const fs::path& place) {
  static std::map<fs::path, std::shared_ptr<MemoryPlace>> places;
  auto& kept = places[place];
  if (!kept) kept = std::make_shared<MemoryPlace>();
  return kept;
}
const BackendFactory k_memory{"memory", [](const fs::path& place) { return memory_parts(memory_at(place)); },
                              [](const fs::path& place) { memory_at(place)->lose_lock(); }};
INSTANTIATE_TEST_SUITE_P(Memory, StateBackendConformance, ::testing::Values(k_memory),
                         [](const auto& tested) { return tested.param.name; });

struct FileBackendIn : ::testing::Test {
  void lock() const {
    LockOwner holder;
    ASSERT_TRUE(backend->lock(this_process("test"), {}, holder));
  }
  fs::path state() const { return place / "pairform.state.jsonl"; }
  fs::path journal() const { return place / ".pairform" / "journal"; }
  static std::string read(const fs::path& path) { return File::open(path, O_RDONLY).read_all(); }
  static void write(const fs::path& path, std::string_view bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
  }
  TemporaryDirectory directory;
  fs::path place = directory.path();
  std::unique_ptr<StateBackend> backend = open_files(place);
};

TEST_F(FileBackendIn, MakesNothingByReading) {
  backend->load();
  backend->locked_by();
  EXPECT_TRUE(fs::is_empty(place));
}

TEST_F(FileBackendIn, NamesTheVersionByTheHashOfTheBytes) {
  write(state(), "abc");
  EXPECT_EQ(backend->load().version, "sha256:" + sha256_hex("abc"));
  EXPECT_EQ(backend->load().version, state_hash("abc"));
  EXPECT_EQ(open_files(place / "none")->load().version, "");
}

TEST_F(FileBackendIn, KeepsTheModeOfTheStateFileAndLeavesNothingBeside) {
  write(state(), "one");
  ::chmod(state().c_str(), 0640);
  lock();
  ASSERT_EQ(backend->store("two", backend->load().version), StoreAnswer::Durable);
  EXPECT_EQ(read(state()), "two");
  struct stat status {};
  ASSERT_EQ(::stat(state().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
  EXPECT_EQ(std::distance(fs::directory_iterator(place), {}), 2) << "state and .pairform";
}

TEST_F(FileBackendIn, OverwritesTheLeftoverOfACrashButNotWhatItPointsTo) {
  write(place / "precious", "keep");
  fs::create_symlink("precious", place / ".pairform.state.jsonl.new");
  lock();
  ASSERT_EQ(backend->store("one", ""), StoreAnswer::Durable);
  EXPECT_EQ(read(state()), "one");
  EXPECT_EQ(read(place / "precious"), "keep");
}

TEST_F(FileBackendIn, WritesThroughASymbolicLink) {
  write(place / "elsewhere" / "state", "one");
  fs::create_symlink("elsewhere/state", state());
  lock();
  ASSERT_EQ(backend->store("two", backend->load().version), StoreAnswer::Durable);
  EXPECT_TRUE(fs::is_symlink(state()));
  EXPECT_EQ(read(place / "elsewhere" / "state"), "two");
}

// What links do that lead out of the project directory, or stand for the lock or the journal.
struct LinkCase {
  const char* name;
  const char* link;    // in the project directory
  const char* target;  // from where the link stands
  const char* said;    // what is said of it
};
struct FileBackendLinks : FileBackendIn, ::testing::WithParamInterface<LinkCase> {};

TEST_P(FileBackendLinks, AreNotFollowed) {
  const fs::path project = place / "project", outside = place / "outside";
  const fs::path precious = outside / "precious";
  write(precious, "precious");
  write(outside / "directory" / "lock", "precious");
  fs::create_directories(project / ".pairform");
  const fs::path link = project / GetParam().link;
  if (link.filename() == ".pairform") fs::remove(link);
  fs::create_symlink(GetParam().target, link);
  const auto tried = [&](auto call) {
    try {
      call(*open_files(project));
    } catch (const StateError& refused) {
      EXPECT_EQ(std::string(refused.what()), "cannot open " + link.string() + ": " + GetParam().said);
    }
  };
  LockOwner holder;
  tried([&](StateBackend& files) { files.load(); });
  tried([&](StateBackend& files) { files.locked_by(); });
  tried([&](StateBackend& files) {
    if (!files.lock(this_process("test"), {}, holder)) return;
    static_cast<void>(files.append("one\n"));
  });
  tried([&](StateBackend& files) {
    if (!files.lock(this_process("test"), {}, holder)) return;
    static_cast<void>(files.store("one", ""));
  });
  EXPECT_EQ(read(precious), "precious");
  EXPECT_EQ(read(outside / "directory" / "lock"), "precious");
  EXPECT_EQ(std::distance(fs::directory_iterator(outside), {}), 2) << "nothing is made there";
  EXPECT_EQ(std::distance(fs::directory_iterator(outside / "directory"), {}), 1) << "nor there";
}

constexpr LinkCase k_links[] = {
    {"Lock", ".pairform/lock", "../../outside/precious", "it is a symbolic link"},
    {"LockToNothing", ".pairform/lock", "../../outside/fresh", "it is a symbolic link"},
    {"Journal", ".pairform/journal", "../../outside/precious", "it is a symbolic link"},
    {"JournalToNothing", ".pairform/journal", "../../outside/fresh", "it is a symbolic link"},
    {"Directory", ".pairform", "../outside/directory", "it leaves the project through a link"},
    {"DirectoryToNothing", ".pairform", "../outside/fresh", "it leaves the project through a link"},
    {"State", "pairform.state.jsonl", "../outside/precious", "it leaves the project through a link"},
    {"StateToNothing", "pairform.state.jsonl", "../outside/fresh", "it leaves the project through a link"}};
INSTANTIATE_TEST_SUITE_P(Of, FileBackendLinks, ::testing::ValuesIn(k_links),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST_F(FileBackendIn, FollowsADirectoryThatIsALinkWithinTheProject) {
  fs::create_directory(place / "local");
  fs::create_symlink("local", place / ".pairform");
  lock();
  ASSERT_EQ(backend->append("one\n"), AppendAnswer::Durable);
  EXPECT_EQ(read(place / "local" / "journal"), "one\n");
}

TEST_F(FileBackendIn, CutsATornTailBeforeItAppends) {
  const StringPool pool;
  const std::string head = encode(JournalHead{"apply", ""}, pool, {});
  write(journal(), head + "0123456789abcdef [{\"inte");
  lock();
  ASSERT_EQ(backend->append("next\n"), AppendAnswer::Durable);
  EXPECT_EQ(read(journal()), head + "next\n");
}

TEST_F(FileBackendIn, SaysWhichFileFailed) {
  fs::create_directory(state());
  const auto message = [](auto call) {
    try {
      call();
    } catch (const StateError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(message([&] { backend->load(); }), "cannot read " + state().string() + ": Is a directory");
  EXPECT_EQ(message([&] { lock(); }), "cannot write " + state().string() + ": Is a directory");
  write(place / "file", "");
  const auto blocked = file_parts(place / "file" / "state", place / ".pairform");
  EXPECT_EQ(message([&] { blocked.store->store("x", ""); }),
            "cannot open " + (place / "file" / "state").string() + ": Not a directory");
}

// As root a directory without permissions does not stop anybody, so the disk is made full by a limit.
TEST_F(FileBackendIn, LeavesStateAloneWhenTheNewOneCannotBeWritten) {
  write(state(), "one");
  const pid_t child = ::fork();
  if (child == 0) {
    lock();
    const struct rlimit limit { 100, 100 };
    ::signal(SIGXFSZ, SIG_IGN);
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(2);
    try {
      static_cast<void>(backend->store(std::string(1000, 'x'), backend->load().version));
    } catch (const StateError& error) {
      ::_exit(error.kind() == StateErrorKind::NoSpace ? 0 : 3);
    }
    ::_exit(1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(read(state()), "one");
  EXPECT_EQ(std::distance(fs::directory_iterator(place), {}), 2) << "state and .pairform";
}

TEST_F(FileBackendIn, EmptiesTheLockFileButNeverRemovesIt) {
  lock();
  EXPECT_NE(read(place / ".pairform" / "lock"), "");
  backend->unlock();
  EXPECT_EQ(read(place / ".pairform" / "lock"), "");
}

TEST_F(FileBackendIn, TheLockIsNotInheritedByAProgram) {
  lock();
  const pid_t child = ::fork();
  if (child == 0) {
    ::execlp("sleep", "sleep", "60", static_cast<char*>(nullptr));
    ::_exit(1);
  }
  // Until the exec has happened the child shares the descriptor; the lock is free soon after.
  backend->unlock();
  LockOwner holder;
  EXPECT_TRUE(open_files(place)->lock(this_process("test"), std::chrono::seconds(20), holder));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

// Deleted is the suite's case. Replaced: a copy of the directory put in its place, with the same bytes.
TEST_F(FileBackendIn, LosesTheLockWhoseFileIsReplaced) {
  lock();
  const fs::path file = place / ".pairform" / "lock";
  write(place / "copy", read(file));
  EXPECT_FALSE(backend->lock_lost());
  fs::rename(place / "copy", file);
  EXPECT_TRUE(backend->lock_lost());
}

TEST_F(FileBackendIn, LosesTheLockWithItsDirectory) {
  lock();
  ASSERT_EQ(backend->append("one\n"), AppendAnswer::Durable);
  fs::remove_all(place / ".pairform");
  EXPECT_EQ(backend->append("two\n"), AppendAnswer::LockLost);
  EXPECT_FALSE(fs::exists(place / ".pairform"));
}

TEST_F(FileBackendIn, KeepsTheLockWhoseFileIsOnlyWrittenTo) {
  lock();
  write(place / ".pairform" / "lock", "scribbled\n");
  EXPECT_FALSE(backend->lock_lost());
}

TEST(Lock, NamesThisProcess) {
  const LockOwner owner = this_process("apply");
  EXPECT_EQ(owner.process, ::getpid());
  EXPECT_EQ(owner.operation, "apply");
  EXPECT_EQ(owner.id.size(), 32U);
  EXPECT_NE(owner.id, this_process("apply").id);
  EXPECT_NE(owner.who.find('@'), std::string::npos);
  EXPECT_EQ(owner.since.size(), std::string_view("2026-11-22T12:00:00Z").size());
  EXPECT_EQ(describe({}), "somebody who has not said who");
}

void ignore_signal(int) {}

// A slow pipe gives short writes, a timer without SA_RESTART interrupts them.
TEST(FileIo, WritesEverythingDespiteShortWritesAndSignals) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);
  struct sigaction action {
  }, before{};
  action.sa_handler = ignore_signal;
  ASSERT_EQ(::sigaction(SIGALRM, &action, &before), 0);
  const struct itimerval often {
    {0, 500}, { 0, 500 }
  }, never{};
  const std::string sent(8 << 20, 'x');
  std::size_t got = 0;
  std::thread reader([&] {
    std::string buffer(10000, '\0');
    while (true) {
      const ssize_t size = ::read(ends[0], buffer.data(), buffer.size());
      if (size == 0) return;
      if (size > 0) got += static_cast<std::size_t>(size);
    }
  });
  {
    const File file(ends[1], "the pipe");
    ::setitimer(ITIMER_REAL, &often, nullptr);
    file.write_all(sent);
    ::setitimer(ITIMER_REAL, &never, nullptr);
  }
  reader.join();
  ::sigaction(SIGALRM, &before, nullptr);
  ::close(ends[0]);
  EXPECT_EQ(got, sent.size());
}

}  // namespace
}  // namespace pairform
