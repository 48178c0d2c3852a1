// Uploads: to a name beside the file, which then takes its place at once.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <sandport/utf8.hpp>
#include <sandport/when_all.hpp>

#include "encoding.hpp"
#include "files/e2b_files.hpp"
#include "files/file_scripts.hpp"
#include "json_access.hpp"
#include "retry.hpp"

namespace sandport_e2b {
namespace {

using sandport::Entry;
using sandport::Error;
using sandport::FileType;
using sandport::Symlinks;
using sandport::Task;

// What envd gives to new files.
constexpr std::uint32_t kPlainMode = 0644;
// As one argument of a command, in base64, it must stay below 128 KiB.
constexpr std::uint64_t kInlineContent = 64u * 1024u;

std::string octal_or_empty(std::uint32_t mode) {
  if (mode == 0) return {};
  std::string digits;
  for (int shift = 9; shift >= 0; shift -= 3)
    digits += static_cast<char>('0' + (mode >> shift & 7u));
  return digits;
}

// Hidden, in the same directory: a rename within it is atomic.
std::string temporary_beside(const std::string& path) {
  constexpr std::size_t kMostOfName = 100;
  std::string name = last_of(path).substr(0, kMostOfName);
  if (!sandport::is_utf8(name)) name = "file";
  const std::string parent = parent_of(path);
  return (parent == "/" ? "" : parent) + "/." + name + ".sandport-" + random_hex(6);
}

}  // namespace

Task<Entry> E2bFiles::write(std::string path, sandport::WriteOptions options,
                            sandport::Reader content, std::uint64_t size) {
  co_await life_.extend();
  auto taken = co_await take_content(std::move(content), size);
  if (options.append) {
    auto entry = co_await append(std::move(path), options, taken);
    co_return entry;
  }
  auto entry = co_await replace(std::move(path), options, taken);
  co_return entry;
}

Task<E2bFiles::Place> E2bFiles::look(std::string path) {
  Place place;
  place.path = path;
  bool link = false;
  try {
    if (sandport::is_utf8(path)) {
      const EnvdEntry found = co_await ask_stat(path);
      link = found.link;
      place.mode = found.entry.mode;
      place.exists = true;
      if (found.entry.type == FileType::kDirectory) {
        throw Error(SP_FAILED_PRECONDITION, "E2B: '" + path + "' is a directory", "EISDIR");
      }
    } else {
      link = true;
    }
  } catch (const Error& error) {
    if (error.reason() != "ENOENT") throw;
  }
  if (!link) co_return place;
  // Through the link, as a plain write would go.
  auto arguments = words(scripts::escape_path(path));
  place.path = co_await script(scripts::kResolve, std::move(arguments), path, Repeat::kSafe);
  place.exists = false;
  try {
    const auto target = co_await script_stat(place.path, Symlinks::kFollow);
    place.exists = true;
    place.mode = target.mode;
    if (target.type == FileType::kDirectory) {
      throw Error(SP_FAILED_PRECONDITION, "E2B: '" + sandport::printable(path) + "' is a directory",
                  "EISDIR");
    }
  } catch (const Error& error) {
    if (error.reason() != "ENOENT") throw;
  }
  co_return place;
}

Task<E2bFiles::Place> E2bFiles::prepare(std::string path, sandport::WriteOptions options) {
  auto looking = look(path);
  if (options.parents) {
    auto place = co_await looking;
    co_return place;
  }
  // envd would make missing directories. Side by side: it costs one round trip.
  auto parent = require_parent(path);
  auto both = co_await sandport::when_all(std::move(looking), std::move(parent));
  co_return std::move(std::get<0>(both));
}

Task<Entry> E2bFiles::replace(std::string path, sandport::WriteOptions options, Content& content) {
  Place place = co_await prepare(path, options);
  if (place.exists && options.exclusive) {
    throw Error(SP_ALREADY_EXISTS, "E2B: '" + sandport::printable(path) + "' already exists",
                "EEXIST");
  }
  const std::string temporary = temporary_beside(place.path);
  std::exception_ptr failure;
  Entry entry;
  try {
    co_await upload(temporary, content);
    entry = co_await commit(temporary, place, options);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    co_await discard(temporary);
    std::rethrow_exception(failure);
  }
  entry.path = path;
  entry.name = last_of(path);
  co_return entry;
}

Task<bool> E2bFiles::exists(std::string path) {
  try {
    const auto found = co_await ask_stat(path);
    co_return !found.entry.path.empty();
  } catch (const Error& error) {
    if (error.reason() != "ENOENT") throw;
  }
  co_return false;
}

Task<Entry> E2bFiles::commit(std::string temporary, Place place, sandport::WriteOptions options) {
  std::uint32_t mode = options.mode;
  if (mode == 0 && place.exists) mode = place.mode;
  const bool plain = (mode == 0 || mode == kPlainMode) && !options.exclusive &&
                     sandport::is_utf8(place.path) && sandport::is_utf8(temporary);
  if (plain) {
    const std::string body =
        nlohmann::json{{"source", temporary}, {"destination", place.path}}.dump();
    std::optional<Error> failure;
    try {
      const std::string reply = co_await call("Move", body, place.path, Repeat::kUnsafe);
      const auto json = parse_reply(reply, "writing a file");
      const auto* info = member(json, "entry");
      if (info != nullptr) co_return parse_entry(*info).entry;
    } catch (const sandport::Cancelled&) {
      throw;
    } catch (const Error& error) {
      if (error.code() != SP_INTERRUPTED) throw;
      failure.emplace(error);
    }
    // When the answer was lost, the temporary name tells whether it was done.
    if (failure) {
      const bool left = co_await exists(temporary);
      if (left) throw Error(*failure);
    }
  } else {
    auto arguments = words(scripts::escape_path(temporary), scripts::escape_path(place.path),
                           octal_or_empty(mode), options.exclusive ? "exclusive" : "");
    const std::string output =
        co_await script(scripts::kCommit, std::move(arguments), place.path, Repeat::kUnsafe);
    co_return parse_stat_output(place.path, output);
  }
  auto entry = co_await stat(place.path, Symlinks::kFollow);
  co_return entry;
}

Task<Entry> E2bFiles::append(std::string path, sandport::WriteOptions options, Content& content) {
  auto arguments = words(scripts::escape_path(path), octal_or_empty(options.mode),
                         options.exclusive ? "exclusive" : "", options.parents ? "parents" : "");
  std::string temporary;
  if (content.whole && content.bytes.size() <= kInlineContent) {
    arguments.push_back(base64_encode(content.bytes));
  } else {
    temporary = "/tmp/.sandport-append-" + random_hex(8);
    co_await upload(temporary, content);
    arguments.emplace_back();
    arguments.push_back(temporary);
  }
  std::exception_ptr failure;
  std::string output;
  try {
    output = co_await script(scripts::kAppend, std::move(arguments), path, Repeat::kUnsafe);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure && !temporary.empty()) co_await discard(temporary);
  if (failure) std::rethrow_exception(failure);
  co_return parse_stat_output(path, output);
}

Task<void> E2bFiles::upload(std::string path, Content& content) {
  for (int attempt = 0;; ++attempt) {
    std::optional<Error> failure;
    const bool whole = content.whole;
    try {
      co_await upload_once(path, content);
    } catch (const sandport::Cancelled&) {
      throw;
    } catch (const Error& error) {
      failure.emplace(as_file_error(error, path));
    }
    if (!failure) co_return;
    // A stream is gone once it was begun.
    if (!whole || !should_retry(envd_.options(), *failure, Repeat::kSafe, attempt)) {
      throw Error(*failure);
    }
    co_await back_off(envd_.host(), *failure, attempt);
  }
}

Task<void> E2bFiles::upload_once(const std::string& path, Content& content) {
  sandport::HttpRequest request = envd_.file_request("POST", path, "");
  const bool raw = envd_.version() >= since::kRawUpload;
  const bool gzip = raw && envd_.options().gzip;
  set_upload(&request, &content, raw ? UploadForm::kRaw : UploadForm::kMultipart,
             gzip ? Compression::kGzip : Compression::kNone);
  auto response =
      co_await envd_.send_file(std::move(request), "writing " + sandport::printable(path));
  const std::string answer = co_await response.read_all();
  static_cast<void>(answer);
}

Task<void> E2bFiles::discard(std::string temporary) {
  try {
    auto arguments = words(scripts::escape_path(temporary), "recursive");
    auto work = script(scripts::kRemove, std::move(arguments), temporary, Repeat::kSafe);
    co_await sandport::shield(std::move(work));
  } catch (const Error& error) {
    envd_.host().log().info(error.what());
  }
}

}  // namespace sandport_e2b
