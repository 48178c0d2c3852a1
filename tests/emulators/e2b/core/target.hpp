// What a request line asks for: the path's segments and the query.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sandport::e2b_emulator {

struct RequestTarget {
  std::string path;                          // as it came, without the query
  std::vector<std::string> segments;         // percent-decoded, after splitting
  std::map<std::string, std::string> query;  // decoded; the last one of a name counts

  [[nodiscard]] std::optional<std::string> parameter(const std::string& name) const;
};

[[nodiscard]] RequestTarget parse_target(std::string_view target);
// `plus` in a query is a blank. What is no percent-encoding stays as it is.
enum class Plus { kPlus, kBlank };
[[nodiscard]] std::string percent_decode(std::string_view text, Plus plus = Plus::kPlus);
// `a=b&c=d`, decoded.
[[nodiscard]] std::map<std::string, std::string> parse_query(std::string_view text);

}  // namespace sandport::e2b_emulator
