// What `sandport plugin check` found: a line per check, or a JSON array.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/command/command.hpp"
#include "host/ui/terminal.hpp"

namespace sandport {

class PluginReport {
 public:
  explicit PluginReport(OutputFormat format) : format_(format) {}

  void ok(const std::string& check, const std::string& finding) { add("ok", check, finding); }
  void skip(const std::string& check, const std::string& why) { add("skipped", check, why); }
  void bad(const std::string& check, const std::string& problem) {
    healthy_ = false;
    add("bad", check, problem);
  }
  // Runs `work`, which reports by itself; what it throws is bad news about `check`. False then.
  bool attempt(const std::string& check, const std::function<void()>& work);

  // Prints what is not printed yet.
  [[nodiscard]] ExitCode finish();

 private:
  void add(const char* state, const std::string& check, const std::string& finding);

  OutputFormat format_;
  Terminal terminal_ = Terminal::standard_output();
  struct Finding {
    std::string state;
    std::string check;
    std::string finding;
  };
  std::vector<Finding> found_;  // for JSON
  bool healthy_ = true;
};

}  // namespace sandport
