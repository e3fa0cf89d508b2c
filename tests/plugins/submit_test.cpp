// SPDX-License-Identifier: Apache-2.0
// The command as a user calls it: flags, the order of what is asked and written, what is printed.
#include "core/base/system.hpp"
#include "plugins/submit/progress.hpp"
#include "plugins/submit/submit.hpp"
#include "tests/plugins/submit_world.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace kspark;
using namespace kspark::test;
using namespace std::chrono_literals;
using core::Code;
using submit::Options;
using submit::Track;

namespace {

core::Result<Options> parse(const std::vector<std::string>& arguments) {
    static Options options; // the flags refer to it
    options = {};
    core::Flags flags;
    submit::declare(flags, options);
    KSPARK_TRY(flags.parse(arguments));
    return options;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// Hands requests to a transport that the test owns.
class Borrowed : public http::Transport {
public:
    explicit Borrowed(http::Transport& real) : real_(real) {}
    http::TransferId start(http::Request request, http::Handler handler) override {
        return real_.start(std::move(request), std::move(handler));
    }
    void cancel(http::TransferId id) override { real_.cancel(id); }
    core::Status poll(core::Duration limit) override { return real_.poll(limit); }

private:
    http::Transport& real_;
};

constexpr std::string_view kKubeconfig = R"(
apiVersion: v1
kind: Config
current-context: dev
contexts: [{name: dev, context: {cluster: c, user: u, namespace: streams}}]
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: u, user: {}}]
)";

constexpr std::string_view kManifest = R"(
apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: {name: orders}
spec:
  type: Scala
  mode: cluster
  sparkVersion: 3.5.6
  image: registry.example/spark:3.5.6
  mainClass: org.example.Delivery
  mainApplicationFile: local:///opt/delivery.jar
  driver: {cores: 1, memory: 1g, serviceAccount: spark}
  executor: {cores: 1, instances: 1, memory: 2g}
)";

struct Shell {
    World world;
    TemporaryDirectory directory;
    output::Buffer out, err;
    core::Context context{{out, err},
                          world.clock,
                          core::Environment(),
                          [this](const kube::Connection&,
                                 core::Context&) -> core::Result<std::unique_ptr<http::Transport>> {
                              return std::unique_ptr<http::Transport>(
                                  std::make_unique<Borrowed>(world.transport));
                          }};

    Shell() {
        context.environment.set("KUBECONFIG", file("config", kKubeconfig));
        file("orders.yaml", kManifest);
    }
    std::string file(const std::string& name, std::string_view text) {
        const auto path = directory.path / name;
        REQUIRE(core::write_file(path, text));
        return path.string();
    }
    /// What preflight asks for: the service account answers `account`, there is one quota or none.
    void cluster_has(const data::Json& quota, int account = 200) {
        auto& transport = world.transport;
        transport.on("GET", "/api/v1/namespaces/streams/serviceaccounts/spark")
            .reply(account, account == 200 ? "{}" : status(account, "NotFound", "no"));
        data::Json list = {{"kind", "List"}, {"items", data::Json::array()}};
        transport.on("GET", "/api/v1/nodes*").reply(200, data::dump_json(list)).always();
        transport.on("GET", "/api/v1/namespaces/streams/limitranges*")
            .reply(200, data::dump_json(list));
        if (!quota.empty()) list["items"].push_back(quota);
        transport.on("GET", "/api/v1/namespaces/streams/resourcequotas*")
            .reply(200, data::dump_json(list));
    }
    int run(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"-f", (directory.path / "orders.yaml").string()});
        return core::run_command(submit::make(), context, arguments);
    }
};

data::Json stored(int version) {
    auto object = data::Json::parse(R"({"apiVersion": "sparkoperator.k8s.io/v1beta2",
      "kind": "SparkApplication", "metadata": {"name": "orders", "namespace": "streams", "uid": "u"},
      "spec": {"type": "Scala", "executor": {"memory": "2g"}}})");
    object["metadata"]["resourceVersion"] = std::to_string(version);
    return object;
}

} // namespace

