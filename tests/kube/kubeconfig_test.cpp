// SPDX-License-Identifier: Apache-2.0
// Kubeconfigs of other clients' test suites with kubectl's own outcome beside them, then which
// file, which entry and which flag wins.
#include "core/base/text.hpp"
#include "core/kube/in_cluster.hpp"
#include "tests/kube/kubeconfig_files.hpp"
#include "tests/support/golden.hpp"

#include <map>
#include <set>

using namespace kspark;
using namespace kspark::kube;
using Catch::Matchers::Contains;
using core::Environment;
using test::Files;
using test::kind_of;
using test::kKey;
using test::kPem;

namespace {

std::string outcome_of(const core::Result<Connection>& loaded, const std::string& directory) {
    if (loaded) return "ok";
    const core::Error& error = loaded.error();
    std::string text = error.details.empty() || error.details[0].compare(0, 2, "* ") != 0
                           ? error.message
                           : core::join(error.details, " | ");
    for (auto at = text.find(directory); at != std::string::npos; at = text.find(directory))
        text.replace(at, directory.size(), "{dir}");
    return text;
}

} // namespace

// The columns: file; what kubectl 1.34 does with it; what we do instead where that is better ("=":
// the same); server, namespace and kind of credentials when it is usable.
TEST_CASE("kubeconfigs in the wild end as they do in kubectl", "[kubeconfig]") {
    const std::string directory = test::test_file("corpus/kubeconfigs");
    std::set<std::string> seen;
    for (const auto& line :
         core::split(test::read_test_file("corpus/kubeconfigs.expected.tsv"), '\n')) {
        if (line.empty() || line[0] == '#') continue;
        const auto row = core::split(line, '\t');
        INFO(line);
        REQUIRE(row.size() == 6);
        seen.insert(row[0]);
        ConnectionFlags flags;
        flags.kubeconfig = directory + "/" + row[0];
        const auto loaded = load_connection(flags, Environment{{"HOME", "/nonexistent"}});
        CHECK(outcome_of(loaded, directory) == (row[2] == "=" ? row[1] : row[2]));
        if (!loaded) continue;
        CHECK(loaded->cluster.server == row[3]);
        CHECK(loaded->name_space == row[4]);
        CHECK(kind_of(loaded->user) == row[5]);
    }
    for (const auto& file : std::filesystem::directory_iterator(directory))
        CHECK(seen.count(file.path().filename().string()) == 1);
}

TEST_CASE("without any kubeconfig the error says where one is looked for", "[kubeconfig]") {
    const auto loaded = load_connection({}, Environment{{"HOME", "/nonexistent"}});
    REQUIRE(!loaded);
    CHECK_THAT(loaded.error().message, Contains("Missing or incomplete configuration info"));
    CHECK_THAT(core::join(loaded.error().details, "\n"),
               Contains("flag --kubeconfig") && Contains("/nonexistent/.kube/config"));
    // Not localhost:8080; but the variable that kubectl's default can be changed by is honoured.
    const auto master = load_connection(
        {}, Environment{{"HOME", "/nonexistent"}, {"KUBERNETES_MASTER", "http://master:8080"}});
    REQUIRE(master);
    CHECK(master->cluster.server == "http://master:8080");
}

TEST_CASE("files are looked for in kubectl's order", "[kubeconfig]") {
    Files files;
    const std::string mine = files.flags.kubeconfig;
    const std::string missing = (files.directory.path / "missing").string();
    SECTION("--kubeconfig must exist") {
        files.flags.kubeconfig = missing;
        CHECK(files.message() == "stat " + missing + ": no such file or directory");
    }
    SECTION("entries of $KUBECONFIG may be missing, empty or double") {
        files.flags.kubeconfig.clear();
        files.environment.set("KUBECONFIG", "::" + missing + ":" + mine + ":" + mine);
        CHECK(files.good().cluster.server == "https://kube:6443");
    }
    SECTION("~/.kube/config") {
        files.write(".kube/config", *core::read_file(mine, 10000));
        files.flags.kubeconfig.clear();
        files.environment.set("HOME", files.directory.path.string());
        CHECK(files.good().context == "x");
    }
    SECTION("a directory") {
        files.flags.kubeconfig = files.directory.path.string();
        CHECK_THAT(files.message(),
                   Contains("error loading config file") && Contains("is a directory"));
    }
    SECTION("all errors of a list are told") {
        files.flags.kubeconfig.clear();
        files.environment.set("KUBECONFIG",
                              files.write("one", "a: [") + ":" + files.write("two", "contexts: 5"));
        const auto loaded = files.load();
        REQUIRE(!loaded);
        CHECK_THAT(loaded.error().message, Contains("/one:1:"));
        REQUIRE(loaded.error().details.size() == 1);
        CHECK_THAT(loaded.error().details[0],
                   Contains("/two\": contexts: expected a list, found a number"));
    }
}

