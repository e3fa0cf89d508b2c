// SPDX-License-Identifier: Apache-2.0
// Questions first, then judgement: each check says what it found also when all is well, so that a
// doubt is settled by reading.
#include "plugins/doctor/doctor.hpp"

#include "core/base/text.hpp"
#include "core/output/table.hpp"
#include "plugins/doctor/help.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace kspark::doctor {
namespace {

output::Color color_of(Level level) {
    switch (level) {
    case Level::Ok:
        return output::Color::Green;
    case Level::Failed:
        return output::Color::Red;
    default:
        return output::Color::Yellow;
    }
}

std::size_t count_of(const Outcome& outcome, Level level) {
    return static_cast<std::size_t>(std::ranges::count(outcome.checks, level, &Check::level));
}

std::string as_json(const Outcome& outcome) {
    data::Json checks = data::Json::array();
    for (const Check& check : outcome.checks)
        checks.push_back({{"check", check.id},
                          {"result", to_text(check.level)},
                          {"sentence", check.sentence},
                          {"remedy", check.remedy}});
    const data::Json report = {{"namespace", outcome.name_space}, {"checks", std::move(checks)}};
    return report.dump(4, ' ', false, data::Json::error_handler_t::replace) + "\n";
}

std::string as_table(core::Context& context, const Options& options, const Outcome& outcome) {
    output::Table table{{{"CHECK"}, {"RESULT"}, {"FOUND"}}};
    table.columns.back().flexible = false;
    for (const Check& check : outcome.checks)
        table.rows.push_back(
            {check.id, {std::string(to_text(check.level)), color_of(check.level)}, check.sentence});
    output::TableOptions shown;
    shown.headers = !options.no_headers;
    shown.color = context.color_out();
    std::string text = output::render(table, shown);
    for (const Check& check : outcome.checks) {
        if (check.level == Level::Ok || check.remedy.empty()) continue;
        text += fmt::format("\n{}\n", output::sanitize(check.sentence));
        for (const auto& line : core::split(check.remedy, '\n'))
            text += "  " + output::sanitize(line) + "\n";
    }
    return text;
}

} // namespace

void declare(core::Flags& flags, Options& options) {
    flags.add("--service-account", options.service_account, "NAME",
              "the drivers' service account (default: those that the applications here name, else "
              "\"spark\")");
    flags.add("-o,--output", options.output, "FORMAT", "table or json").choices = {"table", "json"};
    flags.add("--no-headers", options.no_headers, "leave the header line of the table out");
}

core::Result<Outcome> run(core::Context& context, const Options& options) {
    Outcome outcome;
    outcome.json = options.output == "json";
    if (!outcome.json && !options.output.empty() && options.output != "table")
        return core::Error{core::Code::Usage, "-o is table or json"};
    KSPARK_ASSIGN(kube::Client* const client, context.client());
    KSPARK_ASSIGN(outcome.name_space, context.name_space());
    KSPARK_ASSIGN(const Ground ground,
                  survey(*client, outcome.name_space, options.service_account));
    for (const auto check : {check_crds, check_operator, check_webhook, check_own_rights,
                             check_accounts, check_pull_secrets, check_quota, check_leftovers})
        std::ranges::move(check(ground), std::back_inserter(outcome.checks));
    return outcome;
}

core::Status print(core::Context& context, const Options& options, const Outcome& outcome) {
    KSPARK_TRY(context.streams.out.write(outcome.json ? as_json(outcome)
                                                      : as_table(context, options, outcome)));
    const auto failed = count_of(outcome, Level::Failed);
    if (failed == 0) return {};
    return core::Error{
        core::Code::Failed,
        fmt::format("{} of namespace {} failed", core::count(failed, "check"), outcome.name_space)};
}

core::Command make() {
    return core::make_command<Options, Outcome>(
        "doctor", "Check whether Spark applications can run in this namespace", "doctor [flags]",
        std::string(kHelp), declare, run, print);
}

} // namespace kspark::doctor
