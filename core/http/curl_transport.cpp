// SPDX-License-Identifier: Apache-2.0
// Transfers are easy handles of one multi handle, one for each attempt; heads and bodies are handed
// over from libcurl's callbacks, so that a slow reader slows the sender, and ends after them. What
// a handler starts or cancels takes effect when libcurl has returned.
#include "core/http/curl_transport.hpp"

#include "core/base/interrupt.hpp"
#include "core/http/curl_attempt.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>

namespace kspark::http {
namespace {

using core::Code;
using core::Duration;
using core::Error;
using std::chrono::milliseconds;

Duration now() {
    return std::chrono::steady_clock::now().time_since_epoch();
}

struct FreeMulti {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};

/// libcurl as this program wants it, once: Go knows no SSLKEYLOGFILE, libcurl would write the
/// connection's secrets to it.
void initialise() {
    static std::once_flag once;
    std::call_once(once, [] {
        unsetenv("SSLKEYLOGFILE");
        curl_global_init(CURL_GLOBAL_DEFAULT);
    });
}

class CurlTransport;

struct Transfer {
    CurlTransport* owner = nullptr;
    TransferId id = 0;
    Exchange exchange;
    std::unique_ptr<CurlAttempt> attempt = nullptr; ///< the present one
};

class CurlTransport : public Transport {
public:
    CurlTransport(Endpoint endpoint, CurlOptions options);
    ~CurlTransport() override;
    TransferId start(Request request, Handler handler) override;
    void cancel(TransferId id) override;
    core::Status poll(Duration limit) override;

private:
    void launch_due();
    core::Status launch(Transfer& transfer);
    void perform();
    void finish(Transfer& transfer, CURLcode code);
    Error failure(const Transfer& transfer, Failure failure) const;
    void end(TransferId id, core::Status status);
    void stop(Transfer& transfer);
    void wait(Duration limit);
    Duration next_due(Duration limit) const;

    static std::size_t on_header(char* data, std::size_t, std::size_t size, void* transfer);
    static std::size_t on_data(char* data, std::size_t, std::size_t size, void* transfer);

