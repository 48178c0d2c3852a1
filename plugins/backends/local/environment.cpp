#include "environment.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <sandport/error.hpp>
#include <string_view>

#include "posix_error.hpp"

namespace sandport_local {
namespace {

bool matches(std::string_view name, std::string_view pattern) {
  if (pattern.ends_with('*')) return name.starts_with(pattern.substr(0, pattern.size() - 1));
  return name == pattern;
}

struct Account {
  passwd entry{};
  std::vector<char> buffer = std::vector<char>(16384);
};

bool find_account(const std::string& name, Account* account) {
  passwd* found = nullptr;
  ::getpwnam_r(name.c_str(), &account->entry, account->buffer.data(), account->buffer.size(),
               &found);
  if (found != nullptr) return true;
  char* end = nullptr;
  const unsigned long number = std::strtoul(name.c_str(), &end, 10);
  if (name.empty() || *end != '\0') return false;
  ::getpwuid_r(static_cast<uid_t>(number), &account->entry, account->buffer.data(),
               account->buffer.size(), &found);
  return found != nullptr;
}

bool find_current_account(Account* account) {
  passwd* found = nullptr;
  ::getpwuid_r(::geteuid(), &account->entry, account->buffer.data(), account->buffer.size(),
               &found);
  return found != nullptr;
}

}  // namespace

Environment inherited_environment(const std::vector<std::string>& names) {
  Environment environment;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos) continue;
    const std::string_view name = text.substr(0, equals);
    for (const std::string& pattern : names) {
      if (matches(name, pattern)) environment[std::string(name)] = text.substr(equals + 1);
    }
  }
  return environment;
}

User find_user(const std::string& name) {
  Account account;
  if (!find_account(name, &account)) {
    throw sandport::Error(SP_NOT_FOUND, "this machine has no user '" + printable(name) + "'");
  }
  User user;
  user.name = account.entry.pw_name;
  user.home = account.entry.pw_dir;
  user.shell = account.entry.pw_shell;
  user.identity.uid = account.entry.pw_uid;
  user.identity.gid = account.entry.pw_gid;
  user.is_current = user.identity.uid == ::geteuid();
  if (user.is_current) return user;
  if (::geteuid() != 0) {
    throw sandport::Error(SP_PERMISSION_DENIED,
                          "only root may run commands as another user, here '" + user.name + "'",
                          "EPERM");
  }
  int count = 64;
  user.identity.groups.resize(static_cast<std::size_t>(count));
  while (::getgrouplist(user.name.c_str(), user.identity.gid, user.identity.groups.data(), &count) <
         0) {
    user.identity.groups.resize(static_cast<std::size_t>(count));
  }
  user.identity.groups.resize(static_cast<std::size_t>(count));
  return user;
}

std::string current_user_name() {
  Account account;
  if (find_current_account(&account)) return account.entry.pw_name;
  return std::to_string(::geteuid());
}

std::string current_home() {
  const char* home = ::secure_getenv("HOME");
  if (home != nullptr && home[0] == '/') return home;
  Account account;
  if (find_current_account(&account)) return account.entry.pw_dir;
  return "/";
}

void add_variables(Environment* environment,
                   const std::vector<std::pair<std::string, std::string>>& variables) {
  for (const auto& [name, value] : variables) {
    if (name.empty() || name.find('=') != std::string::npos) {
      throw sandport::Error(SP_INVALID_ARGUMENT,
                            "'" + printable(name) + "' is no name for an environment variable");
    }
    (*environment)[name] = value;
  }
}

std::vector<std::string> to_strings(const Environment& environment) {
  std::vector<std::string> strings;
  strings.reserve(environment.size());
  for (const auto& [name, value] : environment) strings.push_back(name + "=" + value);
  return strings;
}

}  // namespace sandport_local
