// SPDX-License-Identifier: Apache-2.0
// What the entry of a module gives whose make() threw.
#include "core/plugin/abi.h"

extern "C" const kubectl_spark_plugin* kubectl_spark_plugin_v1() {
    return nullptr;
}
