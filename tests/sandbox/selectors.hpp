// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/sandbox/answers.hpp"

#include <functional>

namespace kspark::sandbox {

/// Says whether an object is selected.
using Predicate = std::function<bool(const Json&)>;

/// "a=b,c!=d,e in (f,g),h notin (i),j,!k"; throws a Refusal for what cannot be read.
Predicate label_selector(std::string_view text);
/// "metadata.name=orders,involvedObject.kind!=Pod"; only the fields that the kind has.
Predicate field_selector(const Kind& kind, std::string_view text);

} // namespace kspark::sandbox
