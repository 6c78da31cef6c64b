// The Azure CLI as a source of tokens.
#pragma once
#include "providers/azure/credential/source.h"

namespace pairform::azure {

// Runs `az account get-access-token`, by its arguments and without a shell; given up after SignIn::cli_limit. NotThere
// where there is no `az` on the PATH, or nobody is signed in with it.
TokenResult fetch_cli_token(const SignIn& sign_in, const HttpLimits& limits);

}  // namespace pairform::azure