TEST_CASE("the first file that defines an entry wins, entry by entry", "[kubeconfig]") {
    Files files;
    const std::string a =
        files.write("a", "contexts: [{name: xa, context: {cluster: ca, user: red}}]\n"
                         "clusters: [{name: ca, cluster: {server: 'https://a'}}]\n"
                         "users: [{name: red, user: {token: A}}]\n");
    const std::string b =
        files.write("b", "current-context: xa\n"
                         "contexts: [{name: xa, context: {cluster: other, namespace: other}},"
                         " {name: xb, context: {cluster: ca, user: red}}]\n"
                         "users: [{name: red, user: {token: B, as: someone}}]\n");
    files.flags.kubeconfig.clear();
    const std::string c = files.write("c", "current-context: later\n");
    files.environment.set("KUBECONFIG", a + ":" + b + ":" + c);
    Connection connection = files.good();
    CHECK(connection.context == "xa");
    CHECK(connection.cluster.server == "https://a");
    CHECK(connection.user.token == "A");
    CHECK(connection.impersonation.user.empty()); // no field-level merge
    CHECK(connection.name_space == "default");
    files.flags.context = "xb";
    CHECK(files.good().user.token == "A");
    CHECK(kubeconfig_names(files.flags, files.environment).contexts ==
          std::vector<std::string>{"xa", "xb"});
}

TEST_CASE("relative paths belong to the file of the stanza", "[kubeconfig]") {
    Files files;
    files.write("sub/ca.crt", kPem);
    files.write("sub/token", "  FILETOKEN \n");
    files.flags.kubeconfig = files.write(
        "sub/config",
        "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
        "clusters: [{name: c, cluster: {server: 'https://k', certificate-authority: ca.crt}}]\n"
        "users: [{name: u, user: {tokenFile: ./token}}, {name: e, user: {exec: {command: "
        "bin/login, "
        "apiVersion: client.authentication.k8s.io/v1beta1}}}, {name: p, user: {exec: {command: "
        "login, apiVersion: client.authentication.k8s.io/v1beta1}}}]\n");
    const std::string sub = (files.directory.path / "sub").string();
    Connection connection = files.good();
    CHECK(connection.cluster.ca_pem == kPem);
    CHECK(connection.user.token == "FILETOKEN");
    CHECK(connection.user.token_file == sub + "/token");
    files.flags.user = "e";
    CHECK(files.good().user.exec->command == sub + "/bin/login");
    files.flags.user = "p";
    CHECK(files.good().user.exec->command == "login"); // looked up on PATH
}

TEST_CASE("names that do not exist", "[kubeconfig]") {
    Files files("server: https://k", "token: T");
    SECTION("context") {
        files.flags.context = "y";
        CHECK_THAT(files.message(), Contains("context \"y\" does not exist"));
    }
    SECTION("cluster") {
        files.flags.cluster = "prod";
        CHECK(files.message() == "cluster \"prod\" does not exist");
    }
    SECTION("user") {
        files.flags.user = "somebody";
        CHECK(files.message() == "user \"somebody\" does not exist");
    }
    SECTION("current-context") {
        files.flags.kubeconfig = files.write("f", "current-context: zz\n");
        CHECK(files.message() == "context was not found for specified context: zz");
    }
    SECTION("no current-context, but contexts") {
        files.flags.kubeconfig = files.write("f", "contexts: [{name: a}, {name: b}]\n");
        CHECK(files.message() ==
              "current-context is not set; name one of the contexts with --context: a, b");
    }
    SECTION("the cluster and the user of a context") {
        files.flags.kubeconfig = files.write(
            "f", "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n");
        CHECK(files.message() == "cluster \"c\" was not found for context \"x\"");
        files.flags.server = "https://k";
        CHECK(files.message() == "user \"u\" was not found for context \"x\"");
        files.flags.token = "T";
        CHECK(files.message() == "ok");
    }
}

