#include "ready_command.hpp"

#include <algorithm>

#include "shell_quote.hpp"

namespace e2b_template {

std::string wait_for_port(std::int64_t port) {
  return "[ -n \"$(ss -Htuln sport = :" + std::to_string(port) + ")\" ]";
}

std::string wait_for_url(std::string_view url, std::int64_t status) {
  return "curl -s -o /dev/null -w \"%{http_code}\" " + shell_quote(url) + " | grep -q \"" +
         std::to_string(status) + "\"";
}

std::string wait_for_process(std::string_view name) {
  return "pgrep " + shell_quote(name) + " > /dev/null";
}

std::string wait_for_file(std::string_view path) { return "[ -f " + shell_quote(path) + " ]"; }

std::string wait_for_timeout(std::chrono::milliseconds timeout) {
  return "sleep " + std::to_string(std::max<std::int64_t>(1, timeout.count() / 1000));
}

}  // namespace e2b_template
