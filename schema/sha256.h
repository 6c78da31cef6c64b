// SHA-256 by OpenSSL: versions of state, checksums of the journal, digests of plans, names in a cloud that are made of ids.
// About 1.5 GB/s with SHA-NI.
// Threads: a Sha256 belongs to one; the functions are free.
#pragma once
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace pairform {

// For what is made piece by piece.
class Sha256 {
 public:
  Sha256();
  void update(std::string_view bytes);
  // 64 lower-case hex digits of everything so far. Call it once, last.
  std::string hex();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

std::string sha256_hex(std::string_view bytes);

// "sha256:<hex>": how a text is named in files.
std::string sha256_name(std::string_view bytes);

}  // namespace pairform