TEST_CASE("flags override the file", "[kubeconfig]") {
    Files files(fmt::format("server: https://k, tls-server-name: name, "
                            "certificate-authority-data: {}",
                            core::encode_base64(kPem)),
                "token: T, tokenFile: /nope", ", namespace: spark");
    const std::string ca = files.write("other-ca", std::string(kPem) + "2");
    CHECK(files.good().cluster.tls_server_name == "name");
    CHECK(files.good().name_space == "spark");
    SECTION("insecure drops the authority") {
        files.flags.insecure_skip_tls_verify = true;
        const Connection connection = files.good();
        CHECK(connection.cluster.insecure_skip_tls_verify);
        CHECK(connection.cluster.ca_pem.empty());
    }
    SECTION("an authority replaces the file's") {
        files.flags.certificate_authority = ca;
        CHECK(files.good().cluster.ca_pem == std::string(kPem) + "2");
    }
    SECTION("a server clears the name of the old one") {
        files.flags.server = "https://other/";
        CHECK(files.good().cluster.server == "https://other");
        CHECK(files.good().cluster.tls_server_name.empty());
        files.flags.tls_server_name = "mine";
        CHECK(files.good().cluster.tls_server_name == "mine");
    }
    SECTION("token and namespace") {
        files.flags.token = "U";
        files.flags.name_space = "ns/other";
        const Connection connection = files.good();
        CHECK(connection.user.token == "U");
        CHECK(connection.user.token_file.empty());
        CHECK(connection.name_space == "other");
    }
    SECTION("client certificate") {
        files.flags.client_certificate = files.write("crt", kPem);
        CHECK(files.message() == "client-key-data or client-key must be specified for u to use the "
                                 "clientCert authentication method.");
        files.flags.client_key = files.write("key", kKey);
        CHECK(files.good().user.key_pem == kKey);
        CHECK(files.good().user.key_file == files.flags.client_key);
    }
}

TEST_CASE("--request-timeout", "[kubeconfig]") {
    Files files;
    const auto timeout = [&](const char* text) {
        files.flags.request_timeout = text;
        const auto loaded = files.load();
        if (loaded) return core::human_duration(loaded->request_timeout);
        CHECK(loaded.error().code == core::Code::Usage);
        return loaded.error().message.substr(0, 21);
    };
    CHECK(timeout("") == "0s");
    CHECK(timeout("0") == "0s");
    CHECK(timeout("30") == "30s");
    CHECK(timeout("2m") == "2m");
    CHECK(timeout("99999999999999") == "0s");
    for (const char* wrong : {"abc", "-5", "-5s", "5 s", "1.5", "99999999999999999999"})
        CHECK(timeout(wrong) == "Invalid timeout value");
}

TEST_CASE("shapes that must not crash", "[kubeconfig]") {
    Files files;
    const auto message = [&](const std::string& text) {
        files.flags.kubeconfig = files.write("odd", text);
        return files.message();
    };
    for (const char* text : {"", "---\n", "null", "# nothing", "{}", "users: [null]",
                             "clusters: null\nusers:\n", "contexts: [{name: null}]", "foo: bar"})
        CHECK_THAT(message(text),
                   Contains("Missing or incomplete") || Contains("current-context is not set"));
    CHECK_THAT(message("5"), Contains("expected a map, found a number"));
    CHECK_THAT(message("[]"), Contains("expected a map, found a list"));
    CHECK_THAT(message("contexts: {}"), Contains("contexts: expected a list, found a map"));
    CHECK_THAT(message("contexts: [5]"), Contains("contexts[0]: expected a map"));
    CHECK_THAT(message("apiVersion: v9"), Contains("no kind \"Config\" is registered for version "
                                                   "\"v9\""));
    CHECK_THAT(message("kind: Foo"), Contains("no kind \"Foo\""));
    CHECK_THAT(message("users: [{name: u, user: {token: SECRET}}, {name: u}]"),
               Contains("duplicate name \"u\"") && !Contains("SECRET"));
    CHECK_THAT(message("\x01\x02"), Contains("error loading config file"));
    // kubectl takes the last of two keys and the first of two documents.
    CHECK(message("current-context: a\ncurrent-context: b\n---\ncurrent-context: c\n") ==
          "context was not found for specified context: b");
}

TEST_CASE("the namespace alone", "[kubeconfig]") {
    Files files("", "", ", namespace: spark"); // a cluster without a server does not matter here
    CHECK(*load_namespace(files.flags, files.environment) == "spark");
    files.flags.name_space = "namespaces/x";
    CHECK(*load_namespace(files.flags, files.environment) == "x");
    CHECK(*load_namespace({}, files.environment) == "default");
}

TEST_CASE("in a pod the service account is used", "[kubeconfig]") {
    Files files;
    const auto account = files.directory.path / "account";
    files.write("account/token", "SATOKEN\n");
    files.write("account/namespace", "pod-ns\n");
    Environment environment{{"KUBERNETES_SERVICE_HOST", "fd00::1"},
                            {"KUBERNETES_SERVICE_PORT", "443"}};
    CHECK(in_cluster(environment, account));
    CHECK(!in_cluster(files.environment, account));
    CHECK(!in_cluster(environment, files.directory.path)); // no token there
    const auto connection = in_cluster_connection({}, environment, account);
    REQUIRE(connection);
    CHECK(connection->cluster.server == "https://[fd00::1]:443");
    CHECK(connection->user.token == "SATOKEN");
    CHECK(connection->user.token_file == (account / "token").string());
    CHECK(connection->name_space == "pod-ns");
    CHECK(connection->cluster.ca_pem.empty());
    environment.set("POD_NAMESPACE", "other");
    CHECK(in_cluster_namespace({}, environment, account) == "other");
}
