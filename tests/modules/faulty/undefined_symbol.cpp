// SPDX-License-Identifier: Apache-2.0
// Needs a function that nobody has.
#include "core/plugin/abi.h"

extern "C" const kubectl_spark_plugin* nobody_has_this();

extern "C" const kubectl_spark_plugin* kubectl_spark_plugin_v1() {
    return nobody_has_this();
}
