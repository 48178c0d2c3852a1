#include "core/sandbox/grep_reader.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/sandbox/path.hpp"
#include "core/sandbox/wildcard.hpp"

namespace sandport {
namespace {

std::string decode_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char character : text) {
    const auto digit = kDigits.find(character);
    if (digit == std::string_view::npos) break;  // padding
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFFu);
  }
  return bytes;
}

// ripgrep writes {"text": …} for UTF-8 and {"bytes": base64} for everything else.
std::string ripgrep_bytes(const nlohmann::json& value) {
  if (!value.is_object()) return {};
  if (const auto text = value.find("text"); text != value.end() && text->is_string()) {
    return text->get<std::string>();
  }
  const auto bytes = value.find("bytes");
  return bytes != value.end() && bytes->is_string() ? decode_base64(bytes->get<std::string>())
                                                    : std::string{};
}

}  // namespace

GrepFilter::GrepFilter(const std::string& glob, std::string root) : root_(std::move(root)) {
  std::string_view pattern = glob;
  negated_ = pattern.starts_with('!');
  if (negated_) pattern.remove_prefix(1);
  by_name_ = pattern.find('/') == std::string_view::npos;
  while (pattern.starts_with('/')) pattern.remove_prefix(1);
  if (!pattern.empty()) patterns_ = expand_braces(pattern);
}

bool GrepFilter::accepts(std::string_view path) const {
  if (patterns_.empty()) return true;
  const auto below = path_below(path, root_);
  const auto name = path_name(path);
  const bool found = std::any_of(patterns_.begin(), patterns_.end(), [&](const auto& pattern) {
    if (by_name_) return matches_wildcard(name, pattern, LetterCase::kSensitive);
    return PathPattern{pattern, LetterCase::kSensitive, DotFiles::kInclude}.matches(below);
  });
  return found != negated_;
}

std::vector<std::string> GrepFilter::name_patterns() const {
  // A backslash is an escape for the tools, and an ordinary character for us.
  const bool plain = by_name_ && !negated_ &&
                     std::none_of(patterns_.begin(), patterns_.end(), [](const auto& pattern) {
                       return pattern.find_first_of("\\[{") != std::string::npos;
                     });
  return plain ? patterns_ : std::vector<std::string>{};
}

GrepReader::GrepReader(const GrepRequest& request, const GrepFilter& filter)
    : request_(request), filter_(filter) {}

GrepProgress GrepReader::feed(std::string_view bytes) {
  pending_ += bytes;
  std::string_view rest = pending_;
  if (!tool_) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return progress_;
    tool_ = grep_tool(std::string{rest.substr(0, end)});
    rest.remove_prefix(end + 1);
  }
  while (progress_ == GrepProgress::kMore && !rest.empty()) {
    const auto taken = take_record(rest);
    if (taken == 0) break;
    rest.remove_prefix(taken);
  }
  pending_.erase(0, pending_.size() - rest.size());
  return progress_;
}

std::size_t GrepReader::take_record(std::string_view text) {
  switch (*tool_) {
    case GrepTool::kRipgrep:
      return take_json(text);
    case GrepTool::kGnuGrep:
      return take_gnu(text);
    case GrepTool::kPlainGrep:
      return take_plain(text);
    default:
      return text.size();
  }
}

std::size_t GrepReader::take_json(std::string_view text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return 0;
  const auto json = nlohmann::json::parse(text.substr(0, end), nullptr, false);
  if (!json.is_object() || !json.contains("data")) return end + 1;
  const auto& data = json["data"];
  const auto type = json.value("type", std::string{});
  if (type == "end") {
    const auto binary = data.find("binary_offset");
    finish_file(binary != data.end() && !binary->is_null());
  }
  if (type != "match" && type != "context") return end + 1;
  const auto kind = type == "match" ? Kind::kMatch : Kind::kContext;
  const auto path = ripgrep_bytes(data.value("path", nlohmann::json{}));
  const auto lines = ripgrep_bytes(data.value("lines", nlohmann::json{}));
  const auto line_number = data.find("line_number");
  std::uint64_t number = line_number != data.end() && line_number->is_number_unsigned()
                             ? line_number->get<std::uint64_t>()
                             : 0;
  std::string_view rest = lines;
  do {  // a match over several lines comes as one
    const auto line_end = std::min(rest.find('\n'), rest.size());
    add(path, number++, rest.substr(0, line_end), kind);
    rest.remove_prefix(std::min(line_end + 1, rest.size()));
  } while (!rest.empty());
  return end + 1;
}

std::size_t GrepReader::take_gnu(std::string_view text) {
  const auto name_end = text.find('\0');
  if (name_end == std::string_view::npos) return 0;
  const auto line_end = text.find('\n', name_end);
  if (line_end == std::string_view::npos) return 0;
  auto path = text.substr(0, name_end);
  // Between groups of lines. Paths are absolute, so this cannot be the start of one.
  if (path.starts_with("--\n")) path.remove_prefix(3);
  take_numbered(std::string{path}, text.substr(name_end + 1, line_end - name_end - 1));
  return line_end + 1;
}

std::size_t GrepReader::take_plain(std::string_view text) {
  const auto name_end = text.find('\0');
  if (name_end == std::string_view::npos) return 0;
  const auto body_end = text.find('\0', name_end + 1);
  if (body_end == std::string_view::npos) return 0;
  const std::string path{text.substr(0, name_end)};
  auto body = text.substr(name_end + 1, body_end - name_end - 1);
  while (!body.empty()) {
    const auto line_end = std::min(body.find('\n'), body.size());
    take_numbered(path, body.substr(0, line_end));
    body.remove_prefix(std::min(line_end + 1, body.size()));
  }
  finish_file(false);
  return body_end + 1;
}

void GrepReader::take_numbered(const std::string& path, std::string_view line) {
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (failure != std::errc{} || end == line.data() + line.size()) return;
  const auto kind = *end == ':' ? Kind::kMatch : Kind::kContext;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()) + 1);
  add(path, number, line, kind);
}

void GrepReader::add(const std::string& path, std::uint64_t number, std::string_view line,
                     Kind kind) {
  if (!filter_.accepts(path)) return;
  if (!file_.empty() && file_.back().path != path) finish_file(false);
  if (request_.output == GrepOutput::kLines) {
    file_.push_back({path, number, std::string{line}, kind});
  } else if (file_.empty()) {
    file_.push_back({path, request_.output == GrepOutput::kCounts ? 1u : 0u, {}, Kind::kMatch});
  } else if (request_.output == GrepOutput::kCounts) {
    ++file_.back().number;
  }
  // A file of millions of matches is cut here, not at its end.
  if (request_.output == GrepOutput::kLines && request_.limit != 0 && kind == Kind::kMatch) {
    ++file_count_;
    if (count_ + file_count_ > request_.limit) finish_file(false);
  }
}

void GrepReader::finish_file(bool binary) {
  for (auto& match : file_) {
    if (binary) break;
    if (match.kind == Kind::kMatch && request_.limit != 0 && count_ == request_.limit) {
      progress_ = GrepProgress::kEnough;
      break;
    }
    if (match.kind == Kind::kMatch) ++count_;
    matches_.push_back(std::move(match));
  }
  file_.clear();
  file_count_ = 0;
}

std::vector<GrepMatch> GrepReader::take() {
  if (progress_ == GrepProgress::kMore) finish_file(false);
  std::stable_sort(matches_.begin(), matches_.end(),
                   [](const auto& left, const auto& right) { return left.path < right.path; });
  return std::move(matches_);
}

}  // namespace sandport
