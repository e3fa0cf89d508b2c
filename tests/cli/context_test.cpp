// SPDX-License-Identifier: Apache-2.0
#include "core/cli/context.hpp"
#include "core/cli/flags.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/temporary_directory.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace kspark;
using namespace kspark::core;
using Catch::Matchers::Contains;

namespace {

/// A Context on a kubeconfig of two contexts and a transport without a network.
struct Rig {
    test::TemporaryDirectory directory;
    test::ManualClock clock;
    output::Buffer out, err;
    test::FakeTransport* transport = nullptr;
    int made = 0;
    Context context;

    explicit Rig(bool terminal = false)
        : out(terminal), err(terminal),
          context({out, err, terminal}, clock, Environment{{"HOME", "/nonexistent"}},
                  [this](const kube::Connection&, Context&) { return make(); }) {
        const auto file = directory.path / "config";
        REQUIRE(write_file(file,
                           "current-context: prod\n"
                           "contexts: [{name: prod, context: {cluster: c, namespace: spark}}, "
                           "{name: dev, context: {cluster: c}}]\n"
                           "clusters: [{name: c, cluster: {server: 'https://kube'}}]\n"
                           "users: [{name: me, user: {}}]\n"));
        context.connection.kubeconfig = file.string();
    }
    Result<std::unique_ptr<http::Transport>> make() {
        ++made;
        auto fake = std::make_unique<test::FakeTransport>(&clock);
        transport = fake.get();
        transport->on("GET", "*")
            .reply(200, R"({"items":[{"metadata":{"name":"spark"}}]})",
                   {{"Warning", "299 - \"old API\""}, {"Content-Type", "application/json"}})
            .always();
        return std::unique_ptr<http::Transport>(std::move(fake));
    }
    Status parse(const std::vector<std::string>& arguments) {
        Flags flags;
        declare_global(flags, context);
        return flags.parse(arguments);
    }
    std::vector<std::string> complete(const std::string& name) {
        Flags flags;
        declare_global(flags, context);
        for (const auto& flag : flags.flags())
            if (flag.name() == name && flag.complete) return flag.complete(context, "");
        return {"no completer"};
    }
};

Status get_something(kube::Client& client) {
    const auto got = client.call(kube::get_call({kube::pods(), "spark", "driver"}));
    return got ? Status() : Status(got.error());
}

} // namespace

TEST_CASE("nothing is made before it is asked for", "[context]") {
    Rig rig;
    CHECK(*rig.context.name_space() == "spark");
    CHECK(rig.made == 0);
    REQUIRE(rig.context.connected());
    CHECK(rig.made == 0);
    const auto client = rig.context.client();
    REQUIRE(client);
    CHECK(*rig.context.client() == *client);
    CHECK(rig.made == 1);
    rig.context.connection.name_space = "too-late"; // the connection stands
    CHECK(*rig.context.name_space() == "spark");
}

TEST_CASE("a namespace needs no cluster", "[context]") {
    Rig rig;
    rig.context.connection.context = "dev";
    CHECK(*rig.context.name_space() == "default");
    rig.context.connection.name_space = "x";
    CHECK(*rig.context.name_space() == "x");
    rig.context.connection.kubeconfig = "/nonexistent/config";
    CHECK(*rig.context.name_space() == "x");
    CHECK(!rig.context.connected());
    CHECK(!rig.context.client());
    CHECK(rig.made == 0);
}

TEST_CASE("what every request carries, and warnings of the server once", "[context]") {
    Rig rig;
    rig.context.command = "status";
    rig.context.connection.as = "me";
    rig.context.connection.as_groups = {"a", "b"};
    rig.context.connection.request_timeout = "7s";
    const auto client = rig.context.client();
    REQUIRE(client);
    REQUIRE(get_something(**client));
    REQUIRE(get_something(**client));
    REQUIRE(rig.transport->requests.size() == 2);
    const auto& request = rig.transport->requests[0];
    std::string headers;
    for (const auto& header : request.headers) headers += header.name + ": " + header.value + "\n";
    CHECK_THAT(headers, Contains("Impersonate-User: me\n") && Contains("Impersonate-Group: a\n") &&
                            Contains("Impersonate-Group: b\n") &&
                            Contains("Kubectl-Command: kubectl spark status\n"));
    CHECK(request.timeout == std::chrono::seconds(7));
    CHECK(rig.err.text() == "Warning: old API\n");
}

