"""Credentials: the token endpoint, GitHub, the metadata service, App Service; tokens and rights at ARM's door."""

import base64
import hashlib
import json
import subprocess
import tempfile
import unittest
from pathlib import Path
from urllib.parse import urlencode

from checks.support import GROUPS, NETWORK, NIC, VAULT, EmulatorCase
from control.put import SUBSCRIPTION
from faces.tokens import ASSERTION

TENANT, CLIENT = "11111111-0000-4000-8000-000000000001", "22222222-0000-4000-8000-000000000001"
ISSUER = "https://token.actions.githubusercontent.com"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Tokens(EmulatorCase):
    plumbing = False

    def setUp(self):
        super().setUp()
        self.control("put", application={"tenant": TENANT, "client": CLIENT, "secret": "s3cret", "federated": [
            {"issuer": ISSUER, "subject": "repo:contoso/dr:ref:refs/heads/main"}]})

    def ask(self, tenant=TENANT, **form):
        given = {"grant_type": "client_credentials", "client_id": CLIENT,
                 "scope": "https://localhost:443/.default"} | form
        return self.send("POST", f"/{tenant}/oauth2/v2.0/token", urlencode(given).encode())

    def said(self, answer, number):
        self.assertIn(answer.status, (400, 401))
        self.assertEqual(answer.body["error_codes"], [number])
        self.assertTrue(answer.body["error_description"].startswith(f"AADSTS{number}: "))

    def test_secret(self):
        answer = self.ask(client_secret="s3cret")
        self.assertEqual((answer.status, answer.body["token_type"], answer.body["expires_in"]), (200, "Bearer", 3599))
        self.token = answer.body["access_token"]
        self.get(VAULT)

    def test_refusals(self):
        self.said(self.ask(client_secret="wrong"), 7000215)
        self.said(self.ask(), 7000218)
        self.said(self.ask(tenant="nowhere", client_secret="s3cret"), 90002)
        self.said(self.ask(client_id="nobody", client_secret="s3cret"), 700016)
        self.said(self.ask(grant_type="password", client_secret="s3cret"), 70003)
        self.said(self.ask(scope="https://localhost", client_secret="s3cret"), 1002012)
        self.control("put", application={"tenant": TENANT, "client": CLIENT, "secret": "s3cret", "secret_expired": True})
        self.said(self.ask(client_secret="s3cret"), 7000222)

    def test_faults_that_are_meant_for_it(self):
        self.behave("fail", status=503)
        self.assertEqual(self.ask(client_secret="s3cret").status, 200)
        self.behave("fail", status=503, match="/oauth2/", count=1)
        self.assertEqual([self.ask(client_secret="s3cret").status for _ in range(2)], [503, 200])

    def test_a_token_for_another_audience(self):
        self.token = self.ask(client_secret="s3cret", scope="https://vault.azure.net/.default").body["access_token"]
        self.refused(self.arm("GET", VAULT), 401, "InvalidAuthenticationToken")

    def test_a_token_of_the_metadata_service_is_for_the_listener_of_arm(self):
        self.world.hosts = {"localhost:9443"}
        for audience, status in (("https://localhost:9443/", 200), ("https://localhost:9444/", 401)):
            path = f"/metadata/identity/oauth2/token?api-version=2018-02-01&resource={audience}"
            self.token = self.send("GET", path, headers={"metadata": "true"}).body["access_token"]
            self.assertEqual(self.arm("GET", VAULT).status, status)

    def test_github(self):
        asked = {"authorization": "bearer github-request-token"}
        answer = self.send("GET", "/github/oidc?x=1&audience=api://AzureADTokenExchange", headers=asked)
        good = {"client_assertion": answer.body["value"], "client_assertion_type": ASSERTION}
        self.assertEqual(self.ask(**good).status, 200)
        self.said(self.ask(**good | {"client_assertion_type": "x"}), 50027)
        other = self.send("GET", "/github/oidc?subject=repo:x&audience=api://AzureADTokenExchange", headers=asked)
        self.said(self.ask(client_assertion=other.body["value"], client_assertion_type=ASSERTION), 700213)
        other = self.send("GET", "/github/oidc?audience=wrong", headers=asked)
        self.said(self.ask(client_assertion=other.body["value"], client_assertion_type=ASSERTION), 70021)
        self.assertEqual(self.send("GET", "/github/oidc", headers={"authorization": "bearer x"}).status, 401)

    def test_a_federated_token_of_a_cluster_grows_old(self):
        made = self.control("token", issuer=ISSUER, subject="repo:contoso/dr:ref:refs/heads/main", seconds=10)["token"]
        good = {"client_assertion": made, "client_assertion_type": ASSERTION}
        self.assertEqual(self.ask(**good).status, 200)
        self.wait(11)
        self.said(self.ask(**good), 700024)

    def test_a_certificate(self):
        with tempfile.TemporaryDirectory() as place:
            key, certificate = Path(place, "key"), Path(place, "cert")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                            "-subj", "/CN=app"], check=True, capture_output=True)
            pem = certificate.read_text()
            self.control("put", application={"tenant": TENANT, "client": CLIENT, "certificates": [pem]})
            der = base64.b64decode("".join(pem.split("-----")[2].split()))
            now = int(self.world.clock.moment().timestamp())
            claims = {"aud": f"https://localhost:443/{TENANT}/oauth2/v2.0/token", "iss": CLIENT, "sub": CLIENT, "jti": "1",
                      "nbf": now, "exp": now + 600}
            head = {"alg": "RS256", "typ": "JWT", "x5t#S256": b64(hashlib.sha256(der).digest())}

            def assertion(claims, head=head):
                text = b64(json.dumps(head).encode()) + "." + b64(json.dumps(claims).encode())
                signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=text.encode(), check=True,
                                        capture_output=True).stdout
                return {"client_assertion": f"{text}.{b64(signed)}", "client_assertion_type": ASSERTION}

            self.assertEqual(self.ask(**assertion(claims)).status, 200)
            self.said(self.ask(**assertion(claims | {"aud": "x"})), 50012)
            self.said(self.ask(**assertion({name: claims[name] for name in claims if name != "jti"})), 50012)
            self.said(self.ask(**assertion(claims | {"nbf": 1, "exp": 2})), 700024)
            self.said(self.ask(**assertion(claims, head | {"x5t#S256": "x"})), 700027)
            forged = assertion(claims)
            forged["client_assertion"] = forged["client_assertion"][:-8] + "AAAAAAAA"
            self.said(self.ask(**forged), 700027)

    def test_metadata_service(self):
        path = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://management.azure.com/"
        answer = self.send("GET", path, headers={"metadata": "true"})
        self.assertEqual((answer.status, answer.body["expires_in"]), (200, "3599"))
        self.token = answer.body["access_token"]
        self.get(VAULT)
        self.assertEqual(self.send("GET", path).status, 400)
        self.assertEqual(self.send("GET", path, headers={"metadata": "true", "x-forwarded-for": "1.2.3.4"}).status, 400)
        self.behave("metadata-not-ready", status=410, count=2)
        self.assertEqual([self.send("GET", path, headers={"metadata": "true"}).status for _ in range(3)], [410, 410, 200])
        self.control("put", application={"client": "user-assigned", "managed": "user"})
        self.assertEqual(self.send("GET", path, headers={"metadata": "true"}).body["error_description"], "Identity not found")
        self.assertEqual(self.send("GET", path + "&client_id=user-assigned", headers={"metadata": "true"}).status, 200)

    def test_app_service(self):
        path = "/msi/token?api-version=2019-08-01&resource=https://management.azure.com/"
        self.assertEqual(self.send("GET", path, headers={"x-identity-header": "identity-header"}).status, 200)
        self.assertEqual(self.send("GET", path).status, 401)


