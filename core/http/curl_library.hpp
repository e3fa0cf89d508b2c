// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/http/curl_transport.hpp"

namespace kspark::http {

/// make_curl_transport(), with the library that has it loaded only now.
core::Result<std::unique_ptr<Transport>> load_curl_transport(Endpoint endpoint,
                                                             CurlOptions options);

} // namespace kspark::http