    CurlServer server_;
    Surroundings around_;
    std::unique_ptr<CURLM, FreeMulti> multi_;
    std::map<TransferId, std::unique_ptr<Transfer>> transfers_;
    TransferId last_id_ = 0;
    bool polling_ = false;
    bool happened_ = false;
};

CurlTransport::CurlTransport(Endpoint endpoint, CurlOptions options)
    : server_(std::move(endpoint), options.connect_timeout), around_{std::move(options.credentials),
                                                                     {std::move(options.trace),
                                                                      options.verbosity}} {
    initialise();
    multi_.reset(curl_multi_init());
}

CurlTransport::~CurlTransport() {
    for (auto& [id, transfer] : transfers_) stop(*transfer);
}

TransferId CurlTransport::start(Request request, Handler handler) {
    std::string url = server_.endpoint.server + request.target;
    auto transfer = std::make_unique<Transfer>(
        Transfer{this, ++last_id_,
                 Exchange(around_, std::move(request), std::move(handler), std::move(url))});
    transfers_.emplace(last_id_, std::move(transfer));
    return last_id_;
}

void CurlTransport::cancel(TransferId id) {
    const auto found = transfers_.find(id);
    if (found == transfers_.end()) return;
    found->second->exchange.cancel();
    if (polling_) return; // libcurl may be using it: removed when it has returned
    stop(*found->second);
    transfers_.erase(found);
}

core::Status CurlTransport::poll(Duration limit) {
    if (polling_) return Error{Code::Internal, "a handler of a transfer polled the transport"};
    polling_ = true;
    happened_ = false;
    core::Status status;
    for (const Duration until = now() + limit;;) {
        if (core::interrupted()) {
            status = Error{Code::Interrupted, "interrupted"};
            break;
        }
        launch_due();
        perform();
        if (happened_ || now() >= until) break;
        wait(next_due(until - now()));
    }
    polling_ = false;
    return status;
}

Duration CurlTransport::next_due(Duration limit) const {
    for (const auto& [id, transfer] : transfers_)
        if (!transfer->attempt)
            limit = std::clamp(transfer->exchange.due() - now(), Duration::zero(),
                               std::max(limit, Duration::zero()));
    return limit;
}

void CurlTransport::wait(Duration limit) {
    curl_waitfd interrupt{core::interrupt_descriptor(), CURL_WAIT_POLLIN, 0};
    const auto rounded = std::chrono::ceil<milliseconds>(limit);
    const auto timeout = std::clamp(rounded, milliseconds(0), milliseconds(std::chrono::hours(1)));
    curl_multi_poll(multi_.get(), &interrupt, interrupt.fd >= 0 ? 1 : 0,
                    static_cast<int>(timeout.count()), nullptr);
}

void CurlTransport::launch_due() {
    std::vector<Transfer*> due;
    for (const auto& [id, transfer] : transfers_)
        if (!transfer->attempt && transfer->exchange.due() <= now()) due.push_back(transfer.get());
    for (Transfer* transfer : due) {
        if (transfer->exchange.cancelled()) continue;
        if (auto launched = launch(*transfer); !launched) end(transfer->id, std::move(launched));
    }
}

core::Status CurlTransport::launch(Transfer& transfer) {
    KSPARK_TRY(transfer.exchange.begin());
    if (const auto left = transfer.exchange.time_left(); left && *left <= Duration::zero())
        return failure(transfer, {Failure::Kind::Timeout});
    const Request& request = transfer.exchange.request();
    const auto headers = headers_to_send(request, server_.endpoint, server_.address,
                                         transfer.exchange.credentials());
    transfer.attempt = std::make_unique<CurlAttempt>(server_, transfer.exchange, headers);
    CURL* easy = transfer.attempt->handle();
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    around_.tracer.request(request.method, transfer.exchange.url(), headers, request.body);
    curl_multi_add_handle(multi_.get(), easy);
    return {};
}

void CurlTransport::perform() {
    int count = 0;
    curl_multi_perform(multi_.get(), &count);
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &count)) {
        const CURLcode code = message->data.result;
        Transfer* transfer = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        if (!transfer->exchange.cancelled()) finish(*transfer, code);
    }
    for (auto i = transfers_.begin(); i != transfers_.end();) {
        if (i->second->exchange.cancelled()) stop(*i->second);
        i = i->second->exchange.cancelled() ? transfers_.erase(i) : std::next(i);
    }
}

void CurlTransport::finish(Transfer& transfer, CURLcode code) {
    core::Status status;
    if (code != CURLE_OK) status = failure(transfer, transfer.attempt->failure(code));
    const bool broke = CurlAttempt::is_cut(code) && !transfer.exchange.answered();
    stop(transfer);
    if (transfer.exchange.repeats(status, broke)) return;
    transfer.exchange.conclude(status);
    end(transfer.id, std::move(status));
}

Error CurlTransport::failure(const Transfer& transfer, Failure failure) const {
    const Request& request = transfer.exchange.request();
    failure.timeout = request.timeout;
    return failure_error(failure, server_.address, server_.endpoint.proxy, request.method,
                         request.target);
}

void CurlTransport::end(TransferId id, core::Status status) {
    happened_ = true;
    const auto node = transfers_.extract(id);
    node.mapped()->exchange.tell_done(std::move(status));
}

void CurlTransport::stop(Transfer& transfer) {
    if (transfer.attempt) curl_multi_remove_handle(multi_.get(), transfer.attempt->handle());
    transfer.attempt.reset();
}

std::size_t CurlTransport::on_header(char* data, std::size_t, std::size_t size, void* user) {
    Transfer& transfer = *static_cast<Transfer*>(user);
    const bool wanted = transfer.exchange.take_line({data, size});
    if (transfer.exchange.handed_on()) transfer.owner->happened_ = true;
    return wanted ? size : 0;
}

std::size_t CurlTransport::on_data(char* data, std::size_t, std::size_t size, void* user) {
    Transfer& transfer = *static_cast<Transfer*>(user);
    if (transfer.exchange.handed_on()) transfer.owner->happened_ = true;
    return transfer.exchange.take_data({data, size}) ? size : 0;
}

} // namespace

std::unique_ptr<Transport> make_curl_transport(Endpoint endpoint, CurlOptions options) {
    return std::make_unique<CurlTransport>(std::move(endpoint), std::move(options));
}

} // namespace kspark::http