TEST_CASE("errors and warnings are one plain text", "[context]") {
    Rig rig;
    rig.context.report({Code::Failed, "first\nsecond \x1b]0;title", {"", "  detail\r"}});
    rig.context.warn("careful");
    CHECK(rig.err.text() == "error: first\nsecond ^[]0;title\n\n  detail\\r\nwarning: careful\n");
    CHECK(rig.out.text().empty());
}

TEST_CASE("colour on a terminal, unless it is not wanted", "[context]") {
    Rig rig(true);
    rig.context.environment.set("TERM", "xterm");
    rig.context.report({Code::Failed, "bad"});
    CHECK_THAT(rig.err.text(), Contains("\x1b[") && Contains("error:") && Contains("bad"));
    CHECK(rig.context.color_out());
    rig.context.environment.set("NO_COLOR", "");
    CHECK(!rig.context.color_err());
    REQUIRE(rig.parse({"--color=always"}));
    CHECK(rig.context.color_err());
    REQUIRE(rig.parse({"--color", "never"}));
    CHECK(!rig.context.color_out());
    const auto wrong = rig.parse({"--color=red"});
    REQUIRE(!wrong);
    CHECK(wrong.error().code == Code::Usage);
}

TEST_CASE("kubectl's flags", "[context]") {
    Rig rig;
    REQUIRE(rig.parse({"--kubeconfig=K",
                       "--context",
                       "C",
                       "--cluster=L",
                       "--user=U",
                       "-nN",
                       "-s",
                       "https://s",
                       "--token=T",
                       "--tls-server-name=S",
                       "--certificate-authority=A",
                       "--client-certificate=B",
                       "--client-key=D",
                       "--as=me",
                       "--as-uid=1",
                       "--as-group=a,b",
                       "--as-group",
                       "c",
                       "--as-user-extra=k=v",
                       "--insecure-skip-tls-verify",
                       "--disable-compression",
                       "--request-timeout=5",
                       "-v=6"}));
    const kube::ConnectionFlags& to = rig.context.connection;
    CHECK(std::vector<std::string>{to.kubeconfig, to.context, to.cluster, to.user, to.name_space,
                                   to.server, to.token, to.tls_server_name} ==
          std::vector<std::string>{"K", "C", "L", "U", "N", "https://s", "T", "S"});
    CHECK(to.certificate_authority + to.client_certificate + to.client_key + to.as + to.as_uid ==
          "ABDme1");
    CHECK(to.as_groups == std::vector<std::string>{"a,b", "c"}); // commas belong to the name
    CHECK(to.as_user_extra == std::vector<std::string>{"k=v"});
    CHECK(to.insecure_skip_tls_verify);
    CHECK(to.disable_compression);
    CHECK(to.request_timeout == "5");
    CHECK(to.verbosity == 6);
    REQUIRE(rig.parse({"--v=9"}));
    CHECK(to.verbosity == 9);
}

TEST_CASE("what the kubeconfig names and namespaces complete", "[context]") {
    Rig rig;
    CHECK(rig.complete("--context") == std::vector<std::string>{"dev", "prod"});
    CHECK(rig.complete("--cluster") == std::vector<std::string>{"c"});
    CHECK(rig.complete("--user") == std::vector<std::string>{"me"});
    CHECK(rig.complete("--namespace") == std::vector<std::string>{"spark"});
    Rig broken;
    broken.context.connection.kubeconfig = "/nonexistent/config";
    CHECK(broken.complete("--context").empty());
    CHECK(broken.complete("--namespace").empty());
    CHECK(broken.err.text().empty());
}
