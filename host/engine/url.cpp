#include "host/engine/url.hpp"

#include <memory>

#include "core/error.hpp"
#include "host/engine/http/libcurl.hpp"

namespace sandport {
namespace {

using Handle = std::unique_ptr<CURLU, decltype(LibCurl::url_cleanup)>;

constexpr unsigned kParse = CURLU_NON_SUPPORT_SCHEME;

void set(CURLU* handle, const std::string& text) {
  const CURLUcode code = libcurl().url_set(handle, CURLUPART_URL, text.c_str(), kParse);
  if (code == CURLUE_OK && text.find('\0') == std::string::npos) return;
  const char* reason = code == CURLUE_OK ? "it has a zero byte" : libcurl().url_strerror(code);
  throw Error(Code::kInvalidArgument, std::string("not a usable URL: ") + reason);
}

std::string part(CURLU* handle, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (libcurl().url_get(handle, which, &text, flags) != CURLUE_OK || text == nullptr) return {};
  const std::unique_ptr<char, decltype(LibCurl::free)> owned(text, libcurl().free);
  return owned.get();
}

std::string default_port(const std::string& scheme) {
  if (scheme == "https" || scheme == "wss") return "443";
  if (scheme == "http" || scheme == "ws") return "80";
  return {};
}

Url take_apart(CURLU* handle) {
  Url url;
  url.text = part(handle, CURLUPART_URL);
  url.scheme = part(handle, CURLUPART_SCHEME);
  url.user = part(handle, CURLUPART_USER, CURLU_URLDECODE);
  url.password = part(handle, CURLUPART_PASSWORD, CURLU_URLDECODE);
  url.host = part(handle, CURLUPART_HOST);
  const std::string port = part(handle, CURLUPART_PORT);
  const std::string path = part(handle, CURLUPART_PATH);
  const std::string query = part(handle, CURLUPART_QUERY);
  url.port = port.empty() ? default_port(url.scheme) : port;
  url.target = query.empty() ? path : path + '?' + query;
  url.shown = url.scheme + "://" + url.host + (port.empty() ? "" : ':' + port) + path;
  if (url.host.size() > 2 && url.host.front() == '[')
    url.host = url.host.substr(1, url.host.size() - 2);
  return url;
}

Handle make() {
  Handle handle(libcurl().url(), libcurl().url_cleanup);
  if (!handle) throw std::bad_alloc();
  return handle;
}

}  // namespace

bool Url::same_origin(const Url& other) const {
  return scheme == other.scheme && host == other.host && port == other.port;
}

Url parse_url(std::string_view text) {
  const Handle handle = make();
  set(handle.get(), std::string(text));
  return take_apart(handle.get());
}

Url resolve_url(const Url& base, std::string_view reference) {
  const Handle handle = make();
  set(handle.get(), base.text);
  set(handle.get(), std::string(reference));
  return take_apart(handle.get());
}

}  // namespace sandport