TEST_CASE("the flags of submit", "[submit]") {
    const auto plain = parse({"-f", "values.yaml"});
    REQUIRE(plain);
    CHECK(plain->dry_run == submit::DryRun::None);
    CHECK_FALSE(plain->wait);
    CHECK(plain->timeout == 10min);
    CHECK(plain->max_prune == 1);
    CHECK(plain->validate == submit::Validate::Strict);

    CHECK(parse({"--wait"})->wait == spark::Goal::Running);
    CHECK(parse({"--wait=completed"})->wait == spark::Goal::Completed);
    CHECK(parse({"--dry-run"})->dry_run == submit::DryRun::Server);
    CHECK(parse({"--dry-run=client"})->dry_run == submit::DryRun::Client);
    CHECK(parse({"--validate=false"})->validate == submit::Validate::Ignore);
    CHECK(parse({"--timeout", "90s", "--parallel", "3", "--max-failures=2"})->parallel == 3);
    CHECK(parse({"-o", "name"})->format.kind == output::Format::Kind::Name);
    CHECK(parse({"--wait=sometimes"}).error().code == Code::Usage);
    CHECK(parse({"-o", "nonsense"}).error().code == Code::Usage);
}

TEST_CASE("what flags forbid is said before a file is read", "[submit]") {
    Shell shell;
    CHECK(core::run_command(submit::make(), shell.context, {}) == 2);
    CHECK(has(shell.err.text(), "must specify --filename (-f)"));
    CHECK(shell.run({"--dry-run=client", "--exit-code"}) == 2);
    CHECK(shell.world.transport.requests.empty());
}

TEST_CASE("a submit shows the plan, applies, and says what it did", "[submit]") {
    Shell shell;
    shell.world.get("orders").reply(404, status(404, "NotFound", "no", {{"name", "orders"}}));
    shell.world.dry_run("orders").reply(201, data::dump_json(stored(1)));
    shell.world.apply("orders").reply(201, data::dump_json(stored(1)));
    shell.cluster_has({});
    CHECK(shell.run({}) == 0);
    CHECK(shell.out.text() == "orders   create\norders   created\n");
}

TEST_CASE("what is known not to start is not submitted", "[submit][preflight]") {
    Shell shell;
    shell.world.get("orders").reply(404, status(404, "NotFound", "no", {{"name", "orders"}}));
    shell.world.dry_run("orders").reply(201, data::dump_json(stored(1)));
    std::vector<std::string> flags;
    SECTION("a service account that is not there") {
        shell.cluster_has({}, 404);
        CHECK(shell.run(flags) == 6);
        CHECK(has(shell.err.text(), "orders: the service account spark does not exist "
                                    "(spec.driver.serviceAccount)"));
    }
    SECTION("the same in a dry run") {
        shell.cluster_has({}, 404);
        CHECK(shell.run({"--dry-run=server"}) == 6);
    }
    SECTION("no room") {
        shell.cluster_has(
            {{"metadata", {{"name", "team"}}}, {"spec", {{"hard", {{"requests.memory", "1Gi"}}}}}});
        CHECK(shell.run(flags) == 6);
        CHECK(has(shell.err.text(), "quota team: requests.memory 1Gi; 3.8Gi would be asked for, "
                                    "1.4Gi for the drivers alone"));
    }
    CHECK(shell.world.written().empty());
    CHECK(has(shell.err.text(), "nothing was changed; --no-preflight submits nevertheless"));
}

TEST_CASE("what preflight may not see is said, and --no-preflight does not look",
          "[submit][preflight]") {
    Shell shell;
    shell.world.get("orders").reply(404, status(404, "NotFound", "no", {{"name", "orders"}}));
    shell.world.dry_run("orders").reply(201, data::dump_json(stored(1)));
    shell.world.apply("orders").reply(201, data::dump_json(stored(1)));
    SECTION("403") {
        shell.world.transport.on("GET", "/api/v1/*")
            .reply(403, status(403, "Forbidden", "forbidden"))
            .always();
        CHECK(shell.run({}) == 0);
        CHECK(has(shell.err.text(),
                  "preflight: not looked at, since you may not read them: serviceaccounts in "
                  "namespace streams, resourcequotas in namespace streams, limitranges in "
                  "namespace streams, nodes\n"));
    }
    SECTION("not asked") {
        CHECK(shell.run({"--no-preflight"}) == 0);
        CHECK(shell.err.text().empty());
    }
}

