// SPDX-License-Identifier: Apache-2.0
// Credential plugins here are shell scripts in a temporary directory: what is tested is what a real
// program gets to see and how often it is run.
#include "core/base/text.hpp"
#include "core/kube/credentials.hpp"
#include "core/kube/exec_plugin.hpp"
#include "core/kube/plugin_policy.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/temporary_directory.hpp"

#include <fmt/format.h>

using namespace kspark;
using namespace kspark::kube;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

struct Plugin {
    test::TemporaryDirectory directory;
    test::ManualClock clock;
    Connection connection;
    core::Environment environment{{"PATH", "/usr/bin:/bin"}, {"HOME", "/nonexistent"}};
    Terminal terminal;

    Plugin() {
        connection.cluster.server = "https://kube:6443";
        connection.user.name = "u";
        connection.user.exec.emplace();
        exec().api_version = "client.authentication.k8s.io/v1";
        exec().command = file("login");
    }
    ExecPlugin& exec() { return *connection.user.exec; }
    std::string file(const std::string& name) const { return (directory.path / name).string(); }
    /// The plugin counts its runs, keeps what it was told and prints `status` for $N runs so far.
    Plugin& prints(const std::string& status) {
        return script(fmt::format(
            "cat <<X\n{{\"apiVersion\":\"{}\",\"kind\":\"ExecCredential\",\"status\":{}}}\nX\n",
            exec().api_version, status));
    }
    Plugin& script(const std::string& text) {
        REQUIRE(core::write_file(
            file("login"),
            fmt::format("#!/bin/sh\necho run >> {0}/runs\nN=$(wc -l < {0}/runs | tr -d ' ')\n"
                        "printf '%s' \"$KUBERNETES_EXEC_INFO\" > {0}/info\necho \"$FOO $*\" > "
                        "{0}/arguments\n{1}",
                        directory.path.string(), text),
            0755));
        return *this;
    }
    std::string told(const std::string& name) const {
        const auto text = core::read_file(file(name), 100000);
        return text ? *text : "";
    }
    std::size_t runs() const { return core::split(told("runs"), '\n').size() - 1; }
    http::CredentialSource source() {
        return make_credential_source(connection, environment, clock, terminal);
    }
    std::string error() {
        const auto got = source()(false);
        REQUIRE(!got);
        return got.error().message;
    }
};

std::string authorization(const http::CredentialSource& source, bool refresh = false) {
    const auto got = source(refresh);
    return got ? got->authorization : got.error().message;
}

Connection with_user(const User& user, const char* server = "https://kube") {
    Connection connection;
    connection.cluster.server = server;
    connection.user = user;
    return connection;
}

} // namespace

TEST_CASE("static credentials", "[credentials]") {
    test::ManualClock clock;
    User user;
    user.token = "T";
    CHECK(authorization(make_credential_source(with_user(user), {}, clock, {})) == "Bearer T");
    // Over http nothing is sent, whatever there is.
    CHECK(authorization(make_credential_source(with_user(user, "http://kube"), {}, clock, {})) ==
          "");
    user.token.clear();
    user.username = "me";
    user.password = "p:w";
    user.certificate_pem = "C";
    user.key_pem = "K";
    const auto both = make_credential_source(with_user(user), {}, clock, {})(false);
    REQUIRE(both);
    CHECK(both->authorization == "Basic bWU6cDp3");
    CHECK(both->certificate_pem == "C");
    CHECK(both->key_pem == "K");
}

