// SPDX-License-Identifier: Apache-2.0
// kubectl spark render: flags, input of every kind, what is printed and written.
#include "core/base/system.hpp"
#include "core/version.hpp"
#include "plugins/render/render.hpp"
#include "plugins/render/report.hpp"
#include "plugins/render/spark_submit.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/temporary_directory.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

using namespace kspark;
using core::Code;
namespace fs = std::filesystem;

namespace {

const std::string kValues = "spark: {version: '3.5.3', image: 'registry/app:1'}\n"
                            "applicationFile: local:///app.jar\nmainClass: a.B\n"
                            "streams: [{name: orders}, {name: payments}]\n";

/// A directory with a values file, and the command in it.
struct World {
    test::TemporaryDirectory directory;
    std::string values = file("values.yaml", kValues);

    std::string file(const std::string& name, const std::string& text) {
        const auto path = directory.path / name;
        std::ofstream(path) << text;
        return path.string();
    }
    std::string path(const std::string& name) const { return (directory.path / name).string(); }
    std::string read(const std::string& name) const {
        return core::read_file(directory.path / name, 1u << 20).has_value()
                   ? *core::read_file(directory.path / name, 1u << 20)
                   : "(absent)";
    }

    struct Ran {
        int status;
        std::string out, err;
    };
    Ran run(const std::vector<std::string>& arguments, core::Environment environment = {}) {
        output::Buffer out, err;
        test::ManualClock clock;
        core::Context context({out, err}, clock, std::move(environment), {});
        const int status = core::run_command(render::make(), context, arguments);
        return {status, out.text(), err.text()};
    }
};

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

spark::Finding finding(const std::string& application, spark::Severity severity) {
    return {"memory-unit",          severity,
            {"values.yaml", 12, 5}, application,
            "spec.driver.memory",   "\"1.5g\" is <not> a size",
            "write 1536m"};
}

std::string values_of(const std::vector<std::string>& words) {
    const auto submission = render::read_spark_submit(words);
    return submission ? data::dump_json(submission->values) : submission.error().message;
}

} // namespace

TEST_CASE("flags of render", "[render]") {
    render::Options options;
    core::Flags flags;
    render::declare(flags, options);
    REQUIRE(flags.parse(
        {"-f",      "a,b",         "-f",   "c",        "--set",        "x=1,y=2",  "--operator",
         "apache",  "-o",          "json", "--stream", "one,two",      "--report", "junit=a,b.xml",
         "--check", "--env-subst", "A,B",  "--",       "spark-submit", "--class",  "x"}));
    CHECK(options.inputs.files == std::vector<std::string>{"a", "b", "c"});
    CHECK(options.inputs.set == std::vector<std::string>{"x=1,y=2"});
    CHECK(options.inputs.target == spark::Operator::Apache);
    CHECK(options.inputs.target_given);
    CHECK(options.inputs.streams == std::vector<std::string>{"one", "two"});
    CHECK(options.inputs.env_subst == std::vector<std::string>{"A", "B"});
    CHECK(options.output == "json");
    CHECK(options.reports == std::vector<std::string>{"junit=a,b.xml"});
    CHECK(options.spark_submit == std::vector<std::string>{"spark-submit", "--class", "x"});
}

TEST_CASE("flags that exclude each other are usage errors", "[render]") {
    World world;
    for (const std::vector<std::string>& more : {std::vector<std::string>{"--check", "-o", "json"},
                                                 {"--check", "--output-dir", "x"},
                                                 {"--report", "junit=x"},
                                                 {"--crd-version", "2.5.2"},
                                                 {"--check", "--report", "html=x"},
                                                 {"--check", "--report", "junit"},
                                                 {"--operator", "other"},
                                                 {"-o", "table"},
                                                 {"--", "spark-submit", "local:///x.jar"}}) {
        std::vector<std::string> arguments{"-f", world.values};
        arguments.insert(arguments.end(), more.begin(), more.end());
        INFO(more.back());
        CHECK(world.run(arguments).status == 2);
    }
    CHECK(world.run({}).status == 2);
}

