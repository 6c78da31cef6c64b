#include "providers/azure/http/curl_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <stdexcept>
#include <type_traits>

namespace pairform::azure {
namespace {

constexpr const char* k_file = "libcurl.so.4";  // its ABI has kept this name since 7.16 of 2006
constexpr unsigned k_least_version = 0x075500;  // 7.85.0, as CMakeLists.txt asks of the header

struct Loaded {
  CurlLibrary library{};
  std::string why_not;
};

// "libcurl.so.4: cannot open shared object file: No such file or directory"
std::string loader_error() {
  const char* said = dlerror();  // NOLINT(concurrency-mt-unsafe): glibc keeps it by thread
  return said == nullptr ? fmt::format("{} cannot be loaded", k_file) : said;
}

Loaded load() {
  Loaded out;
  CurlLibrary& curl = out.library;
  void* library = dlopen(k_file, RTLD_NOW | RTLD_LOCAL);  // never closed
  if (library == nullptr) return {{}, loader_error()};
  const auto find = [&](const char* name, auto& function) {
    void* found = dlsym(library, name);
    if (found == nullptr && out.why_not.empty()) out.why_not = loader_error();
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(found);
  };
  find("curl_global_init", curl.global_init);
  find("curl_version_info", curl.version_info);
  find("curl_free", curl.free);
  find("curl_getdate", curl.getdate);
  find("curl_easy_init", curl.easy_init);
  find("curl_easy_cleanup", curl.easy_cleanup);
  find("curl_easy_reset", curl.easy_reset);
  find("curl_easy_setopt", curl.easy_setopt);
  find("curl_easy_getinfo", curl.easy_getinfo);
  find("curl_easy_perform", curl.easy_perform);
  find("curl_easy_strerror", curl.easy_strerror);
  find("curl_share_init", curl.share_init);
  find("curl_share_setopt", curl.share_setopt);
  find("curl_share_cleanup", curl.share_cleanup);
  find("curl_slist_append", curl.slist_append);
  find("curl_slist_free_all", curl.slist_free_all);
  find("curl_url", curl.url);
  find("curl_url_cleanup", curl.url_cleanup);
  find("curl_url_get", curl.url_get);
  find("curl_url_set", curl.url_set);
  if (!out.why_not.empty()) return out;
  const curl_version_info_data* version = curl.version_info(CURLVERSION_NOW);
  if (version->version_num < k_least_version)
    out.why_not = fmt::format("{} is of version {}, and 7.85 is needed", k_file, version->version);
  else if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) out.why_not = fmt::format("{} cannot be set up", k_file);
  return out;
}

const Loaded& loaded() {
  static const Loaded once = load();
  return once;
}

}  // namespace

const std::string& why_no_libcurl() { return loaded().why_not; }

const CurlLibrary& curl() {
  if (!why_no_libcurl().empty()) throw std::runtime_error(fmt::format("libcurl cannot be used: {}", why_no_libcurl()));
  return loaded().library;
}

}  // namespace pairform::azure