TEST_CASE("a token file is read again, and the last good token is kept", "[credentials]") {
    const test::TemporaryDirectory directory;
    test::ManualClock clock;
    User user;
    user.token = "fallback";
    user.token_file = (directory.path / "token").string();
    const auto write = [&](const std::string& text) {
        REQUIRE(core::write_file(user.token_file, text));
    };
    const auto source = make_credential_source(with_user(user), {}, clock, {});
    CHECK(authorization(source) == "Bearer fallback");
    write(" first\n");
    CHECK(authorization(source, true) == "Bearer first");
    write("second");
    clock.advance(49s);
    CHECK(authorization(source) == "Bearer first");
    clock.advance(1s);
    CHECK(authorization(source) == "Bearer second");
    for (const char* bad : {"", "two\nlines", "bell\x07"}) {
        write(bad);
        CHECK(authorization(source, true) == "Bearer second");
    }
    std::filesystem::remove(user.token_file);
    clock.advance(1h);
    CHECK(authorization(source) == "Bearer second");
}

TEST_CASE("a client certificate is read again, with its key or not at all", "[credentials]") {
    const test::TemporaryDirectory directory;
    test::ManualClock clock;
    User user;
    user.certificate_pem = "C1";
    user.key_pem = "K1";
    user.certificate_file = (directory.path / "crt").string();
    user.key_file = (directory.path / "key").string();
    const auto source = make_credential_source(with_user(user), {}, clock, {});
    const auto pair = [&] {
        const auto got = source(false);
        return got->certificate_pem + got->key_pem;
    };
    REQUIRE(core::write_file(user.certificate_file, "C2"));
    clock.advance(2s);
    CHECK(pair() == "C1K1");
    REQUIRE(core::write_file(user.key_file, "K2"));
    CHECK(pair() == "C1K1"); // at most once a second
    clock.advance(2s);
    CHECK(pair() == "C2K2");
}

TEST_CASE("a plugin is run once, until its credentials expire", "[credentials]") {
    Plugin plugin;
    plugin.prints(R"({"token":"T$N","expirationTimestamp":"2026-01-02T03:05:05Z"})");
    const auto source = plugin.source();
    CHECK(plugin.runs() == 0); // not before it is needed
    CHECK(authorization(source) == "Bearer T1");
    plugin.clock.advance(60s);
    CHECK(authorization(source) == "Bearer T1");
    plugin.clock.advance(1s);
    CHECK(authorization(source) == "Bearer T2");
}

TEST_CASE("a refusal runs the plugin again, once for all requests", "[credentials]") {
    Plugin plugin;
    plugin.prints(R"({"token":"T$N"})");
    const auto source = plugin.source();
    CHECK(authorization(source) == "Bearer T1");
    CHECK(authorization(source, true) == "Bearer T2");
    CHECK(authorization(source, true) == "Bearer T2");
    CHECK(plugin.runs() == 2);
    plugin.clock.advance(11s);
    CHECK(authorization(source, true) == "Bearer T3");
}

TEST_CASE("a failure is not answered with a run per request", "[credentials]") {
    Plugin plugin;
    plugin.script("exit 7\n");
    const auto source = plugin.source();
    const std::string wanted = fmt::format(
        "getting credentials: exec: executable {} failed with exit code 7", plugin.exec().command);
    CHECK(authorization(source) == wanted);
    CHECK(authorization(source, true) == wanted);
    CHECK(plugin.runs() == 1);
    plugin.prints(R"({"token":"T"})");
    plugin.clock.advance(11s);
    CHECK(authorization(source) == "Bearer T");
}

