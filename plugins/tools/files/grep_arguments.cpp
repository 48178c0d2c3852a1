#include "grep_arguments.hpp"

#include <nlohmann/json.hpp>

#include "tool_failure.hpp"

namespace files {
namespace {

using nlohmann::json;

GrepMode read_mode(const json& arguments) {
  const auto mode = arguments.value("output_mode", std::string("content"));
  if (mode == "files_with_matches") return GrepMode::kFiles;
  if (mode == "count_matches") return GrepMode::kCounts;
  return GrepMode::kContent;
}

// A path may be a glob: then its fixed front is where to search.
void split_glob(std::string& root, std::string& glob) {
  const std::size_t wild = root.find_first_of("*?[");
  if (wild == std::string::npos || !glob.empty()) return;
  const std::size_t slash = root.rfind('/', wild);
  glob = root.substr(slash + 1);
  root.erase(slash == 0 ? 1 : slash);
}

}  // namespace

GrepArguments read_grep_arguments(const sandport::Call& call, const json& arguments,
                                  const Options& options) {
  GrepArguments result;
  result.mode = read_mode(arguments);
  auto& request = result.request;
  request.pattern = arguments.at("pattern").get<std::string>();
  if (request.pattern.empty()) throw Refusal("pattern is empty; give a regular expression");
  request.root = call.resolve(arguments.value("path", std::string()));
  request.glob = arguments.value("glob", std::string());
  split_glob(request.root, request.glob);
  request.fixed = !arguments.value("regex", true);
  request.ignore_case = arguments.value("-i", !arguments.value("case_sensitive", true));
  request.multiline = arguments.value("multiline", false);
  const auto both = arguments.value("-C", std::uint32_t{0});
  if (result.mode == GrepMode::kContent) {
    request.before = arguments.value("-B", both);
    request.after = arguments.value("-A", both);
  }
  request.files_only = result.mode == GrepMode::kFiles;
  request.counts_only = result.mode == GrepMode::kCounts;
  result.line_numbers = arguments.value("-n", true);
  result.offset = arguments.value("offset", std::uint64_t{0});
  result.limit = arguments.value("head_limit", arguments.value("max_results", options.grep_limit));
  // One more tells whether there are more.
  if (result.limit > 0) request.limit = result.offset + result.limit + 1;
  return result;
}

}  // namespace files
