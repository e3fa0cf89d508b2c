// SPDX-License-Identifier: Apache-2.0
// The only dlopen. A library is never closed again: messages and callbacks may live in it.
#include "core/base/library.hpp"

#include <dlfcn.h>

namespace kspark::core {

Result<void*> load_library(const std::filesystem::path& path) {
    // dlopen is declared to throw nothing, which the constructors that it runs do not know.
    void* (*const open)(const char*, int) = dlopen;
    if (void* library = open(path.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
    const char* said = dlerror();
    return Error{Code::Failed, said == nullptr ? "it cannot be loaded" : said};
}

void* find_symbol(void* library, const char* name) {
    return dlsym(library, name);
}

} // namespace kspark::core
