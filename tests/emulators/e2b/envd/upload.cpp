#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/sandbox/path.hpp"
#include "tests/emulators/e2b/envd/file_request.hpp"
#include "tests/emulators/e2b/envd/file_sink.hpp"
#include "tests/emulators/e2b/envd/gzip.hpp"
#include "tests/emulators/e2b/envd/multipart.hpp"
#include "tests/emulators/e2b/envd/routes.hpp"
#include "tests/emulators/e2b/envd/signature.hpp"

namespace sandport::e2b_emulator {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestKey = 246;
constexpr std::size_t kMostMetadata = 4096;

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

FileMetadata metadata_of(const Call& call) {
  FileMetadata metadata;
  if (!call.world.at_least("0.6.2")) return metadata;
  constexpr std::string_view kPrefix = "x-metadata-";
  std::size_t size = 0;
  for (const auto& [name, value] : call.exchange.request().headers) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (!lower.starts_with(kPrefix) || lower.size() == kPrefix.size()) continue;
    const std::string key = lower.substr(kPrefix.size());
    if (key.size() > kLongestKey || !is_printable(key) || !is_printable(value)) {
      throw HttpFailure(400, "invalid metadata: key '" + key + "' or its value is not allowed");
    }
    size += key.size() + value.size();
    metadata[key] = value;
  }
  if (size > kMostMetadata) throw HttpFailure(400, "invalid metadata: more than 4096 bytes");
  return metadata;
}

json written_json(const std::string& path, const FileMetadata& metadata) {
  json told;
  told["path"] = path;
  told["name"] = path_name(normalize_path(path, "/", "/"));
  told["type"] = "file";
  if (!metadata.empty()) told["metadata"] = metadata;
  return told;
}

// The request's body without its Content-Encoding.
class UploadBody {
 public:
  explicit UploadBody(Call& call) : call_(call) {
    const std::string encoding = call.header("Content-Encoding");
    if (encoding == "gzip") {
      gzip_.emplace();
    } else if (!encoding.empty() && encoding != "identity") {
      throw HttpFailure(
          400, "error decompressing request body: unsupported Content-Encoding: " + encoding);
    }
  }

  // Empty at the end.
  Task<std::string> next() {
    for (;;) {
      std::string bytes = co_await call_.exchange.read_some();
      if (!gzip_) co_return bytes;
      std::string plain;
      std::string problem;
      try {
        if (bytes.empty()) gzip_->finish();
        plain = gzip_->write(bytes);
      } catch (const Error& error) {
        problem = error.what();
      }
      if (!problem.empty()) throw HttpFailure(400, "error decompressing request body: " + problem);
      if (bytes.empty() || !plain.empty()) co_return plain;
    }
  }

 private:
  Call& call_;
  std::optional<GzipReader> gzip_;
};

Task<json> upload_raw(Call& call, UploadBody& body, const GuestUser& user,
                      const FileMetadata& metadata) {
  const auto asked = call.target.parameter("path");
  if (!asked) throw HttpFailure(400, "path query parameter is required for raw body upload");
  const std::string path = file_path(*asked, user);
  FileSink sink(call.world.executor, call.sandbox, path);
  co_await sink.begin();
  for (;;) {
    std::string bytes = co_await body.next();
    if (bytes.empty()) break;
    co_await sink.write(std::move(bytes));
  }
  co_await sink.finish(metadata);
  json all = json::array();
  all.push_back(written_json(path, metadata));
  co_return all;
}

// Every part named `file` is one; it says its path unless the query does.
class MultipartUpload {
 public:
  MultipartUpload(Call& call, const GuestUser& user, const FileMetadata& metadata)
      : call_(call), user_(user), metadata_(metadata) {}

  Task<void> take(MultipartReader& reader, MultipartReader::Found found) {
    if (found == MultipartReader::Found::kHead) {
      if (reader.head().name == "file") co_await begin(reader.head());
    } else if (found == MultipartReader::Found::kBody) {
      std::string bytes = reader.take_body();
      if (sink_) co_await sink_->write(std::move(bytes));
    } else if (found == MultipartReader::Found::kPartEnd && sink_) {
      co_await sink_->finish(metadata_);
      sink_.reset();
      written_.push_back(written_json(path_, metadata_));
    }
  }

  [[nodiscard]] const json& written() const { return written_; }

