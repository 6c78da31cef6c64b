// Runs a fuzz target without libFuzzer: each file of a corpus once, then random mutations of them for some seconds. Each
// input is written to a file before it is run, so that a crash leaves its reproducer.
//
//   fuzz_state CORPUS [--seconds N] [--seed N]    a directory, or one file: the reproducer again
#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz.h"

namespace {

namespace fs = std::filesystem;
using Random = std::mt19937_64;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t below(Random& random, std::size_t end) { return end == 0 ? 0 : random() % end; }

// One small change: a bit, a byte, a piece gone, doubled, taken from another input, or from the words of the format.
void change(std::string& bytes, const std::vector<std::string>& corpus, Random& random) {
  const std::size_t at = below(random, bytes.size() + 1), length = 1 + below(random, 1 + bytes.size() / 4);
  const std::string& other = corpus[below(random, corpus.size())];
  const std::size_t from = below(random, other.size() + 1);
  static const std::vector<std::string> words{"\"",
                                              "\\",
                                              "{",
                                              "}",
                                              "[",
                                              "]",
                                              "=",
                                              "\n",
                                              std::string(1, '\0'),
                                              "-1",
                                              "0",
                                              "null",
                                              "18446744073709551616",
                                              "1e999",
                                              "\xff\xfe",
                                              "\xf0\x9f\x92\xa5",
                                              "/",
                                              "\"\"\"",
                                              "../",
                                              "\\u0000",
                                              "\\ud800",
                                              "true",
                                              "1.0",
                                              ":"};
  switch (below(random, 7)) {
    case 0:
      if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(random, 8)));
      return;
    case 1:
      if (at < bytes.size()) bytes[at] = static_cast<char>(random());
      return;
    case 2: bytes.erase(at, length); return;
    case 3: bytes.insert(at, bytes.substr(at, length)); return;
    case 4: bytes.insert(at, other.substr(from, length)); return;
    case 5: bytes.resize(at); return;
    default: bytes.insert(at, words[below(random, words.size())]);
  }
}

class Runner {
 public:
  explicit Runner(fs::path reproducer) : reproducer_(std::move(reproducer)) {}

  void run(const std::string& bytes) {
    std::ofstream(reproducer_, std::ios::binary) << bytes;
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    ++runs_;
  }
  std::size_t runs() const { return runs_; }

 private:
  fs::path reproducer_;
  std::size_t runs_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  double seconds = 0;
  std::uint64_t seed = 1;
  std::vector<std::string> corpus;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--seconds" && i + 1 < words.size()) seconds = std::stod(words[++i]);
    else if (words[i] == "--seed" && i + 1 < words.size()) seed = std::stoull(words[++i]);
    else if (!fs::is_directory(words[i])) corpus.push_back(bytes_of(words[i]));
    else
      for (const auto& file : fs::directory_iterator(words[i])) corpus.push_back(bytes_of(file.path()));
  }
  if (corpus.empty()) {
    std::cerr << "no corpus is given, or it is empty\n";
    return 1;
  }
  std::sort(corpus.begin(), corpus.end());
  const fs::path reproducer = fs::current_path() / (fs::path(argv[0]).filename().string() + ".last");
  Runner runner(reproducer);
  for (const std::string& bytes : corpus) runner.run(bytes);
  Random random(seed);
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < end) {
    std::string bytes = corpus[below(random, corpus.size())];
    for (std::size_t changes = 1 + below(random, 4); changes > 0; --changes) change(bytes, corpus, random);
    if (bytes.size() > (1U << 16U)) bytes.resize(1U << 16U);
    runner.run(bytes);
  }
  std::error_code ignored;
  fs::remove(reproducer, ignored);
  std::cout << corpus.size() << " files of the corpus, " << runner.runs() - corpus.size() << " mutations\n";
  return 0;
}
