// A fresh directory for one test, removed with all it holds when its object goes. Its path is free of symbolic links.
#pragma once
#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace pairform {

class TemporaryDirectory {
 public:
  // `name` is a part of the directory's name, for whoever looks at /tmp; `base`: where it is made.
  explicit TemporaryDirectory(std::string_view name = "test",
                              const std::filesystem::path& base = std::filesystem::temp_directory_path()) {
    std::string pattern = (base / ("pairform-" + std::string(name) + "-XXXXXX")).string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = std::filesystem::canonical(pattern);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace pairform
