// SPDX-License-Identifier: Apache-2.0
// JSON to model, one way only: what is written to a cluster is always the user's own document or a
// patch of the touched fields, never a model encoded again.
#pragma once

#include "core/base/result.hpp"
#include "core/data/json.hpp"
#include "core/spark/application.hpp"

namespace kspark::spark {

/// By apiVersion and kind; Invalid for anything that is no SparkApplication of a known version.
/// Unknown fields are ignored, missing ones keep the model's defaults.
core::Result<Application> decode_application(const data::Json& object);

} // namespace kspark::spark