TEST_CASE("objects as YAML documents and as a list", "[render]") {
    World world;
    const auto yaml = world.run({"-f", world.values});
    CHECK(yaml.status == 0);
    CHECK(yaml.err.empty());
    CHECK(test::golden("render/two.yaml", yaml.out) == "");
    CHECK(test::golden("render/two.json", world.run({"-f", world.values, "-o", "json"}).out) == "");
    const auto one = world.run({"-f", world.values, "-o", "json", "--stream", "orders"});
    CHECK(data::parse_json(one.out, "out")->at("kind") == "SparkApplication");
    CHECK(world.run({"-f", world.values}).out == yaml.out);
}

TEST_CASE("what is rendered can be read again, as manifests", "[render]") {
    World world;
    const auto yaml = world.run({"-f", world.values});
    world.file("out.yaml", yaml.out);
    CHECK(world.run({"-f", world.path("out.yaml")}).out == yaml.out);
}

TEST_CASE("bad input: one sentence, status 3, nothing on stdout", "[render]") {
    World world;
    const auto refused = [&](const std::string& file, std::string_view sentence) {
        const auto ran = world.run({"-f", file});
        INFO(ran.err);
        CHECK(ran.status == 3);
        CHECK(ran.out.empty());
        CHECK(has(ran.err, sentence));
    };
    refused(world.path("nowhere.yaml"), "nowhere.yaml");
    refused(world.file("empty.yaml", ""), "empty.yaml");
    refused(world.file("none.yaml", "name: x\n"), "there are no streams");
    refused(world.file("typo.yaml", "restartPolcy: Never\n" + kValues),
            "typo.yaml:1:1: unknown key");
    refused(world.file("tab.yaml", "spark:\n\tversion: x\n"), "tab.yaml:2:");
    refused(world.file("big.yaml", std::string(50u << 20, '#')), "big.yaml");
}

TEST_CASE("--check: input errors are findings with their place", "[render]") {
    World world;
    const std::string wrong = world.file("wrong.yaml", "driver: {memroy: 1g}\nsnik: x\n" + kValues);
    const auto ran =
        world.run({"-f", wrong, "--check", "--report", "gitlab=" + world.path("g.json"), "--report",
                   "junit=" + world.path("j.xml")});
    CHECK(ran.status == 3);
    CHECK(has(ran.out, "wrong.yaml:1:10: error: unknown key \"memroy\""));
    CHECK(has(ran.out, "wrong.yaml:2:1: error: unknown key \"snik\""));
    CHECK(has(ran.err, "2 errors"));
    CHECK(has(world.read("g.json"), "\"begin\": 2"));
    CHECK(has(world.read("j.xml"), "failures=\"1\""));
}

TEST_CASE("--check: a good file has no errors", "[render]") {
    World world;
    const std::string root = test::test_file("../examples/");
    for (const std::vector<std::string>& files :
         {std::vector<std::string>{"-f", root + "values.yaml"},
          {"-f", root + "values.yaml", "-f", root + "prod.yaml"},
          {"-f", root + "values.yaml", "--operator", "apache"}}) {
        auto arguments = files;
        arguments.push_back("--check");
        const auto ran = world.run(arguments);
        INFO(ran.out);
        CHECK(ran.status == 0);
        CHECK(has(ran.err, "3 applications checked: 0 errors"));
    }
}

TEST_CASE("--check: a finding of the rules fails the command", "[render]") {
    World world;
    const auto ran = world.run({"-f", world.values, "--set", "driver.memory=1.5g", "--check"});
    CHECK(ran.status == 3);
    CHECK(has(ran.out, "--set driver.memory: error: "));
    // Written once, told once, though two streams have it.
    CHECK(ran.out.find("--set") == ran.out.rfind("--set"));
    CHECK(has(ran.out, "this holds for 2 applications"));
    CHECK(has(ran.err, "2 applications checked: 1 error,"));
    CHECK(world.run({"-f", world.values, "--check", "--crd-version", "9.9"}).status == 2);
}