namespace {

/// A cluster whose kubelet does that with the probe.
void probe_becomes(World& world, const data::Json& pod_status) {
    world.transport
        .on("create probe",
            [](const http::Request& request) {
                return request.method == "POST" &&
                       request.target.find("/pods?") != request.target.npos;
            })
        .reply(201, "{}");
    world.transport
        .on("look at probe",
            [](const http::Request& request) {
                return request.method == "GET" &&
                       request.target.find("/pods/kubectl-spark-probe-") != request.target.npos;
            })
        .reply(200, data::dump_json({{"status", pod_status}}))
        .always();
    world.transport
        .on("remove probe",
            [](const http::Request& request) {
                return request.method == "DELETE" &&
                       request.target.find("/pods/kubectl-spark-probe-") != request.target.npos;
            })
        .reply(200, "{}");
}

} // namespace

TEST_CASE("--probe-image runs the image before anything is written", "[submit][preflight]") {
    Shell shell;
    shell.world.get("orders").reply(404, status(404, "NotFound", "no", {{"name", "orders"}}));
    shell.world.dry_run("orders").reply(201, data::dump_json(stored(1)));
    SECTION("it starts") {
        shell.world.apply("orders").reply(201, data::dump_json(stored(1)));
        probe_becomes(shell.world, {{"phase", "Succeeded"}});
        shell.cluster_has({});
        CHECK(shell.run({"--probe-image"}) == 0);
        CHECK(shell.out.text() == "orders   create\norders   created\n");
        const auto pod = shell.world.written().front();
        CHECK(pod["spec"]["containers"][0]["image"] == "registry.example/spark:3.5.6");
        CHECK(pod["spec"]["serviceAccountName"] == "spark");
    }
    SECTION("it cannot be pulled") {
        probe_becomes(shell.world,
                      data::Json::parse(R"({"phase": "Pending", "containerStatuses": [{"state":
              {"waiting": {"reason": "ImagePullBackOff", "message": "not found"}}}]})"));
        shell.cluster_has({});
        CHECK(shell.run({"--probe-image"}) == 6);
        CHECK(has(shell.err.text(), "orders: the image registry.example/spark:3.5.6 does not "
                                    "start: ImagePullBackOff: not found"));
        CHECK_FALSE(has(shell.out.text(), "created"));
    }
}

TEST_CASE("--exit-code and --dry-run make the plan only", "[submit]") {
    for (const auto& flags : {std::vector<std::string>{"--exit-code"},
                              std::vector<std::string>{"--dry-run=server", "--exit-code"},
                              std::vector<std::string>{"--diff", "--exit-code"}}) {
        Shell shell;
        shell.world.get("orders").reply(404, status(404, "NotFound", "no", {{"name", "orders"}}));
        shell.world.dry_run("orders").reply(201, data::dump_json(stored(1)));
        if (flags.front() == "--dry-run=server") shell.cluster_has({});
        CHECK(shell.run(flags) == 8);
        CHECK(shell.world.written().empty());
        CHECK(has(shell.out.text(), "orders   create\n"));
        CHECK(has(shell.err.text(), "1 to create (nothing was changed)"));
    }
}

TEST_CASE("a client dry run asks nobody", "[submit]") {
    Shell shell;
    CHECK(shell.run({"--dry-run=client", "-o", "name"}) == 0);
    CHECK(shell.out.text() == "sparkapplication.sparkoperator.k8s.io/orders\n");
    CHECK(has(shell.err.text(), "the cluster was not asked"));
    CHECK(shell.world.transport.requests.empty());
}

