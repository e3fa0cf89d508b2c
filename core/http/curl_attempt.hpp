// SPDX-License-Identifier: Apache-2.0
// One attempt at a request as an easy handle of libcurl: all that libcurl is told beforehand, and
// what it says of a failure afterwards. The only file that includes libcurl's headers.
#pragma once

#include "core/http/exchange.hpp"
#include "core/http/failure.hpp"

#include <curl/curl.h>

#include <memory>

namespace kspark::http {

/// What all attempts of a transport share.
struct CurlServer {
    CurlServer(Endpoint of, core::Duration connect);

    Endpoint endpoint;
    core::Duration connect_timeout;
    Address address;
    Authorities authorities;
};

class CurlAttempt {
public:
    /// `server` and `exchange` must outlive it.
    CurlAttempt(const CurlServer& server, const Exchange& exchange,
                const std::vector<Header>& headers);

    CURL* handle() const { return easy_.get(); }
    /// Why it ended with this code.
    Failure failure(CURLcode code) const;
    /// The connection was lost on the way.
    static bool is_cut(CURLcode code);

private:
    struct Free {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };
    using List = std::unique_ptr<curl_slist, Free>;
    static void append(List& list, const std::string& line);

    void set_address();
    void set_connection();
    void set_tls();
    void set_blob(CURLoption option, const std::string& text);
    void set_message(const std::vector<Header>& headers);

    const CurlServer& server_;
    const Exchange& exchange_;
    std::unique_ptr<CURL, Free> easy_;
    List headers_, connect_to_;
    char error_[CURL_ERROR_SIZE] = "";
};

} // namespace kspark::http