TEST_CASE("--output-dir writes a file per stream and tells what is left over", "[render]") {
    World world;
    const std::string out = world.path("out");
    REQUIRE(world.run({"-f", world.values, "--output-dir", out}).status == 0);
    CHECK(has(world.read("out/orders.yaml"), "name: orders"));
    CHECK(has(world.read("out/payments.yaml"), "name: payments"));
    CHECK(std::distance(fs::directory_iterator(out), fs::directory_iterator()) == 2);
    world.file("out/other.yaml", "name: not ours\n");
    world.file("values.yaml", "spark: {version: '3.5.3', image: 'registry/app:1'}\n"
                              "applicationFile: local:///app.jar\nstreams: [{name: orders}]\n");
    const auto again = world.run({"-f", world.values, "--output-dir", out});
    CHECK(again.status == 0);
    CHECK(has(again.err, "payments.yaml belongs to the set values"));
    CHECK_FALSE(has(again.err, "other.yaml"));
    // With --stream the others are not left over, they were not asked for.
    CHECK_FALSE(has(world.run({"-f", world.values, "--output-dir", out, "--stream", "orders"}).err,
                    "belongs to"));
}

TEST_CASE("--output-dir: all files or none, and only inside the directory", "[render]") {
    World world;
    const std::string manifest =
        "apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\n";
    const auto evil = world.file("evil.yaml", manifest + "metadata: {name: ok}\n---\n" + manifest +
                                                  "metadata: {name: ../../evil}\n");
    CHECK(world.run({"-f", evil, "--output-dir", world.path("out")}).status == 3);
    CHECK_FALSE(fs::exists(world.path("out")));
    const auto twice =
        world.file("twice.yaml", manifest + "metadata: {name: a, namespace: x}\n---\n" + manifest +
                                     "metadata: {name: a, namespace: y}\n");
    CHECK(has(world.run({"-f", twice, "--output-dir", world.path("out")}).err, "two applications"));
    CHECK(world.run({"-f", world.values, "--output-dir", world.values}).status == 3);
    // The second file cannot be written: the first does not appear.
    fs::create_directories(world.path("full/.payments.yaml.new/x"));
    CHECK(world.run({"-f", world.values, "--output-dir", world.path("full")}).status != 0);
    CHECK_FALSE(fs::exists(world.path("full/orders.yaml")));
}

TEST_CASE("--chart: helm renders, files and --set are handed on", "[render]") {
    World world;
    const auto helm = world.file(
        "helm",
        "#!/bin/sh\nprintf '%s\\n' \"$@\" > " + world.path("arguments") +
            "\ncat <<'E'\napiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\n"
            "metadata: {name: pi}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\nE\n");
    fs::permissions(helm, fs::perms::owner_all);
    const core::Environment path({{"PATH", world.directory.path.string() + ":/usr/bin:/bin"}});
    const auto ran =
        world.run({"--chart", world.path("streams/"), "-f", "v.yaml", "--set", "a=b,c=d"}, path);
    INFO(ran.err);
    CHECK(ran.status == 0);
    CHECK(has(ran.out, "name: pi"));
    CHECK_FALSE(has(ran.out, "ConfigMap"));
    CHECK(has(ran.err, "ConfigMap \"c\" is nothing for kubectl spark, it is left out"));
    CHECK(world.read("arguments") ==
          "template\nstreams\n" + world.path("streams/") + "\n--values\nv.yaml\n--set\na=b,c=d\n");
}

TEST_CASE("--chart: no helm, and a helm that fails", "[render]") {
    World world;
    const auto none = world.run({"--chart", "x"}, core::Environment({{"PATH", "/nowhere"}}));
    CHECK(none.status == 3);
    CHECK(has(none.err, "there is no helm on PATH"));
    const auto helm = world.file("helm", "#!/bin/sh\nexit 7\n");
    fs::permissions(helm, fs::perms::owner_all);
    const core::Environment path({{"PATH", world.directory.path.string() + ":/usr/bin:/bin"}});
    const auto failed = world.run({"--chart", "x"}, path);
    CHECK(failed.status == 3);
    CHECK(has(failed.err, "ended with status 7"));
}

