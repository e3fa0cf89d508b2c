// SPDX-License-Identifier: Apache-2.0
// Comments in the input that silence rules.
#pragma once

#include "core/spark/lint.hpp"

#include <map>

namespace kspark::spark::lint {

/// Reads each source once, when the first finding in it is asked about.
class Silence {
public:
    bool covers(const Finding& finding);

private:
    using Lines = std::map<int, std::vector<std::string>>; ///< line -> ids
    const Lines& lines_of(const data::Source& source);
    std::map<const data::Source*, Lines> sources_;
};

} // namespace kspark::spark::lint