TEST_CASE("one refused dry run and nothing is written", "[submit]") {
    Shell shell;
    shell.world.get("orders").reply(404, status(404, "NotFound", "no", {{"name", "orders"}}));
    shell.world.dry_run("orders").reply(
        403, status(403, "Forbidden", "sparkapplications \"orders\" is forbidden"));
    CHECK(shell.run({"--wait"}) == 6);
    CHECK(shell.world.written().empty());
    CHECK(has(shell.err.text(), "orders: sparkapplications \"orders\" is forbidden"));
    CHECK(has(shell.err.text(), "nothing was changed"));
}

TEST_CASE("findings of the offline checks refuse, unless told otherwise", "[submit]") {
    Shell shell;
    std::string wrong(kManifest);
    wrong.replace(wrong.find("memory: 2g"), 10, "memory: 2Gb i");
    shell.file("orders.yaml", wrong);
    CHECK(shell.run({"--dry-run=client"}) == 3);
    CHECK(has(shell.err.text(), "nothing was sent"));
    CHECK(has(shell.err.text(), "orders.yaml:"));
    CHECK(shell.run({"--dry-run=client", "--validate=false"}) == 0);
}

TEST_CASE("a failure tells its cause and the driver's last words", "[submit]") {
    Track track;
    track.item.reference.name = "orders";
    track.stage = Track::Stage::Failed;
    track.error = core::Error{Code::ApplicationFailed, "the application failed"};
    track.verdict = {"exit-code",
                     spark::Health::Bad,
                     "the driver ended with exit code 101",
                     {{"pod orders-driver", "exitCode", "101"}},
                     "look at mainClass"};
    track.log = {"Failed to load class"};
    const auto error = submit::explained_failure(track);
    CHECK(error.message == "orders: the application failed");
    CHECK(error.details ==
          std::vector<std::string>{"the driver ended with exit code 101",
                                   "pod orders-driver, exitCode: 101", "look at mainClass",
                                   "the driver's last lines:", "  Failed to load class"});
}

TEST_CASE("progress is a line per change in a pipe and a table on a terminal", "[submit]") {
    ManualClock clock;
    Track track;
    track.item = item(nullptr, desired("orders"));
    track.stage = Track::Stage::Waiting;
    track.state = "SUBMITTED";
    SECTION("pipe") {
        output::Buffer stream;
        submit::Progress progress(stream, clock, false, {"orders"});
        for (int i = 0; i < 3; ++i) progress.progress({track}, 1s);
        track.state = "RUNNING";
        progress.progress({track}, 2s);
        progress.finish();
        CHECK(stream.text() == "2026-01-02T03:04:05Z orders: SUBMITTED\n"
                               "2026-01-02T03:04:05Z orders: RUNNING\n");
    }
    SECTION("terminal") {
        output::Buffer stream(true);
        submit::Progress progress(stream, clock, false, {"orders"});
        progress.progress({track}, 12s);
        CHECK(stream.text() == "NAME     ACTION   STATE       TIME   NOTE\n"
                               "orders   create   SUBMITTED   12s\n");
    }
}

TEST_CASE("the outcome of each application in one line", "[submit]") {
    const auto ended = [](const std::string& name, spark::Action action, Track::Stage stage) {
        Track track;
        track.item = item(nullptr, desired(name));
        track.item.change.action = action;
        track.stage = stage;
        track.written = stage == Track::Stage::Done;
        return track;
    };
    auto failed = ended("payments", spark::Action::Restart, Track::Stage::Failed);
    failed.error = core::Error{Code::Timeout, "is not running after 1m: no node fits"};
    auto unknown = ended("views", spark::Action::Create, Track::Stage::Failed);
    unknown.error = core::Error{Code::Unreachable, "connection refused"};
    unknown.in_question = true;
    const auto table = submit::summary_table(
        {ended("orders", spark::Action::Create, Track::Stage::Done), failed, unknown,
         ended("clicks", spark::Action::Create, Track::Stage::NotDone),
         ended("old", spark::Action::Prune, Track::Stage::Done),
         ended("same", spark::Action::Unchanged, Track::Stage::Done)},
        false);
    CHECK(output::render(table, {.headers = false}) ==
          "orders     created\n"
          "payments   timed out: is not running after 1m: no node fits\n"
          "views      no answer: it may or may not be stored\n"
          "clicks     not done\n"
          "old        deleted\n");
}
