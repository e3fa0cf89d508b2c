// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/status/status.hpp"

namespace kspark::status {

struct DetailOptions {
    bool color = false;
    int width = 0; ///< of the terminal; 0: not one
};
/// One application on one page: what it is, its pods, its time line, the verdict.
std::string describe(const Detail& detail, const DetailOptions& options);

} // namespace kspark::status
