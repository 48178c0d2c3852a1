// Makes matches of a grep command's output, whichever tool wrote it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sandbox/grep_command.hpp"
#include "core/sandbox/search.hpp"

namespace sandport {

// Which files a grep looks at, as its `glob` says: a pattern without a slash is for names, with one
// for paths below the root; `{a,b}` gives a choice, a leading `!` the opposite.
class GrepFilter {
 public:
  GrepFilter(const std::string& glob, std::string root);

  [[nodiscard]] bool accepts(std::string_view path) const;
  // Those patterns that a tool may apply by itself.
  [[nodiscard]] std::vector<std::string> name_patterns() const;

 private:
  std::string root_;
  std::vector<std::string> patterns_;
  bool negated_ = false;
  bool by_name_ = true;
};

enum class GrepProgress { kMore, kEnough };

// Takes output in any pieces.
class GrepReader {
 public:
  GrepReader(const GrepRequest& request, const GrepFilter& filter);

  // kEnough when the limit is reached; what comes after that is not needed.
  [[nodiscard]] GrepProgress feed(std::string_view bytes);
  // The tool that runs; nullopt before its name came.
  [[nodiscard]] std::optional<GrepTool> tool() const { return tool_; }
  // Sorted by path, lines in order.
  [[nodiscard]] std::vector<GrepMatch> take();

 private:
  using Kind = GrepMatch::Kind;
  // Each takes one whole record off the front of the text, or nothing when it is not whole yet.
  [[nodiscard]] std::size_t take_record(std::string_view text);
  [[nodiscard]] std::size_t take_json(std::string_view text);
  [[nodiscard]] std::size_t take_gnu(std::string_view text);
  [[nodiscard]] std::size_t take_plain(std::string_view text);
  void take_numbered(const std::string& path, std::string_view line);
  void add(const std::string& path, std::uint64_t number, std::string_view line, Kind kind);
  void finish_file(bool binary);

  const GrepRequest& request_;
  const GrepFilter& filter_;
  std::optional<GrepTool> tool_;
  std::string pending_;
  std::vector<GrepMatch> file_;   // of the file that is being read: it may turn out binary
  std::uint64_t file_count_ = 0;  // matches in it
  std::vector<GrepMatch> matches_;
  std::uint64_t count_ = 0;
  GrepProgress progress_ = GrepProgress::kMore;
};

}  // namespace sandport