 private:
  Task<void> begin(const PartHead& head) {
    path_ = file_path(call_.target.parameter("path").value_or(head.filename), user_);
    for (const json& before : written_) {
      if (before["path"] != path_) continue;
      throw HttpFailure(400, "you cannot upload multiple files to the same path '" + path_ +
                                 "' in one upload request, only the first specified file was "
                                 "uploaded");
    }
    sink_ = std::make_unique<FileSink>(call_.world.executor, call_.sandbox, path_);
    co_await sink_->begin();
  }

  Call& call_;
  const GuestUser& user_;
  const FileMetadata& metadata_;
  std::string path_;
  std::unique_ptr<FileSink> sink_;
  json written_ = json::array();
};

Task<json> upload_multipart(Call& call, UploadBody& body, const GuestUser& user,
                            const FileMetadata& metadata) {
  const auto boundary = MultipartReader::boundary_of(call.header("Content-Type"));
  if (!boundary) {
    throw HttpFailure(500, "error parsing multipart form: no multipart boundary param");
  }
  MultipartReader reader(*boundary);
  MultipartUpload upload(call, user, metadata);
  for (bool ended = false; !ended;) {
    const std::string bytes = co_await body.next();
    if (bytes.empty()) throw HttpFailure(500, "error reading form: unexpected EOF");
    reader.feed(bytes);
    for (;;) {
      MultipartReader::Found found = MultipartReader::Found::kEnd;
      std::string problem;
      try {
        found = reader.next();
      } catch (const Error& error) {
        problem = error.what();
      }
      if (!problem.empty()) throw HttpFailure(500, "error reading form: " + problem);
      ended = found == MultipartReader::Found::kEnd;
      if (ended || found == MultipartReader::Found::kNeedMore) break;
      co_await upload.take(reader, found);
    }
  }
  co_return upload.written();
}

Task<void> upload_files(Call& call) {
  check_file_access(call, FileAccess::kWrite);
  const GuestUser user = file_user(call, call.target.parameter("username"));
  const FileMetadata metadata = metadata_of(call);
  const std::string type = call.header("Content-Type");
  UploadBody body(call);
  json written;
  if (type.starts_with("multipart/")) {
    written = co_await upload_multipart(call, body, user, metadata);
  } else if (type.starts_with("application/octet-stream") && call.world.at_least("0.5.7")) {
    written = co_await upload_raw(call, body, user, metadata);
  } else {
    throw HttpFailure(400, "unsupported content type: " + type +
                               ", expected multipart/form-data or application/octet-stream");
  }
  const std::string text = written.dump();
  co_await call.exchange.reply(200, text, "Content-Type: text/plain; charset=utf-8");
}

// Joins sources into one file, which appears at once, and removes them.
Task<void> compose_files(Call& call) {
  const json body = co_await call.read_json();
  const auto sources = body.value("source_paths", std::vector<std::string>{});
  const std::string wanted = body.value("destination", "");
  if (sources.empty()) throw HttpFailure(400, "source_paths must not be empty");
  if (wanted.empty()) throw HttpFailure(400, "destination is required");
  std::optional<std::string> name;
  if (body.contains("username")) name = body["username"].get<std::string>();
  const GuestUser user = file_user(call, name);
  const std::string destination = file_path(wanted, user);
  GuestFiles guest(*call.sandbox);
  std::vector<std::string> reals;
  for (const std::string& source : sources) {
    const std::string path = file_path(source, user);
    if (path == destination) {
      throw HttpFailure(400, "source path \"" + source + "\" cannot be the same as destination");
    }
    bool regular = false;
    bool missing = false;
    try {
      const std::string real = guest.outside(co_await guest.resolve(path, Symlinks::kFollow));
      const FileEntry entry = co_await guest.files().stat(real);
      regular = entry.type == FileType::kRegular;
      reals.push_back(real);
    } catch (const Error&) {
      missing = true;
    }
    if (missing) throw HttpFailure(404, "source file not found: " + source);
    if (!regular) throw HttpFailure(400, "source path is not a regular file: " + source);
  }
  FileSink sink(call.world.executor, call.sandbox, destination);
  co_await sink.begin();
  for (const std::string& real : reals) {
    const auto content = co_await guest.files().read(real);
    for (;;) {
      std::string piece = co_await content->next();
      if (piece.empty()) break;
      co_await sink.write(std::move(piece));
    }
  }
  const FileMetadata none;
  co_await sink.finish(none);
  for (const std::string& real : reals) co_await guest.files().remove(real);
  const json told = written_json(destination, none);
  co_await call.reply(200, told);
}

}  // namespace

void add_upload_routes(Routes& routes) {
  routes.add("POST", "/files", upload_files);
  routes.add("POST", "/files/compose", compose_files);
}

}  // namespace sandport::e2b_emulator
