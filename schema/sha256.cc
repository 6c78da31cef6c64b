#include "schema/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "schema/check.h"

namespace pairform {

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  // Fetched once: looking the algorithm up costs more than hashing a journal record.
  static const EVP_MD* const k_algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  PAIRFORM_CHECK(context_ && k_algorithm && EVP_DigestInit_ex(context_.get(), k_algorithm, nullptr) == 1);
}

void Sha256::update(std::string_view bytes) {
  PAIRFORM_CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::hex() {
  static constexpr std::string_view k_digits = "0123456789abcdef";
  std::array<unsigned char, 32> digest{};
  PAIRFORM_CHECK(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
  std::string text;
  text.reserve(64);
  for (const unsigned char byte : digest) {
    text += k_digits[byte >> 4U];
    text += k_digits[byte & 15U];
  }
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 sum;
  sum.update(bytes);
  return sum.hex();
}

std::string sha256_name(std::string_view bytes) { return "sha256:" + sha256_hex(bytes); }

}  // namespace pairform