TEST_CASE("what a plugin is told", "[credentials]") {
    Plugin plugin;
    plugin.prints(R"({"token":"T"})");
    plugin.environment.set("FOO", "ours");
    plugin.exec().environment = {{"FOO", "first"}, {"FOO", "theirs"}};
    plugin.exec().arguments = {"a b", "$HOME"};
    SECTION("nothing of the cluster") {
        CHECK(authorization(plugin.source()) == "Bearer T");
        CHECK(plugin.told("arguments") == "theirs a b $HOME\n");
        CHECK(plugin.told("info") ==
              R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",)"
              R"("spec":{"interactive":false}})"
              "\n");
    }
    SECTION("the cluster") {
        plugin.exec().provide_cluster_info = true;
        plugin.connection.cluster.ca_pem = "pem";
        plugin.connection.cluster.proxy_url = "http://of-the-environment";
        CHECK(authorization(plugin.source()) == "Bearer T");
        CHECK(plugin.told("info") ==
              R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",)"
              R"("spec":{"cluster":{"server":"https://kube:6443",)"
              R"("certificate-authority-data":"cGVt","config":null},"interactive":false}})"
              "\n");
    }
    SECTION("everything of the cluster") {
        Cluster cluster = plugin.connection.cluster;
        cluster.tls_server_name = "name";
        cluster.insecure_skip_tls_verify = cluster.disable_compression = true;
        cluster.proxy_url = "http://p";
        cluster.proxy_configured = true;
        cluster.exec_config = R"({"audience":"x"})";
        plugin.exec().provide_cluster_info = true;
        CHECK(exec_info(plugin.exec(), cluster, true) ==
              R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",)"
              R"("spec":{"cluster":{"server":"https://kube:6443","tls-server-name":"name",)"
              R"("insecure-skip-tls-verify":true,"proxy-url":"http://p",)"
              R"("disable-compression":true,"config":{"audience":"x"}},"interactive":true}})"
              "\n");
    }
}

TEST_CASE("certificates of a plugin", "[credentials]") {
    Plugin plugin;
    plugin.exec().api_version = "client.authentication.k8s.io/v1beta1";
    plugin.prints(R"({"clientCertificateData":"-----BEGIN CERTIFICATE-----",)"
                  R"("clientKeyData":"-----BEGIN PRIVATE KEY-----"})");
    const auto got = plugin.source()(false);
    REQUIRE(got);
    CHECK(got->authorization.empty());
    CHECK(got->certificate_pem == "-----BEGIN CERTIFICATE-----");
    CHECK(got->key_pem == "-----BEGIN PRIVATE KEY-----");
}

TEST_CASE("what a plugin may not print", "[credentials]") {
    ExecPlugin plugin;
    plugin.command = "login";
    plugin.api_version = "client.authentication.k8s.io/v1";
    const auto message = [&](const std::string& output) {
        const auto parsed = parse_exec_credential(output, plugin);
        return parsed ? "ok" : parsed.error().message;
    };
    const auto status = [&](const std::string& text) {
        return message(R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",)"
                       R"("status":)" +
                       text + "}");
    };
    CHECK(status(R"({"token":"T"})") == "ok");
    CHECK(message(R"({"kind":"ExecCredential","apiVersion":"x/v2","status":{}})") ==
          "exec plugin is configured to use API version client.authentication.k8s.io/v1, plugin "
          "returned version x/v2");
    for (const char* text : {"", "SECRET", "{\"kind\":\"SECRET\"}", "[1]", "{\"token\":\"SECRET"}) {
        CHECK_THAT(message(text), Contains("decoding stdout: login") && !Contains("SECRET"));
    }
    CHECK(status("null") == "exec plugin didn't return a status field");
    CHECK(status("{}") == "exec plugin didn't return a token or cert/key pair");
    CHECK(status(R"({"clientKeyData":"SECRET"})") ==
          "exec plugin returned only certificate or key, not both");
    CHECK(status(R"({"clientKeyData":"SECRET","clientCertificateData":"x"})") ==
          "failed parsing client key/certificate: no PEM data found");
    CHECK_THAT(status(R"({"token":"SECRET","expirationTimestamp":"soon"})"),
               Contains("expirationTimestamp") && !Contains("SECRET"));
    CHECK_THAT(status(R"({"token":"SEC\nRET"})"), Contains("line break") && !Contains("SEC"));
}

TEST_CASE("a plugin that is not installed", "[credentials]") {
    Plugin plugin;
    plugin.exec().command = "no-such-login";
    plugin.exec().install_hint = "get it\nat example.org";
    const auto got = plugin.source()(false);
    REQUIRE(!got);
    CHECK(got.error().message == "getting credentials: exec: executable no-such-login not found");
    CHECK_THAT(core::join(got.error().details, "\n"),
               Contains("client-go credential plugin that is not installed") &&
                   Contains("get it\nat example.org"));
}

