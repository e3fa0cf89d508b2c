// SPDX-License-Identifier: Apache-2.0
// A module whose handshake says what the build tells it to. It must never be called.
#include "core/plugin/abi.h"
#include "core/version.hpp"

#include <cstdlib>

#ifndef FAULTY_ABI
#define FAULTY_ABI KUBECTL_SPARK_ABI_VERSION
#endif
#ifndef FAULTY_CORE
#define FAULTY_CORE kspark::core::kCoreId
#endif
#ifndef FAULTY_RUN
#define FAULTY_RUN run
#endif

namespace {

[[maybe_unused]] int run(kubectl_spark_context*, int, const char* const*) {
    std::abort();
}
int complete(kubectl_spark_context*, int, const char* const*) {
    std::abort();
}
int help(kubectl_spark_context*) {
    std::abort();
}

} // namespace

extern "C" const kubectl_spark_plugin* kubectl_spark_plugin_v1() {
    static const kubectl_spark_plugin plugin{FAULTY_ABI,    sizeof(kubectl_spark_plugin),
                                             FAULTY_CORE,   FAULTY_NAME,
                                             "Never shown", FAULTY_RUN,
                                             complete,      help};
    return &plugin;
}
