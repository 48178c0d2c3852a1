// What stands under `with:` for the local backend.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "files/roots.hpp"

namespace sandport_local {

enum class Home { kAuto, kSandbox, kHost };

struct Options {
  std::string root;  // empty: a fresh directory for every sandbox
  std::vector<Roots::Spec> allow_paths;
  std::vector<std::string> inherit_env;
  std::map<std::string, std::string> env;
  Home home = Home::kAuto;
  std::chrono::milliseconds output_grace{200};
  std::uint64_t journal_bytes = 64ull * 1024 * 1024;

  // config: JSON that passed the schema, defaults filled in or not. Throws sandport::Error.
  [[nodiscard]] static Options parse(std::string_view config);
};

}  // namespace sandport_local
