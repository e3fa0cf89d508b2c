// SPDX-License-Identifier: Apache-2.0
// What a kubeconfig's entries may say: servers, users, whom to act as, and what is wrong with each.
#include "core/base/text.hpp"
#include "tests/kube/kubeconfig_files.hpp"

using namespace kspark;
using namespace kspark::kube;
using Catch::Matchers::Contains;
using test::Files;
using test::kind_of;
using test::kKey;
using test::kPem;

TEST_CASE("addresses of servers", "[kubeconfig]") {
    const auto server = [](const std::string& text, const std::string& more = "") {
        Files files("server: \"" + text + "\"" + more);
        const auto loaded = files.load();
        return loaded ? loaded->cluster.server : loaded.error().message;
    };
    CHECK(server("HTTPS://Host:6443/a/b/?q#f") == "https://Host:6443/a/b");
    CHECK(server("https://[::1]:6443") == "https://[::1]:6443");
    CHECK(server("10.0.0.1:8080") == "http://10.0.0.1:8080");
    CHECK(server("10.0.0.1:6443", ", insecure-skip-tls-verify: true") == "https://10.0.0.1:6443");
    CHECK(server("https://a b") == "host must be a URL or a host:port pair: \"https://a b\"");
    CHECK(server("host/path") == "host must be a URL or a host:port pair: \"host/path\"");
    CHECK(server("https://host:port") ==
          "host must be a URL or a host:port pair: \"https://host:port\"");
    CHECK(server("https://h:65536") ==
          "host must be a URL or a host:port pair: \"https://h:65536\"");
    CHECK(server("https://h:65535") == "https://h:65535");
    CHECK_THAT(server("ftp://h"), Contains("unsupported protocol scheme \"ftp\""));
    CHECK_THAT(server("https://u:secret@h"), Contains("must not carry") && !Contains("secret"));
    CHECK(server("") == "no server found for cluster \"c\"");
}

TEST_CASE("credentials are looked at only for https", "[kubeconfig]") {
    Files files("server: http://kube:8080", "tokenFile: /nope, as: me");
    const Connection connection = files.good();
    CHECK(kind_of(connection.user) == "none");
    CHECK(connection.impersonation.user == "me");
}

TEST_CASE("what is wrong with a cluster", "[kubeconfig]") {
    const auto message = [](const std::string& cluster) {
        return Files("server: 'https://k', " + cluster).message();
    };
    CHECK(message("proxy-url: 'ftp://x'") == "invalid 'proxy-url' \"ftp://x\" for cluster \"c\": "
                                             "unsupported scheme \"ftp\", must be http, https, or "
                                             "socks5");
    CHECK_THAT(message("proxy-url: 'ftp://me:secret@x'"), !Contains("secret"));
    CHECK_THAT(message("proxy-url: 'x:1'"), Contains("must begin with http://"));
    CHECK(message("certificate-authority: /nope") ==
          "unable to read certificate-authority /nope for c due to open /nope: no such file or "
          "directory");
    CHECK(message("certificate-authority-data: aGk=") ==
          "unable to load root certificates: unable to parse bytes as PEM block");
    CHECK(message(fmt::format("certificate-authority-data: {}, insecure-skip-tls-verify: true",
                              core::encode_base64(kPem))) ==
          "specifying a root certificates file with the insecure flag is not allowed");
    CHECK_THAT(message("certificate-authority-data: '*'"),
               Contains("clusters[0].cluster.certificate-authority-data: illegal base64 data at "
                        "input byte 0"));
}

