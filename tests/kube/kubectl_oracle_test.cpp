// SPDX-License-Identifier: Apache-2.0
// kubectl as oracle, where there is one: what it makes of each kubeconfig of the corpus is what we
// make of it, field by field; what it refuses we refuse, for the same reason.
#include "core/base/system.hpp"
#include "core/base/text.hpp"
#include "core/kube/kubeconfig.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <regex>

using namespace kspark;
using namespace kspark::kube;
using Json = nlohmann::json;

namespace {

core::Environment environment() {
    const char* path = std::getenv("PATH");
    return core::Environment{{"HOME", "/nonexistent"}, {"PATH", path ? path : ""}};
}

std::string kubectl() {
    const char* named = std::getenv("KUBECTL");
    return named ? named : "kubectl";
}

/// What kubectl prints of the file, or why it does not.
core::ChildExit view(const std::string& file) {
    auto exit = core::run_child({{"sh", "-c",
                                  "exec " + kubectl() +
                                      " --kubeconfig \"$0\" config view --minify --flatten --raw "
                                      "-o json 2>&1",
                                  file},
                                 environment()});
    REQUIRE(exit);
    return *exit;
}

std::string bytes_of(const Json& object, const std::string& name) {
    const std::string text = object.value(name, "");
    const auto bytes = core::decode_base64(text);
    REQUIRE(bytes);
    return *bytes;
}

void check_cluster(const Json& theirs, const Cluster& ours) {
    CHECK(ours.server == theirs.value("server", ""));
    CHECK(ours.tls_server_name == theirs.value("tls-server-name", ""));
    CHECK(ours.insecure_skip_tls_verify == theirs.value("insecure-skip-tls-verify", false));
    CHECK(ours.ca_pem == bytes_of(theirs, "certificate-authority-data"));
    CHECK(ours.proxy_url == theirs.value("proxy-url", ""));
    CHECK(ours.disable_compression == theirs.value("disable-compression", false));
}

void check_user(const Json& theirs, const User& ours) {
    CHECK(ours.token == theirs.value("token", ""));
    CHECK(ours.username == theirs.value("username", ""));
    CHECK(ours.password == theirs.value("password", ""));
    CHECK(ours.certificate_pem == bytes_of(theirs, "client-certificate-data"));
    CHECK(ours.key_pem == bytes_of(theirs, "client-key-data"));
    REQUIRE(ours.exec.has_value() == theirs.contains("exec"));
    if (!ours.exec) return;
    const Json& exec = theirs.at("exec");
    CHECK(ours.exec->api_version == exec.value("apiVersion", ""));
    CHECK(ours.exec->command == exec.value("command", ""));
    CHECK(Json(ours.exec->arguments) == exec.value("args", Json::array()));
}

void check_agreement(const Json& theirs, const Connection& ours) {
    const Json context = theirs.at("contexts")[0].at("context");
    CHECK(ours.context == theirs.at("current-context"));
    CHECK(ours.name_space == context.value("namespace", "default"));
    check_cluster(theirs.at("clusters")[0].at("cluster"), ours.cluster);
    const Json users = theirs.value("users", Json());
    check_user(users.is_array() && !users.empty() ? users[0].value("user", Json::object())
                                                  : Json::object(),
               ours.user);
    CHECK(ours.impersonation.user ==
          (users.is_array() && !users.empty() ? users[0].at("user").value("as", "") : ""));
}

/// The reason in a sentence of kubectl's, as ours has to name it; $1 is a part of the sentence.
struct Reason {
    const char* theirs;
    const char* ours;
};
const Reason kReasons[] = {
    {"current-context must exist",
     "current-context is not set|Missing or incomplete configuration"},
    {"cannot locate context ([^\\n]+)", "context was not found for specified context: $1"},
    {"cannot locate (?:cluster|user) ([^\\n]+)", "\"$1\" was not found for context"},
    {"open ([^:]+): no such file", "open $1: no such file or directory"},
    {"(illegal base64 data at input byte \\d+)", "$1"},
    {"duplicate name (\"[^\"]+\") in list", "duplicate name $1 in the list"},
    {"cannot unmarshal string", "expected a map, found a string"},
};

/// What our sentence has to hold; empty when kubectl's reason is none that we know.
std::string expected_for(const std::string& theirs) {
    for (const Reason& reason : kReasons) {
        std::smatch found;
        if (!std::regex_search(theirs, found, std::regex(reason.theirs))) continue;
        std::string part = found.size() > 1 ? found[1].str() : "";
        part = std::regex_replace(part, std::regex(R"([.^$|()\[\]{}*+?\\])"), R"(\$&)");
        std::string expected = reason.ours;
        if (const auto at = expected.find("$1"); at != std::string::npos)
            expected.replace(at, 2, part);
        return expected;
    }
    return {};
}

/// What kubectl did with the file when it was asked to connect, from the recorded table.
std::string recorded_outcome(const std::string& file) {
    for (const auto& line :
         core::split(test::read_test_file("corpus/kubeconfigs.expected.tsv"), '\n')) {
        const auto row = core::split(line, '\t');
        if (row.size() > 2 && row[0] == file) return row[2] == "=" ? row[1] : row[2];
    }
    return {};
}

} // namespace

TEST_CASE("kubectl and we agree on every kubeconfig of the corpus", "[kubeconfig][oracle]") {
    if (!core::find_program(kubectl(), environment())) {
        WARN("there is no kubectl to ask");
        return;
    }
    for (const auto& entry :
         std::filesystem::directory_iterator(test::test_file("corpus/kubeconfigs"))) {
        const std::string name = entry.path().filename().string();
        const core::ChildExit theirs = view(entry.path().string());
        ConnectionFlags flags;
        flags.kubeconfig = entry.path().string();
        const auto ours = load_connection(flags, core::Environment{{"HOME", "/nonexistent"}});
        INFO(name << "\nkubectl: " << theirs.output
                  << "\nwe: " << (ours ? "ok" : ours.error().message));
        if (theirs.status == 0 && ours) {
            check_agreement(Json::parse(theirs.output), *ours);
        } else if (theirs.status == 0) { // shown, but refused when it is to be used
            CHECK(recorded_outcome(name) != "ok");
        } else {
            REQUIRE(!ours);
            const std::string expected = expected_for(theirs.output);
            REQUIRE_FALSE(expected.empty());
            const std::string said =
                ours.error().message + "\n" + core::join(ours.error().details, "\n");
            CHECK(std::regex_search(said, std::regex(expected)));
        }
    }
}
