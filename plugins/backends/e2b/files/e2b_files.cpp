#include "files/e2b_files.hpp"

#include <nlohmann/json.hpp>
#include <sandport/utf8.hpp>
#include <sandport/when_all.hpp>

#include "encoding.hpp"
#include "files/file_scripts.hpp"
#include "json_access.hpp"
#include "retry.hpp"

namespace sandport_e2b {
namespace {

using sandport::Entry;
using sandport::Error;
using sandport::Symlinks;
using sandport::Task;

std::string path_body(const std::string& path) { return nlohmann::json{{"path", path}}.dump(); }

std::string list_body(const std::string& path, std::uint32_t depth) {
  return nlohmann::json{{"path", path}, {"depth", depth}}.dump();
}

std::string octal(std::uint32_t mode) {
  std::string digits;
  for (int shift = 9; shift >= 0; shift -= 3)
    digits += static_cast<char>('0' + (mode >> shift & 7u));
  return digits;
}

Error exists_error(const std::string& path) {
  return {SP_ALREADY_EXISTS, "E2B: '" + sandport::printable(path) + "' already exists", "EEXIST"};
}

}  // namespace

Task<std::string> E2bFiles::call(std::string method, std::string body, std::string path,
                                 Repeat repeat) {
  RpcCall rpc("filesystem.Filesystem/" + method, std::move(body), "working on files");
  rpc.user = envd_.user_for("");
  rpc.repeat = repeat;
  std::optional<Error> failure;
  try {
    auto reply = co_await envd_.call(std::move(rpc));
    co_return reply;
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error& error) {
    failure.emplace(as_file_error(error, path));
  }
  throw Error(*failure);
}

Task<std::string> E2bFiles::script(std::string_view program, std::vector<std::string> arguments,
                                   std::string path, Repeat repeat) {
  ScriptCall call(program, "working on files");
  call.start.arguments = std::move(arguments);
  call.repeat = repeat;
  auto result = co_await run_script(envd_, std::move(call));
  if (result.exit.ok()) co_return std::move(result.out);
  throw script_error(result, "working on files", path);
}

Task<EnvdEntry> E2bFiles::ask_stat(std::string path) {
  const std::string reply = co_await call("Stat", path_body(path), path, Repeat::kSafe);
  const auto json = parse_reply(reply, "looking at a file");
  const auto* info = member(json, "entry");
  if (info == nullptr) throw Error(SP_DATA_LOSS, "E2B: the server described no file", "BAD_REPLY");
  EnvdEntry found = parse_entry(*info);
  found.entry.path = path;
  found.entry.name = last_of(path);
  co_return found;
}

Task<Entry> E2bFiles::script_stat(std::string path, Symlinks symlinks) {
  auto arguments =
      words(scripts::escape_path(path), symlinks == Symlinks::kFollow ? "follow" : "keep");
  const std::string output =
      co_await script(scripts::kStat, std::move(arguments), path, Repeat::kSafe);
  co_return parse_stat_output(path, output);
}

Task<Entry> E2bFiles::stat(std::string path, Symlinks symlinks) {
  if (sandport::is_utf8(path)) {
    EnvdEntry found = co_await ask_stat(path);
    // Of links envd mixes what is theirs and what is their target's.
    if (!found.link) co_return std::move(found.entry);
  }
  auto entry = co_await script_stat(std::move(path), symlinks);
  co_return entry;
}

Task<void> E2bFiles::list(std::string path, std::uint32_t depth, sandport::EntryOutput& output) {
  const std::uint32_t levels = std::max<std::uint32_t>(depth, 1);
  if (sandport::is_utf8(path)) {
    std::vector<EnvdEntry> entries;
    bool whole = true;
    try {
      std::string body = list_body(path, levels);
      const std::string reply = co_await call("ListDir", std::move(body), path, Repeat::kSafe);
      entries = parse_entries(reply);
    } catch (const Error& error) {
      // A name that is no UTF-8 makes the whole answer impossible.
      if (error.code() != SP_INTERNAL && error.code() != SP_UNKNOWN) throw;
      whole = false;
    }
    for (const EnvdEntry& found : entries) {
      if (is_damaged(found.entry.path) || is_damaged(found.entry.name)) whole = false;
    }
    if (whole) {
      for (EnvdEntry& found : entries) co_await output.write(std::move(found.entry));
      co_return;
    }
  }
  auto arguments = words(scripts::escape_path(path), std::to_string(levels));
  const std::string said =
      co_await script(scripts::kList, std::move(arguments), path, Repeat::kSafe);
  for (Entry& entry : parse_list_output(said)) co_await output.write(std::move(entry));
}

Task<void> E2bFiles::require_parent(std::string path) {
  const auto parent = co_await stat(parent_of(path), Symlinks::kFollow);
  if (parent.type == sandport::FileType::kDirectory) co_return;
  throw Error(SP_FAILED_PRECONDITION,
              "E2B: '" + sandport::printable(parent.path) + "' is not a directory", "ENOTDIR");
}

Task<void> E2bFiles::mkdir(std::string path, sandport::MkdirOptions options) {
  const bool plain = sandport::is_utf8(path) && options.mode == 0;
  if (!plain) {
    auto arguments = words(scripts::escape_path(path), options.parents ? "parents" : "",
                           options.mode == 0 ? "" : octal(options.mode));
    co_await script(scripts::kMakeDirectory, std::move(arguments), path, Repeat::kUnsafe);
    co_return;
  }
  if (!options.parents) co_await require_parent(path);
  bool existed = false;
  try {
    co_await call("MakeDir", path_body(path), path, Repeat::kSafe);
  } catch (const Error& error) {
    if (error.code() != SP_ALREADY_EXISTS && error.code() != SP_INVALID_ARGUMENT) throw;
    existed = true;
  }
  if (!existed) co_return;
  const auto entry = co_await stat(path, Symlinks::kFollow);
  const bool directory = entry.type == sandport::FileType::kDirectory;
  if (!options.parents || !directory) throw exists_error(path);
}

Task<void> E2bFiles::remove(std::string path, sandport::RemoveMode mode) {
  const bool recursive = mode == sandport::RemoveMode::kRecursive;
  bool by_script = !sandport::is_utf8(path);
  if (!by_script) {
    const EnvdEntry found = co_await ask_stat(path);
    // envd would take its content too.
    by_script = !recursive && !found.link && found.entry.type == sandport::FileType::kDirectory;
  }
  if (by_script) {
    auto arguments = words(scripts::escape_path(path), recursive ? "recursive" : "");
    co_await script(scripts::kRemove, std::move(arguments), path, Repeat::kUnsafe);
    co_return;
  }
  co_await call("Remove", path_body(path), path, Repeat::kSafe);
}

Task<void> E2bFiles::rename(std::string from, std::string to) {
  if (sandport::is_utf8(from) && sandport::is_utf8(to)) {
    const std::string body = nlohmann::json{{"source", from}, {"destination", to}}.dump();
    co_await call("Move", body, from, Repeat::kUnsafe);
    co_return;
  }
  auto arguments = words(scripts::escape_path(from), scripts::escape_path(to));
  co_await script(scripts::kRename, std::move(arguments), from, Repeat::kUnsafe);
}

Task<void> E2bFiles::set_mode(std::string path, std::uint32_t mode) {
  auto arguments = words(scripts::escape_path(path), octal(mode));
  co_await script(scripts::kChangeMode, std::move(arguments), path, Repeat::kSafe);
}

}  // namespace sandport_e2b