TEST_CASE("what is wrong with a user", "[kubeconfig]") {
    const auto message = [](const std::string& user) {
        return Files("server: https://k", user).message();
    };
    const std::string pem = core::encode_base64(kPem), key = core::encode_base64(kKey);
    CHECK(message("") == "ok"); // anonymous; kubectl prompts
    CHECK(message("token: a, username: b") ==
          "more than one authentication method found for u; found [token basicAuth], only one is "
          "allowed");
    CHECK(message("password: secret") == "user \"u\" has a password but no username");
    CHECK(message("tokenFile: /nope") == "open /nope: no such file or directory");
    CHECK_THAT(message("token: 123"),
               Contains("users[0].user.token: expected a string, found a number (put it in "
                        "quotes)"));
    CHECK(message("token: \"sec\\nret\"") ==
          "the token of user \"u\" contains a line break at position 4 and cannot be sent");
    CHECK(message("client-certificate-data: " + pem) ==
          "client-key-data or client-key must be specified for u to use the clientCert "
          "authentication method.");
    CHECK(message("client-certificate-data: aGk=, client-key-data: " + key) ==
          "tls: failed to find any PEM data in certificate input");
    CHECK(message("client-certificate-data: " + pem + ", client-key-data: aGk=") ==
          "tls: failed to find any PEM data in key input");
    CHECK(message("client-certificate-data: " + pem + ", client-key-data: " + key) == "ok");
    for (const char* encrypted : {"-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
                                  "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"})
        CHECK_THAT(message("client-certificate-data: " + pem +
                           ", client-key-data: " + core::encode_base64(encrypted)),
                   Contains("the private key of user \"u\" is encrypted"));
    CHECK_THAT(message("auth-provider: {name: gcp}"), Contains("gke-gcloud-auth-plugin"));
    CHECK_THAT(message("auth-provider: {name: azure}"), Contains("kubelogin"));
    CHECK_THAT(message("auth-provider: {name: oidc}"), Contains("oidc-login"));
    CHECK_THAT(message("auth-provider: {name: foo}"), Contains("exec credential plugin"));
    CHECK(message("as-groups: [a]") ==
          "requesting uid, groups or user-extra for u without impersonating a user");
    CHECK_THAT(message("as: \"a\\nb\""), Contains("--as") && Contains("line break"));
}

TEST_CASE("what is wrong with an exec stanza", "[kubeconfig]") {
    const std::string version = "apiVersion: client.authentication.k8s.io/v1";
    const auto message = [](const std::string& exec, const std::string& more = "") {
        return Files("server: https://k", "exec: {" + exec + "}" + more).message();
    };
    CHECK(message("command: a, interactiveMode: Never, " + version) == "ok");
    CHECK(message("command: a, " + version + "beta1") == "ok");
    CHECK(message("command: a, " + version) ==
          "interactiveMode must be specified for u to use exec authentication plugin");
    CHECK(message("command: a, interactiveMode: Bogus, " + version) ==
          "invalid interactiveMode for u: \"Bogus\"");
    CHECK(message("interactiveMode: Never, " + version) ==
          "command must be specified for u to use exec authentication plugin");
    CHECK(message("command: a, interactiveMode: Never") ==
          "apiVersion must be specified for u to use exec authentication plugin");
    CHECK(message("command: a, " + version + "alpha1") ==
          "exec plugin: invalid apiVersion \"client.authentication.k8s.io/v1alpha1\"");
    CHECK(message("command: a, env: [{value: b}], " + version + "beta1") ==
          "env variable name must be specified for u to use exec authentication plugin");
    CHECK(message("command: a, " + version + "beta1", ", auth-provider: {name: gcp}") ==
          "authProvider cannot be provided in combination with an exec plugin for u");
}

TEST_CASE("explicit credentials keep the plugin from running", "[kubeconfig]") {
    Files files("server: https://k",
                "exec: {command: a, apiVersion: client.authentication.k8s.io/v1beta1}");
    CHECK(kind_of(files.good().user) == "exec");
    files.flags.token = "T";
    CHECK(kind_of(files.good().user) == "token");
}

TEST_CASE("impersonation by flags and file", "[kubeconfig]") {
    Files files("server: https://k", "token: T, as: foo, as-groups: [a], as-uid: '1', "
                                     "as-user-extra: {reason: [one, two]}");
    CHECK(files.good().impersonation.extra.size() == 2);
    files.flags.as = "bar";
    files.flags.as_groups = {"g,h", "i"};
    files.flags.as_user_extra = {"k=v=w"};
    const Impersonation as = files.good().impersonation;
    CHECK(as.user == "bar");
    CHECK(as.uid == "1");
    CHECK(as.groups == std::vector<std::string>{"g,h", "i"});
    CHECK(as.extra == std::vector<std::pair<std::string, std::string>>{{"k", "v=w"}});
    files.flags.as_user_extra = {"novalue"};
    const auto loaded = files.load();
    REQUIRE(!loaded);
    CHECK(loaded.error().code == core::Code::Usage);
}
