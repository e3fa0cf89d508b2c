// SPDX-License-Identifier: Apache-2.0
// Bulk lines are copies of one line with another number, behind the time where it is asked for:
// they come faster than any connection takes them.
#include "tests/sandbox/logs.hpp"

#include <fmt/format.h>

namespace kspark::sandbox {

namespace {
using namespace std::chrono_literals;
constexpr core::Duration kBetween = 50us;
constexpr std::string_view kFirstPart = "26/01/02 03:04:05 INFO Executor: Finished task ";
constexpr std::size_t kDigits = 12;
} // namespace

core::Time BulkLines::time(std::size_t index) const {
    return end - kBetween * static_cast<std::int64_t>(count - 1 - index);
}

void BulkLines::append(std::string& out, std::size_t index, bool stamp) const {
    static const std::string filling =
        std::string(kLength - kFirstPart.size() - kDigits - 1, '.') + "\n";
    if (stamp) {
        const core::Time at = time(index);
        const auto second = std::chrono::floor<std::chrono::seconds>(at);
        static thread_local core::Time last_second{};
        static thread_local std::string text;
        if (second != last_second) {
            last_second = second;
            text = core::format_time(second).substr(0, 19);
        }
        fmt::format_to(std::back_inserter(out), "{}.{:09}Z ", text, (at - second).count());
    }
    char number[kDigits];
    for (std::size_t i = kDigits; i > 0; --i, index /= 10)
        number[i - 1] = static_cast<char>('0' + index % 10);
    out += kFirstPart;
    out.append(number, kDigits);
    out += filling;
}

core::Time PodText::time(std::size_t index) const {
    return index < bulk.count ? bulk.time(index) : lines[index - bulk.count].time;
}

void PodText::append(std::string& out, std::size_t index, bool stamp) const {
    if (index < bulk.count) return bulk.append(out, index, stamp);
    const LogLine& line = lines[index - bulk.count];
    if (stamp) out += core::format_time(line.time, 9) + " ";
    out += line.text;
    out += '\n';
}

} // namespace kspark::sandbox
