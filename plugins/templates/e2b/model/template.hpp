// A template as it will be sent: the base, the steps in order, and how its sandboxes start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "place.hpp"

namespace e2b_template {

// What a COPY step takes from the context.
struct CopySource {
  std::string pattern;              // as written; relative to the context
  std::vector<std::string> ignore;  // besides the template's
  bool resolve_symlinks = false;
  bool force_upload = false;
  std::string files_hash;  // 64 hex digits, once the files were read
};

struct Step {
  std::string type;  // RUN, COPY, ENV, USER, WORKDIR
  std::vector<std::string> args;
  bool force = false;  // not from the cache, as all that follow
  std::optional<CopySource> copy;
  Place place;
};

struct RegistryLogin {
  std::string username;
  std::string password;
};
struct AwsLogin {
  std::string access_key_id;
  std::string secret_access_key;
  std::string region;
};
struct GcpLogin {
  std::string service_account_json;  // text
};
using Login = std::variant<std::monostate, RegistryLogin, AwsLogin, GcpLogin>;

inline constexpr const char* kDefaultImage = "e2bdev/base";
inline constexpr std::int64_t kDefaultCpuCount = 2;
inline constexpr std::int64_t kDefaultMemoryMb = 1024;

struct Template {
  std::string name;  // [namespace/]alias[:tag]
  Place name_place;
  std::vector<std::string> tags;
  std::int64_t cpu_count = kDefaultCpuCount;
  std::int64_t memory_mb = kDefaultMemoryMb;
  std::optional<std::int64_t> min_free_disk_mb;

  std::string image = kDefaultImage;  // empty: from_template
  std::string from_template;
  Login login;
  Place base_place;

  bool force = false;  // nothing from the cache
  std::vector<Step> steps;
  std::string start_command;
  std::string ready_command;
  Place start_place;

  std::string context;              // absolute path of a directory
  std::vector<std::string> ignore;  // besides .dockerignore
};

}  // namespace e2b_template
