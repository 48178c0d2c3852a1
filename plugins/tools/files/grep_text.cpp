#include "grep_text.hpp"

#include <sandport/utf8.hpp>

#include <set>

#include "sensitive.hpp"

namespace files {
namespace {

using sandport::Match;

// Paths below the working directory are shown relative to it.
std::string short_path(std::string_view path, std::string_view work_dir) {
  if (path.starts_with(work_dir) && path.size() > work_dir.size() + 1 &&
      path[work_dir.size()] == '/') {
    path.remove_prefix(work_dir.size() + 1);
  }
  return sandport::printable(path);
}

std::string line_text(const Match& match, const GrepArguments& arguments, const GrepStyle& style) {
  std::string_view line = match.line;
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const std::size_t keep = sandport::utf8_prefix(line, style.line_length);
  std::string text = sandport::printable(line.substr(0, keep));
  if (keep < line.size()) text += " … [line of " + std::to_string(line.size()) + " bytes cut]";
  const char mark = match.context ? '-' : ':';
  return (arguments.line_numbers ? std::to_string(match.number) + mark : std::string()) + text;
}

// One match line as grep prints it: path, number, text.
class Page {
 public:
  Page(const GrepArguments& arguments, std::string_view work_dir, const GrepStyle& style)
      : arguments_(arguments), work_dir_(work_dir), style_(style) {}

  // The number of results before this one says whether it is on the page.
  void add(const Match& match, std::uint64_t index) {
    if (index < arguments_.offset) return;
    if (text_.size() > style_.bytes ||
        (arguments_.limit > 0 && index >= arguments_.offset + arguments_.limit)) {
      if (!match.context) more_ = true;
      return;
    }
    if (!match.context) ++shown_;
    append(match);
  }

  [[nodiscard]] std::string finish(std::size_t hidden) {
    if (shown_ == 0) text_ = "No matches.\n";
    if (more_) {
      text_ += "[there are more; go on with offset " + std::to_string(arguments_.offset + shown_) +
               "]\n";
    }
    if (hidden > 0) {
      text_ += "[" + std::to_string(hidden) + " files that hold secrets were left out]\n";
    }
    return text_;
  }

 private:
  void append(const Match& match) {
    const std::string path = short_path(match.path, work_dir_);
    if (arguments_.mode == GrepMode::kFiles) {
      text_ += path + "\n";
      return;
    }
    if (arguments_.mode == GrepMode::kCounts) {
      text_ += path + ":" + std::to_string(match.number) + "\n";
      return;
    }
    const bool context = arguments_.request.before > 0 || arguments_.request.after > 0;
    if (path != last_path_) {
      if (!last_path_.empty()) text_ += "\n";
      text_ += path + "\n";
    } else if (context && match.number > last_number_ + 1) {
      text_ += "--\n";
    }
    text_ += line_text(match, arguments_, style_) + "\n";
    last_path_ = path;
    last_number_ = match.number;
  }

  const GrepArguments& arguments_;
  std::string_view work_dir_;
  const GrepStyle& style_;
  std::string text_;
  std::string last_path_;
  std::uint64_t last_number_ = 0;
  std::uint64_t shown_ = 0;
  bool more_ = false;
};

}  // namespace

std::string grep_text(const std::vector<Match>& matches, const GrepArguments& arguments,
                      std::string_view work_dir, const GrepStyle& style) {
  Page page(arguments, work_dir, style);
  std::set<std::string> hidden;
  std::uint64_t results = 0;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const Match& match = matches[i];
    if (style.sensitive == Guard::kOn && is_sensitive(match.path)) {
      hidden.insert(match.path);
      continue;
    }
    if (!match.context) {
      page.add(match, results);
      ++results;
      continue;
    }
    // A context line belongs to the match before it, or, ahead of one, to the match after it.
    bool after = false;
    for (std::size_t back = i; back > 0 && matches[back - 1].path == match.path; --back) {
      if (matches[back - 1].number + (i - back) + 1 != match.number) break;
      if (!matches[back - 1].context) {
        after = match.number - matches[back - 1].number <= arguments.request.after;
        break;
      }
    }
    page.add(match, after && results > 0 ? results - 1 : results);
  }
  return page.finish(hidden.size());
}

}  // namespace files
