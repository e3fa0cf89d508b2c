// SPDX-License-Identifier: Apache-2.0
// Evidence is nice to have: what the user may not read, or what is gone already, is left out
// without a word.
#include "plugins/submit/evidence.hpp"

#include "core/base/text.hpp"
#include "core/output/text.hpp"
#include "core/spark/inquiry.hpp"
#include "core/spark/labels.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kspark::submit {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kLines = "20";
constexpr std::size_t kMostBytes = 64u << 10;
constexpr core::Duration kPatience = 5s;

} // namespace

core::Result<spark::Verdict> find_verdict(kube::Client& client,
                                          const spark::Application& application) {
    std::vector<std::string> missing;
    const auto usual = client.set_request_timeout(kPatience);
    auto facts = spark::inquire(client, application, {}, missing);
    client.set_request_timeout(usual);
    if (!facts && (facts.error().code == core::Code::Timeout ||
                   facts.error().code == core::Code::Unreachable))
        return core::Error{core::Code::Unreachable, facts.error().message};
    if (!facts) return spark::Verdict{};
    auto verdict = spark::diagnose(*facts);
    return verdict.health == spark::Health::Bad ? verdict : spark::Verdict{};
}

std::vector<std::string> last_lines(kube::Client& client, const spark::Application& application) {
    if (application.driver_pod.empty()) return {};
    kube::Call call;
    call.method = "GET";
    call.path =
        kube::path_of({kube::pods(), application.name_space, application.driver_pod}, "log");
    call.query.add("container", std::string(spark::kDriverContainer))
        .add("tailLines", std::string(kLines));
    call.what = fmt::format("reading the log of pod \"{}\"", application.driver_pod);

    std::string text;
    bool ended = false;
    http::Handler handler;
    handler.data = [&](std::string_view piece) {
        if (text.size() < kMostBytes) text += piece.substr(0, kMostBytes - text.size());
    };
    handler.done = [&](const core::Status&) { ended = true; };
    const auto transfer = client.stream(call, std::move(handler));
    const auto deadline = client.clock().monotonic() + kPatience;
    while (!ended && client.clock().monotonic() < deadline)
        if (!client.poll(250ms)) break;
    if (!ended) client.cancel(transfer);

    std::vector<std::string> lines;
    for (const auto& line : core::split(text, '\n'))
        if (!line.empty()) lines.push_back(output::sanitize(line));
    return lines;
}

} // namespace kspark::submit
