// SPDX-License-Identifier: Apache-2.0
// What curl_library.cpp looks for: the address of the maker under a name that no compiler changes.
#include "core/http/curl_transport.hpp"

extern "C" decltype(&kspark::http::make_curl_transport) const kubectl_spark_curl_transport_maker;
decltype(&kspark::http::make_curl_transport) const kubectl_spark_curl_transport_maker =
    kspark::http::make_curl_transport;