class Door(EmulatorCase):
    def test_without_or_with_a_strange_token(self):
        self.refused(self.arm("GET", VAULT, headers={"authorization": None}), 401, "AuthenticationFailed")
        self.refused(self.arm("GET", VAULT, headers={"authorization": "Bearer x"}), 401, "InvalidAuthenticationToken")

    def test_tokens_expire(self):
        self.token = self.control("token")["token"]
        self.wait(100000)
        self.get(VAULT)
        self.behave("token-lifetime", seconds=60)
        self.token = self.control("token")["token"]
        self.get(VAULT)
        self.wait(61)
        self.refused(self.arm("GET", VAULT), 401, "ExpiredAuthenticationToken")

    def test_api_versions(self):
        self.refused(self.send("GET", VAULT), 400, "MissingApiVersionParameter")
        self.refused(self.arm("GET", VAULT, version="newest"), 400, "InvalidApiVersionParameter")

    def test_a_body_is_json(self):
        answer = self.arm("PUT", f"{GROUPS}/rg-new", {"location": "eastasia"}, {"content-type": "text/plain"})
        self.refused(answer, 415, "UnsupportedMediaType")

    def test_old_versions_of_network_indent(self):
        self.assertTrue(self.arm("GET", NETWORK, version="2022-01-01").encoded().startswith(b'{\r\n  "name"'))
        self.assertTrue(self.arm("GET", NETWORK).encoded().startswith(b'{"name"'))

    def test_unknown_places(self):
        self.refused(self.arm("GET", "/subscriptions/33333333-0000-4000-8000-000000000001/resourceGroups"), 404,
                     "SubscriptionNotFound")
        self.refused(self.arm("GET", VAULT + "x"), 404, "ResourceNotFound")
        self.refused(self.arm("GET", f"{VAULT}/replicationFabricz"), 404, "InvalidResourceType")
        self.refused(self.arm("POST", VAULT, {}), 405, "MethodNotAllowed")
        self.refused(self.arm("GET", VAULT.replace("/vaults/", "//vaults/")), 404, "InvalidResourceUri")

    def test_denied_is_403_and_lists_are_shorter(self):
        sub = f"/subscriptions/{SUBSCRIPTION}"
        lists = f"{sub}/providers/Microsoft.Network/virtualNetworks"
        self.control("deny", scope=f"{GROUPS}/rg-net")
        answer = self.arm("GET", NETWORK)
        self.refused(answer, 403, "AuthorizationFailed")
        self.assertIn("'Microsoft.Network/virtualNetworks/read'", answer.body["error"]["message"])
        self.assertEqual(len(self.get(lists)["value"]), 1)
        self.control("allow", scope=f"{GROUPS}/rg-net")
        self.assertEqual(len(self.get(lists)["value"]), 2)
        self.control("deny", scope=sub)
        self.refused(self.arm("GET", lists), 403, "AuthorizationFailed")
        self.control("allow")
        self.control("deny", scope=sub, provider="Microsoft.Network/networkInterfaces")
        self.refused(self.arm("GET", NIC), 403, "AuthorizationFailed")
        self.get(NETWORK)

    def test_writes_alone_denied(self):
        self.control("deny", scope=f"{GROUPS}/rg-net", what="write")
        self.get(NETWORK)
        self.refused(self.arm("DELETE", NETWORK), 403, "AuthorizationFailed")

    def test_names_with_every_character(self):
        name = "a.b_c-(d)é\u200f"
        self.control("put", group={"name": name, "region": "eastasia"})
        self.assertEqual(self.get(f"{GROUPS}/a.b_c-%28d%29%C3%A9%E2%80%8F")["name"], name)

    def test_headers(self):
        answer = self.arm("GET", f"{VAULT}/replicationFabrics", headers={
            "x-ms-client-request-id": "abc", "x-ms-return-client-request-id": "true", "x-ms-correlation-request-id": "run"})
        self.assertEqual(answer.header("x-ms-request-id"), "abc 6/1/2025 8:00:00 AM")
        self.assertEqual(answer.header("x-ms-client-request-id"), "abc")
        self.assertEqual(answer.header("x-ms-correlation-request-id"), "run")
        self.assertEqual(answer.header("x-ms-ratelimit-remaining-subscription-reads"), "11999")
        self.assertEqual(answer.header("Content-Type"), "application/json; charset=utf-8")

    def test_counters_of_compute_are_lists(self):
        answer = self.arm("GET", f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute/virtualMachines")
        self.assertIn(";", answer.header("x-ms-ratelimit-remaining-resource"))

    def test_the_log_shows_bodies_and_no_token(self):
        self.arm("PUT", f"{GROUPS}/rg-new", {"location": "eastasia"})
        entry = self.send("GET", "/_control/log?clear=1").body["requests"][-1]
        self.assertEqual((entry["method"], entry["body"], entry["status"]), ("PUT", '{"location": "eastasia"}', 201))
        self.assertNotIn(self.token, json.dumps(entry))
        self.assertEqual(self.send("GET", "/_control/log").body["requests"], [])

    def test_every_token_issued_is_told(self):
        given = self.control("token")["token"], self.control("token", issuer=ISSUER, subject="s")["token"]
        told = self.send("GET", "/_control/tokens").body["tokens"]
        self.assertEqual(sorted(told), sorted([self.token, *given]))
        self.control("reset")
        self.assertEqual(self.send("GET", "/_control/tokens").body["tokens"], [self.token])


if __name__ == "__main__":
    unittest.main()
