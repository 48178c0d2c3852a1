// Commands that succeed once a sandbox's service is up.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace e2b_template {

[[nodiscard]] std::string wait_for_port(std::int64_t port);
[[nodiscard]] std::string wait_for_url(std::string_view url, std::int64_t status);
[[nodiscard]] std::string wait_for_process(std::string_view name);
[[nodiscard]] std::string wait_for_file(std::string_view path);
// Whole seconds, at least one.
[[nodiscard]] std::string wait_for_timeout(std::chrono::milliseconds timeout);

}  // namespace e2b_template
