// Who a token is for, read off the token itself. Nothing is verified, which is the service's business; and nothing of the token
// but these names leaves this file.
#pragma once
#include <string>

#include "providers/azure/credential/secret.h"

namespace pairform::azure {

struct Claims {
  std::string user;         // "ana@contoso.com"; empty: no person
  std::string application;  // id of the application; of a person that of the program that signed in
  std::string object;       // id of the person or service principal in the tenant: what roles are assigned to
  std::string tenant;
};

// What is no JSON web token, or lacks a claim, leaves it empty.
Claims read_claims(const Secret& token);

}  // namespace pairform::azure
