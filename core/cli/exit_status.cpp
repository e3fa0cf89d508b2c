// SPDX-License-Identifier: Apache-2.0
// The table of exit statuses that every command keeps. A script reads nothing else, so a status
// never changes its meaning.
#include "core/cli/exit_status.hpp"

#include <algorithm>
#include <array>

namespace kspark::core {

int exit_status(Code code) {
    switch (code) {
    case Code::Failed:
    case Code::NotFound:
    case Code::Conflict:
    case Code::Gone:
        return 1;
    case Code::Usage:
        return 2;
    case Code::Invalid:
        return 3;
    case Code::ApplicationFailed:
        return 4;
    case Code::Timeout:
        return 5;
    case Code::Unauthorized:
    case Code::Forbidden:
    case Code::Refused:
        return 6;
    case Code::Unreachable:
        return 7;
    case Code::ChangesPending:
        return 8;
    case Code::Interrupted:
        return 130;
    // Whoever closed the pipe had read enough: "kubectl spark status | head -1" is no failure, not
    // under a CI job's "set -o pipefail" either.
    case Code::OutputClosed:
        return 0;
    case Code::Internal:
        return 70;
    }
    return 70;
}

Code worse(Code left, Code right) {
    // Interrupted by the user outranks all; a usage error comes before there are applications.
    static constexpr std::array kWorstFirst = {130, 70, 2, 7, 6, 3, 4, 5, 1, 8, 0};
    const auto rank = [](Code code) {
        return std::find(kWorstFirst.begin(), kWorstFirst.end(), exit_status(code));
    };
    return rank(right) < rank(left) ? right : left;
}

} // namespace kspark::core
