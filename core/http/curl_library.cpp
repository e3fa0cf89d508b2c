// SPDX-License-Identifier: Apache-2.0
// libcurl brings some thirty libraries with it, and loading them takes longer than most commands
// run. So it is linked to a small library of ours, which is loaded when the first connection is
// made: `render` and `--help` never pay for it. A build with static plugins has everything in one
// file.
#include "core/http/curl_library.hpp"

#ifndef KSPARK_STATIC_PLUGINS
#include "core/base/library.hpp"
#endif

namespace kspark::http {

#ifdef KSPARK_STATIC_PLUGINS

core::Result<std::unique_ptr<Transport>> load_curl_transport(Endpoint endpoint,
                                                             CurlOptions options) {
    return make_curl_transport(std::move(endpoint), std::move(options));
}

#else

core::Result<std::unique_ptr<Transport>> load_curl_transport(Endpoint endpoint,
                                                             CurlOptions options) {
    const auto library = core::load_library(KSPARK_CURL_LIBRARY);
    if (!library)
        return core::Error(library.error()).during("the library for connections cannot be loaded");
    using Maker = decltype(&make_curl_transport);
    const void* entry = core::find_symbol(*library, "kubectl_spark_curl_transport_maker");
    if (entry == nullptr)
        return core::Error{core::Code::Failed,
                           "the library for connections is of another version; install "
                           "kubectl-spark again"};
    return (*static_cast<const Maker*>(entry))(std::move(endpoint), std::move(options));
}

#endif

} // namespace kspark::http
