#include "host/engine/http/failure.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "host/engine/cancelled.hpp"
#include "host/engine/http/transfer.hpp"

namespace sandport {
namespace {

std::string subject(const HttpPlan& plan) { return plan.method + ' ' + plan.url.shown; }

std::string one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < ' '; }, ' ');
  return line;
}

std::string reason(CURLcode code, const char* detail) {
  return one_line(*detail == '\0' ? libcurl().easy_strerror(code) : detail);
}

bool request_was_sent(CURL* easy) {
  long size = 0;
  return libcurl().easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &size) == CURLE_OK && size > 0;
}

// The status with which a proxy answered CONNECT; 0 when there was none, or it was a success.
long proxy_refusal(CURL* easy) {
  long status = 0;
  libcurl().easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
  return status / 100 == 2 ? 0 : status;
}

Error tls_error(CURLcode code, const std::string& why, const HttpPlan& plan) {
  const std::string where = "TLS with " + plan.url.host + " failed: " + why;
  if (code == CURLE_PEER_FAILED_VERIFICATION) {
    return {Code::kFailedPrecondition, where + "; " + certificate_advice(*plan.settings)};
  }
  if (code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CERTPROBLEM) {
    return {Code::kFailedPrecondition,
            where + "; check the file that SSL_CERT_FILE, CURL_CA_BUNDLE or ca_file names"};
  }
  // The connection broke while it was set up: as good as none.
  if (why.find("SYSCALL") != std::string::npos || why.find("unexpected eof") != std::string::npos) {
    return {Code::kUnavailable, where, Retry::kYes};
  }
  return {Code::kFailedPrecondition, where + "; check that the URL's scheme and port are right"};
}

Error timeout_error(CURL* easy, const HttpPlan& plan) {
  if (request_was_sent(easy)) return deadline_error(plan);
  return {Code::kDeadlineExceeded,
          subject(plan) + ": no connection within " + std::to_string(plan.connect_timeout.count()) +
              " ms (connect timeout)",
          Retry::kYes};
}

Error broken(CURL* easy, const std::string& why, const HttpPlan& plan) {
  if (!request_was_sent(easy)) return {Code::kUnavailable, subject(plan) + ": " + why, Retry::kYes};
  curl_off_t received = 0;
  libcurl().easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
  const bool safe = plan.method == "GET" || plan.method == "HEAD" || plan.method == "OPTIONS";
  return {Code::kInterrupted,
          subject(plan) + ": the connection broke after the request was sent, with " +
              std::to_string(received) + " bytes of the reply received: " + why,
          safe ? Retry::kYes : Retry::kNo};
}

}  // namespace

Error describe_failure(CURL* easy, CURLcode code, const char* detail, const HttpPlan& plan) {
  const std::string why = reason(code, detail);
  if (const long status = proxy_refusal(easy); status != 0 && !request_was_sent(easy)) {
    return {Code::kFailedPrecondition,
            subject(plan) + ": the proxy refused the connection with status " +
                std::to_string(status) + "; check the proxy settings (https_proxy, NO_PROXY)"};
  }
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
      return {Code::kUnavailable, subject(plan) + ": " + why, Retry::kYes};
    case CURLE_OPERATION_TIMEDOUT:
      return timeout_error(easy, plan);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_USE_SSL_FAILED:
      return tls_error(code, why, plan);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {Code::kInvalidArgument, "not a usable URL: " + why};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return {Code::kInternal, subject(plan) + ": the reply is not HTTP: " + why};
    case CURLE_WRITE_ERROR:
      return {Code::kResourceExhausted, subject(plan) + ": the reply's headers are too large"};
    case CURLE_ABORTED_BY_CALLBACK:
      return cancelled_error();
    case CURLE_OUT_OF_MEMORY:
      return {Code::kResourceExhausted, subject(plan) + ": out of memory"};
    default:
      return broken(easy, why, plan);
  }
}

Error describe_source_failure(const std::exception_ptr& failure, const HttpPlan& plan) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return error.code() == Code::kCancelled
               ? error
               : Error(Code::kDataLoss,
                       subject(plan) + ": the request body could not be read: " + error.what());
  } catch (const std::exception& error) {
    return {Code::kDataLoss,
            subject(plan) + ": the request body could not be read: " + error.what()};
  }
}

Error deadline_error(const HttpPlan& plan) {
  return {Code::kDeadlineExceeded, subject(plan) + ": not complete within " +
                                       std::to_string(plan.total_timeout.count()) +
                                       " ms (total timeout)"};
}

Error idle_error(const HttpPlan& plan) {
  return {Code::kDeadlineExceeded, subject(plan) + ": no byte came or went for " +
                                       std::to_string(plan.idle_timeout.count()) +
                                       " ms (idle timeout)"};
}

}  // namespace sandport
