// SPDX-License-Identifier: Apache-2.0
// "# kubectl-spark: disable=ID,ID" silences a rule for its own line, or, on a line of its own, for
// the line below. What is silenced can be read beside what it is about.
#include "core/spark/lint_silence.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace kspark::spark::lint {
namespace {

constexpr std::string_view kMark = "kubectl-spark: disable=";

/// The ids that a line's comment names.
std::vector<std::string> ids_in(std::string_view line) {
    const std::size_t comment = line.find('#');
    if (comment == line.npos) return {};
    const std::size_t mark = line.find(kMark, comment);
    if (mark == line.npos) return {};
    std::string_view list = line.substr(mark + kMark.size());
    list = list.substr(0, list.find_first_of(" \t"));
    return core::split(list, ',');
}

} // namespace

const Silence::Lines& Silence::lines_of(const data::Source& source) {
    const auto [known, is_new] = sources_.try_emplace(&source);
    if (!is_new || source.text.find(kMark) == std::string::npos) return known->second;
    int number = 0;
    for (const std::string& line : core::split(source.text, '\n')) {
        ++number;
        const int about = core::trim(line).starts_with('#') ? number + 1 : number;
        for (std::string& id : ids_in(line)) known->second[about].push_back(std::move(id));
    }
    return known->second;
}

bool Silence::covers(const Finding& finding) {
    if (!finding.place.source || finding.place.line <= 0) return false;
    const Lines& lines = lines_of(*finding.place.source);
    const auto ids = lines.find(finding.place.line);
    return ids != lines.end() && std::ranges::find(ids->second, finding.rule) != ids->second.end();
}

} // namespace kspark::spark::lint