TEST_CASE("a spark-submit line becomes an application", "[render]") {
    World world;
    const auto ran = world.run({"--set",
                                "spark.version=3.5.3",
                                "--",
                                "spark-submit",
                                "--master",
                                "yarn",
                                "--deploy-mode",
                                "cluster",
                                "--name",
                                "Orders Stream",
                                "--class",
                                "com.example.Job",
                                "--jars",
                                "a.jar,b.jar",
                                "--conf",
                                "spark.kubernetes.container.image=registry/app:1.2",
                                "--conf",
                                "spark.executor.instances=5",
                                "--conf=spark.sql.shuffle.partitions=10",
                                "--driver-memory",
                                "2g",
                                "--executor-cores",
                                "4",
                                "local:///opt/app.jar",
                                "--topic",
                                "orders"});
    INFO(ran.err);
    CHECK(ran.status == 0);
    CHECK(has(ran.err, "the name \"Orders Stream\": it becomes orders-stream"));
    CHECK(test::golden("render/spark_submit.yaml", ran.out) == "");
}

TEST_CASE("spark-submit: options and what becomes of them", "[render]") {
    CHECK(values_of({"--num-executors", "3", "--py-files", "a.py,b.py", "local:///main.py", "x"}) ==
          R"({"name":"main","executor":{"instances":3},"deps":{"pyFiles":["a.py","b.py"]},)"
          R"("type":"Python","applicationFile":"local:///main.py","arguments":["x"],)"
          R"("streams":[{"name":"main"}]})");
    CHECK(has(values_of({"--class", "org.SparkPi", "s3a://b/x.jar"}), R"("name":"sparkpi")"));
    CHECK(has(values_of({"--conf", "spark.app.name=one", "--name", "two", "s3a://b/x.jar"}),
              R"("name":"two")"));
    CHECK(has(values_of({"--conf", "spark.kubernetes.namespace=bi", "s3a://b/x.jar"}),
              R"("namespace":"bi")"));
    // The application's own options are not ours.
    CHECK(has(values_of({"s3a://b/x.jar", "--conf", "x"}), R"("arguments":["--conf","x"])"));
    CHECK(has(values_of({"/opt/x.jar"}), R"("applicationFile":"local:///opt/x.jar")"));
    CHECK(has(values_of({"x.jar"}), "is a file of this machine"));
    CHECK(has(values_of({"--properties-file", "p", "s3a://b/x.jar"}), "give them with --conf"));
    CHECK(has(values_of({"--drvier-memory", "1g", "s3a://b/x.jar"}),
              "unknown option --drvier-memory; did you mean \"--driver-memory\"?"));
    CHECK(has(values_of({"--class"}), "--class needs a value"));
    CHECK(has(values_of({"--conf", "novalue", "s3a://b/x.jar"}), "must be KEY=VALUE"));
    CHECK(has(values_of({"spark-submit"}), "there is no application"));
}

TEST_CASE("reports", "[render]") {
    const std::vector<spark::Finding> findings{finding("orders", spark::Severity::Error),
                                               finding("payments", spark::Severity::Warning)};
    CHECK(test::golden("render/junit.xml",
                       render::junit(findings, {"orders", "payments", "sessions"})) == "");
    CHECK(test::golden("render/gitlab.json", render::gitlab(findings)) == "");
    std::string sarif = render::sarif(findings);
    sarif.replace(sarif.find(core::kVersion), core::kVersion.size(), "VERSION");
    CHECK(test::golden("render/sarif.json", sarif) == "");
    CHECK(render::gitlab({}) == "[]\n");
    CHECK(has(render::junit({}, {"orders"}), "failures=\"0\""));
}

TEST_CASE("a fingerprint outlives a line that moved", "[render]") {
    auto moved = finding("orders", spark::Severity::Error);
    const auto print = [](const spark::Finding& one) {
        return data::parse_json(render::gitlab({one}), "g")
            ->at(0)
            .at("fingerprint")
            .get<std::string>();
    };
    const auto before = print(moved);
    moved.place.line = 99;
    CHECK(print(moved) == before);
    moved.message = "another";
    CHECK(print(moved) != before);
}
