// SPDX-License-Identifier: Apache-2.0
// The numbers of the runs that are followed. The first is the status's own count; then they count
// on, also when the operator begins to count anew (it does when the spec changes).
#pragma once

#include "core/spark/application.hpp"
#include "core/spark/diagnosis.hpp"

#include <algorithm>

namespace kspark::logs {

class RunNumbers {
public:
    /// The number of the run whose driver this is. `unseen`: so many runs before it, whose pods
    /// came and went between two looks, are known from the status's count alone.
    struct Number {
        int run, unseen;
    };
    Number begin(const spark::Application& application, const spark::Pod& driver) {
        const int expected = attempts_ > 0 ? attempts_ + 1 : 0;
        const bool counted = application.submission_id == driver.submission_id;
        attempts_ = counted ? application.execution_attempts : expected;
        const int unseen = expected > 0 ? std::max(0, attempts_ - expected) : 0;
        last_ = last_ == 0 ? std::max(1, application.execution_attempts) : last_ + unseen + 1;
        return {last_, unseen};
    }
    /// That of a run which was over before it could be begun.
    int pass() {
        if (attempts_ > 0) ++attempts_;
        return ++last_;
    }

private:
    int last_ = 0;
    int attempts_ = 0; ///< as the status counted at the begin of that run; 0: not known
};

} // namespace kspark::logs
