#include <ctime>
#include <filesystem>

#include "core/sandbox/path.hpp"
#include "tests/emulators/e2b/envd/byte_range.hpp"
#include "tests/emulators/e2b/envd/file_request.hpp"
#include "tests/emulators/e2b/envd/guest_files.hpp"
#include "tests/emulators/e2b/envd/gzip.hpp"
#include "tests/emulators/e2b/envd/routes.hpp"
#include "tests/emulators/e2b/envd/signature.hpp"

namespace sandport::e2b_emulator {
namespace {

std::string http_date(std::int64_t nanoseconds) {
  const std::time_t seconds = nanoseconds / 1'000'000'000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[64];
  return std::string(text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts));
}

const char* content_type(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension();
  if (extension == ".txt" || extension.empty()) return "text/plain; charset=utf-8";
  if (extension == ".json") return "application/json";
  if (extension == ".html") return "text/html; charset=utf-8";
  if (extension == ".png") return "image/png";
  return "application/octet-stream";
}

std::string disposition(const std::string& path) {
  std::string safe;
  for (const char letter : path_name(path)) {
    const bool plain = letter >= ' ' && letter != '"' && letter != '\\' && letter != 0x7f;
    safe += plain ? letter : '_';
  }
  return "inline; filename=\"" + safe + "\"";
}

struct Download {
  std::string real;  // on this machine
  FileEntry entry;
};

Task<Download> open_download(Call& call, GuestFiles& guest, const std::string& path) {
  std::optional<HttpFailure> failure;
  try {
    Download found;
    found.real = guest.outside(co_await guest.resolve(path, Symlinks::kFollow));
    found.entry = co_await guest.files().stat(found.real);
    if (found.entry.type != FileType::kDirectory) co_return found;
    failure.emplace(400, "path '" + path + "' is a directory");
  } catch (const Error& error) {
    failure = file_failure(error, path);
  }
  static_cast<void>(call);
  throw HttpFailure(*failure);
}

// Compressed, and so of unknown length.
Task<void> send_gzip(Call& call, ByteStream& content, const std::string& headers) {
  co_await call.exchange.begin(200, headers + "\r\nContent-Encoding: gzip");
  GzipWriter writer;
  for (;;) {
    const std::string piece = co_await content.next();
    const std::string packed = piece.empty() ? writer.finish() : writer.write(piece);
    if (!packed.empty()) co_await call.exchange.chunk(packed);
    if (piece.empty()) break;
  }
  co_await call.exchange.end();
}

Task<void> send_plain(Call& call, ByteStream& content, int status, std::uint64_t size,
                      const std::string& headers) {
  std::string head = status == 206 ? "HTTP/1.1 206 Partial Content\r\n" : "HTTP/1.1 200 OK\r\n";
  head +=
      headers + "\r\nAccept-Ranges: bytes\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
  co_await call.exchange.write(std::move(head));
  std::uint64_t left = size;
  while (left > 0) {
    std::string piece = co_await content.next();
    if (piece.empty()) break;  // it became shorter meanwhile: the length shows it
    if (piece.size() > left) piece.resize(left);
    left -= piece.size();
    co_await call.exchange.write(std::move(piece));
  }
  if (left > 0) call.exchange.close();
}

Task<void> download(Call& call) {
  check_file_access(call, FileAccess::kRead);
  const GuestUser user = file_user(call, call.target.parameter("username"));
  const std::string path = file_path(call.target.parameter("path").value_or(""), user);
  GuestFiles guest(*call.sandbox);
  const Download found = co_await open_download(call, guest, path);

  const std::string modified = http_date(found.entry.modified_ns);
  std::string headers = "Vary: Accept-Encoding\r\nContent-Disposition: " + disposition(path) +
                        "\r\nContent-Type: " + content_type(path) +
                        "\r\nLast-Modified: " + modified;
  if (call.header("If-Modified-Since") == modified) {
    co_await call.exchange.write("HTTP/1.1 304 Not Modified\r\n" + headers + "\r\n\r\n");
    co_return;
  }
  ByteRange range;
  const std::string wanted = call.header("Range");
  const std::string if_range = call.header("If-Range");
  RangeAnswer answer = RangeAnswer::kWhole;
  if (!wanted.empty() && (if_range.empty() || if_range == modified)) {
    answer = parse_range(wanted, found.entry.size, &range);
  }
  if (answer == RangeAnswer::kUnsatisfiable) {
    throw HttpFailure(416, "invalid range: failed to overlap",
                      "Content-Range: bytes */" + std::to_string(found.entry.size));
  }
  if (answer == RangeAnswer::kPart) {
    const std::uint64_t size = range.last - range.first + 1;
    headers += "\r\nContent-Range: bytes " + std::to_string(range.first) + "-" +
               std::to_string(range.last) + "/" + std::to_string(found.entry.size);
    const auto content = co_await guest.files().read(found.real, range.first, size);
    co_await send_plain(call, *content, 206, size, headers);
    co_return;
  }
  const auto content = co_await guest.files().read(found.real);
  if (wanted.empty() && accepts_gzip(call.header("Accept-Encoding"))) {
    co_await send_gzip(call, *content, headers);
  } else {
    co_await send_plain(call, *content, 200, found.entry.size, headers);
  }
}

}  // namespace

void add_download_routes(Routes& routes) { routes.add("GET", "/files", download); }

}  // namespace sandport::e2b_emulator
