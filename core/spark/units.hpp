// SPDX-License-Identifier: Apache-2.0
// Amounts as Spark and as Kubernetes write them; the two look alike and are not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kspark::spark {

/// Bytes of Spark's form: digits and k, m, g, t or p, in either case ("512m", "2g"). A number alone
/// counts in `bare_unit`, 0: has no meaning. `long_units`: also "kb", "mb", ... and "b", which
/// Spark itself understands, but not the Java machine, to which heap sizes are handed on.
std::optional<double> parse_spark_memory(std::string_view text, double bare_unit, bool long_units);
/// Kubernetes' resource.Quantity: "500m", "1.5", "2Gi", "1e3".
std::optional<double> parse_quantity(std::string_view text);
/// The same amount in Spark's form, when one can guess what was meant by "1.5g", "1Gi" or "1 GB".
std::string suggest_spark_memory(std::string_view text);
/// "1536m"
std::string to_spark_memory(double bytes);

} // namespace kspark::spark
