// Calls a plugin's create on a thread that the plugin may keep.
#pragma once

#include <sandport/abi.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "host/plugin/registry.hpp"

namespace sandport {

struct CreateRequest {
  FoundPlugin plugin;
  std::string config;                   // JSON, secrets filled in
  std::shared_ptr<const sp_host> host;  // lent to the instance
  std::chrono::milliseconds limit{30000};
  // Runs work on another thread, at once; a bounded pool's submit.
  std::function<void(std::function<void()>)> run;
};

// What create made: the struct that the kind names. Blocks. Throws what create reported, Error
// kInternal when create broke the rules, and Error kDeadlineExceeded after `limit`: the thread is
// lost then, so that the process can only end; an instance that comes late is destroyed.
[[nodiscard]] void* create_instance(const CreateRequest& request);

}  // namespace sandport
