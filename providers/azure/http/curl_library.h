// libcurl, loaded when the first request is made, not when the program starts: libcurl brings 32 of the 41 libraries that
// the program would be linked with, and the dynamic loader would take two thirds of the time of `pairform status --offline`
// or of a completion for what these never use.
//
// The types and constants are those of the header <curl/curl.h> that the program was built with; the functions are these.
#pragma once
#include <curl/curl.h>

#include <string>

namespace pairform::azure {

struct CurlLibrary {
  decltype(&::curl_global_init) global_init;
  decltype(&::curl_version_info) version_info;
  decltype(&::curl_free) free;
  decltype(&::curl_getdate) getdate;

  decltype(&::curl_easy_init) easy_init;
  decltype(&::curl_easy_cleanup) easy_cleanup;
  decltype(&::curl_easy_reset) easy_reset;
  decltype(&::curl_easy_setopt) easy_setopt;
  decltype(&::curl_easy_getinfo) easy_getinfo;
  decltype(&::curl_easy_perform) easy_perform;
  decltype(&::curl_easy_strerror) easy_strerror;

  decltype(&::curl_share_init) share_init;
  decltype(&::curl_share_setopt) share_setopt;
  decltype(&::curl_share_cleanup) share_cleanup;

  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;

  decltype(&::curl_url) url;
  decltype(&::curl_url_cleanup) url_cleanup;
  decltype(&::curl_url_get) url_get;
  decltype(&::curl_url_set) url_set;
};

// Both load libcurl and set it up, the first of them in a process that is called; it stays loaded. Any thread may call them.
//
// Why it cannot be used: it is missing, damaged or older than 7.85 (CURLOPT_PROTOCOLS_STR). Empty where it can.
const std::string& why_no_libcurl();
// Throws std::runtime_error where it cannot be used.
const CurlLibrary& curl();

}  // namespace pairform::azure