TEST_CASE("interactive plugins", "[credentials]") {
    using Interactive = ExecPlugin::Interactive;
    Plugin plugin;
    plugin.prints(R"({"token":"T"})");
    const auto told = [&](Interactive mode) {
        plugin.exec().interactive = mode;
        const auto got = plugin.source()(false);
        if (!got) return got.error().message;
        return std::string(plugin.told("info").find("\"interactive\":true") != std::string::npos
                               ? "asks"
                               : "silent");
    };
    const std::string refused =
        "getting credentials: exec plugin cannot support interactive mode: ";
    CHECK(told(Interactive::IfAvailable) == "silent");
    CHECK(told(Interactive::Always) == refused + "standard input is not a terminal");
    plugin.terminal.input_is_terminal = true;
    CHECK(told(Interactive::Never) == "silent");
    CHECK(told(Interactive::IfAvailable) == "asks");
    CHECK(told(Interactive::Always) == "asks");
    plugin.terminal.input_is_used = true;
    CHECK(told(Interactive::IfAvailable) == "silent");
    CHECK_THAT(told(Interactive::Always), Contains("standard input is unavailable"));
    plugin.terminal = {.input_is_terminal = true, .may_prompt = false};
    CHECK(told(Interactive::IfAvailable) == "silent");
    CHECK_THAT(told(Interactive::Always), Contains("while completing"));
}

TEST_CASE("a kuberc restricts plugins", "[credentials]") {
    const test::TemporaryDirectory directory;
    const std::string kuberc = (directory.path / "kuberc").string();
    core::Environment environment{{"PATH", "/usr/bin:/bin"}, {"KUBERC", kuberc}};
    const auto message = [&](const std::string& command) {
        const auto status = check_plugin_policy(command, environment);
        return status ? "ok" : status.error().message;
    };
    CHECK(message("sh") == "ok"); // no such file
    const auto write = [&](const std::string& text) { REQUIRE(core::write_file(kuberc, text)); };
    write("kind: Preference\ncredentialPluginPolicy: DenyAll\n");
    CHECK(message("sh") == "plugin \"sh\" not allowed: policy set to \"DenyAll\"");
    write("credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: sh}, {command: "
          "/opt/login}]\n");
    CHECK(message("sh") == "ok");
    CHECK(message("/opt/login") == "ok");
    CHECK(message("/opt/other") ==
          "plugin path \"/opt/other\" is not permitted by the credential plugin allowlist");
    write("credentialPluginPolicy: Allowlist\n");
    CHECK(message("sh") != "ok");
    write("credentialPluginPolicy: [");
    CHECK_THAT(message("sh"), Contains("kuberc:1:"));
    environment.set("KUBERC", "off");
    CHECK(message("sh") == "ok");
    Plugin plugin;
    plugin.prints(R"({"token":"T"})");
    plugin.environment.set("KUBERC", kuberc);
    write("credentialPluginPolicy: DenyAll\n");
    CHECK_THAT(plugin.error(), Contains("getting credentials: plugin") && Contains("DenyAll"));
    CHECK(plugin.runs() == 0);
}

TEST_CASE("impersonation headers", "[credentials]") {
    Impersonation as{"me", "7", {"a,b", "c"}, {{"a b%/é", "x y"}, {"ok_key.1", "z"}}};
    std::string text;
    for (const auto& [name, value] : impersonation_headers(as)) text += name + ": " + value + "\n";
    CHECK(text == "Impersonate-User: me\nImpersonate-Uid: 7\nImpersonate-Group: a,b\n"
                  "Impersonate-Group: c\nImpersonate-Extra-a%20b%25%2F%C3%A9: x y\n"
                  "Impersonate-Extra-ok_key.1: z\n");
    CHECK(impersonation_headers({}).empty());
}
