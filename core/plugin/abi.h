/* SPDX-License-Identifier: Apache-2.0 */
/* The handshake between kubectl-spark and its command modules: pure C, append-only, frozen at 1.
 * It lets any host read any module's name and versions. What happens behind `run` is C++ and needs
 * exactly the same core (core_version), which the host checks before it calls. */
#ifndef KUBECTL_SPARK_PLUGIN_ABI_H
#define KUBECTL_SPARK_PLUGIN_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KUBECTL_SPARK_ABI_VERSION 1

struct kubectl_spark_context; /* kspark::core::Context */

struct kubectl_spark_plugin {
    uint32_t abi_version;
    uint32_t struct_size; /* fields may be appended */
    const char* core_version;
    const char* name;    /* the command's word; the file is NAME.so */
    const char* summary; /* one line for help */
    int (*run)(struct kubectl_spark_context*, int argc, const char* const* argv);
    int (*complete)(struct kubectl_spark_context*, int argc, const char* const* argv);
    /* Writes the text of --help into the context's standard output. */
    int (*help)(struct kubectl_spark_context*);
};

typedef const struct kubectl_spark_plugin* (*kubectl_spark_plugin_entry)(void);
#define KUBECTL_SPARK_PLUGIN_ENTRY "kubectl_spark_plugin_v1"

#ifdef __cplusplus
}
#endif

#endif
