#include <algorithm>
#include <cctype>
#include <climits>

#include "host/engine/http/transfer.hpp"

namespace sandport {
namespace {

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = libcurl().easy_setopt(easy, option, value);
  if (code == CURLE_OK) return;
  throw Error(code == CURLE_OUT_OF_MEMORY ? Code::kResourceExhausted : Code::kInternal,
              std::string("cannot set up a transfer: ") + libcurl().easy_strerror(code));
}

bool same_name(const std::string& left, const char* right) {
  return std::equal(
      left.begin(), left.end(), right, right + std::char_traits<char>::length(right),
      [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

}  // namespace

bool HttpTransfer::has_body() const {
  const auto* bytes = std::get_if<std::string>(&plan_.body);
  return bytes == nullptr || !bytes->empty();
}

void HttpTransfer::configure() {
  CURL* easy = easy_.get();
  set(easy, CURLOPT_URL, plan_.url.text.c_str());
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_ERRORBUFFER, error_text_.data());
  set(easy, CURLOPT_HEADERFUNCTION, &HttpTransfer::on_header);
  set(easy, CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(easy, CURLOPT_WRITEFUNCTION, &HttpTransfer::on_body);
  set(easy, CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(easy, CURLOPT_NOPROGRESS, 0L);
  set(easy, CURLOPT_XFERINFOFUNCTION, &HttpTransfer::on_progress);
  set(easy, CURLOPT_XFERINFODATA, static_cast<void*>(this));
  set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  configure_method();
  configure_network();
  add_headers();
}

void HttpTransfer::configure_method() {
  CURL* easy = easy_.get();
  const bool wants_length =
      plan_.method == "POST" || plan_.method == "PUT" || plan_.method == "PATCH";
  if (!has_body() && !wants_length) {
    if (plan_.method == "HEAD") {
      set(easy, CURLOPT_NOBODY, 1L);
    } else {
      set(easy, CURLOPT_HTTPGET, 1L);
      if (plan_.method != "GET") set(easy, CURLOPT_CUSTOMREQUEST, plan_.method.c_str());
    }
    return;
  }
  set(easy, CURLOPT_UPLOAD, 1L);
  set(easy, CURLOPT_CUSTOMREQUEST, plan_.method.c_str());
  set(easy, CURLOPT_READFUNCTION, &HttpTransfer::on_upload);
  set(easy, CURLOPT_READDATA, static_cast<void*>(this));
  set(easy, CURLOPT_SEEKFUNCTION, &HttpTransfer::on_seek);
  set(easy, CURLOPT_SEEKDATA, static_cast<void*>(this));
  curl_off_t size = -1;
  if (const auto* bytes = std::get_if<std::string>(&plan_.body)) {
    size = static_cast<curl_off_t>(bytes->size());
  } else if (const auto& known = std::get<HttpBodySource>(plan_.body).size) {
    size = static_cast<curl_off_t>(*known);
  }
  set(easy, CURLOPT_INFILESIZE_LARGE, size);
}

void HttpTransfer::configure_network() {
  CURL* easy = easy_.get();
  const NetworkSettings& settings = *plan_.settings;
  const bool tls = plan_.url.scheme == "https";
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  // Rather share a connection that is being made than open one per request.
  set(easy, CURLOPT_PIPEWAIT, tls ? 1L : 0L);
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  // curl takes 0 for its own 300 s; ours means none.
  const auto connect = plan_.connect_timeout.count();
  set(easy, CURLOPT_CONNECTTIMEOUT_MS,
      connect <= 0 ? long{INT_MAX} : static_cast<long>(std::min<std::int64_t>(connect, INT_MAX)));
  if (const auto file = effective_ca_file(settings); !file.empty()) {
    set(easy, CURLOPT_CAINFO, file.c_str());
  }
  if (const auto directory = effective_ca_dir(settings); !directory.empty()) {
    set(easy, CURLOPT_CAPATH, directory.c_str());
  }
  if (settings.proxy) set(easy, CURLOPT_PROXY, settings.proxy->c_str());
  set(easy, CURLOPT_USERAGENT, settings.user_agent.c_str());
}

void HttpTransfer::add_headers() {
  for (const auto& header : plan_.headers) {
    // curl's way to send a header that has no value ends in a semicolon.
    append_header(header.value.empty() ? header.name + ';' : header.name + ": " + header.value);
  }
  const auto given = [this](const char* name) {
    return std::any_of(plan_.headers.begin(), plan_.headers.end(),
                       [name](const HttpHeader& header) { return same_name(header.name, name); });
  };
  // A round trip that servers rarely answer: curl would wait a second for nothing.
  if (!given("Expect")) append_header("Expect:");
  set(easy_.get(), CURLOPT_HTTPHEADER, header_list_.get());
}

void HttpTransfer::append_header(const std::string& line) {
  curl_slist* longer = libcurl().slist_append(header_list_.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(header_list_.release());
  header_list_.reset(longer);
}

}  // namespace sandport
