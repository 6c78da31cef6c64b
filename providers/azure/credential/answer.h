// What the services that give tokens answer.
#pragma once
#include <string_view>

#include "providers/azure/credential/source.h"

namespace pairform::azure {

// `{"access_token":…,"expires_in":…}`; lifetimes may be texts or numbers. `now`: when the answer came; the clock of this
// machine does not matter.
TokenResult read_token(std::string_view body, std::chrono::steady_clock::time_point now);

// What the Azure CLI prints, with or without a line before it. Its times are absolute: `wall_now` is the clock of this
// machine, as far as it is right. Versions before 2.54 have only `expiresOn`, which is local time.
TokenResult read_cli_token(std::string_view output, std::chrono::steady_clock::time_point now,
                           std::chrono::system_clock::time_point wall_now);

// Sets the times of a token that has `expires_at`. It lasts a minute at least: the CLI gives none that has expired, so that
// one which seems to have comes of a wrong clock, and the first answer of a service says how wrong (TokenCache::learn_clock).
void set_times(Token& token, std::chrono::steady_clock::time_point now, std::chrono::system_clock::time_point wall_now);

// "invalid_client: AADSTS7000215: Invalid client secret provided. (correlation id …)": `error`, the first line of
// `error_description`, the correlation id. Of what is no such answer: the status.
std::string token_refusal(const HttpAnswer& answer);

}  // namespace pairform::azure
