// The input and the results of `sandport batch`: lines of JSON.
#pragma once

#include <cstddef>
#include <fstream>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "core/agent/agent_loop.hpp"

namespace sandport {

struct BatchItem {
  std::string id;  // the line's own, else its number
  std::string prompt;
};

// Lines {"prompt": text, "id"?: text}. Throws Error kInvalidArgument that names the line, before
// anything has run.
[[nodiscard]] std::vector<BatchItem> read_batch(const std::string& path);

// Appends a line for each item that ended, and knows those that earlier runs wrote: a batch that
// was stopped goes on where it was. Any thread.
class BatchResults {
 public:
  // Throws Error when the file cannot be written, or holds something else.
  explicit BatchResults(std::string path);

  // Whether an earlier run finished it. Those that failed are tried again.
  [[nodiscard]] bool has(const std::string& id) const { return finished_.contains(id); }
  void add(const BatchItem& item, const std::string& session_id, const TurnResult& result);
  // An item that did not get as far as a turn.
  void add_failure(const BatchItem& item, const std::string& message);

 private:
  void write(const std::string& line);

  std::string path_;
  std::set<std::string> finished_;
  std::mutex mutex_;
  std::ofstream file_;
};

}  // namespace sandport
