#include "tests/emulators/e2b/envd/multipart.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"

namespace sandport::e2b_emulator {
namespace {

bool starts_with_letters(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    const char letter =
        text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
    if (letter != prefix[i]) return false;
  }
  return true;
}

// `name="value"`, with a backslash before a quote, or `name=value`.
std::string header_parameter(std::string_view header, std::string_view name) {
  std::size_t at = 0;
  while ((at = header.find(name, at)) != std::string_view::npos) {
    const std::size_t equals = at + name.size();
    const bool whole_name = at > 0 && (header[at - 1] == ' ' || header[at - 1] == ';');
    if (!whole_name || equals >= header.size() || header[equals] != '=') {
      ++at;
      continue;
    }
    std::string_view value = header.substr(equals + 1);
    if (!value.starts_with('"')) return std::string(value.substr(0, value.find(';')));
    std::string text;
    for (std::size_t i = 1; i < value.size() && value[i] != '"'; ++i) {
      if (value[i] == '\\' && i + 1 < value.size()) ++i;
      text += value[i];
    }
    return text;
  }
  return {};
}

// What browsers write instead of characters that a quoted name cannot hold.
std::string unescape_name(std::string text) {
  for (const auto& [escaped, plain] :
       {std::pair<std::string_view, char>{"%22", '"'}, {"%0D", '\r'}, {"%0A", '\n'}}) {
    for (std::size_t at = 0; (at = text.find(escaped, at)) != std::string::npos; ++at) {
      text.replace(at, escaped.size(), 1, plain);
    }
  }
  return text;
}

PartHead parse_part_head(std::string_view text) {
  PartHead head;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find("\r\n"));
    text.remove_prefix(std::min(text.size(), line.size() + 2));
    if (!starts_with_letters(line, "content-disposition:")) continue;
    head.name = unescape_name(header_parameter(line, "name"));
    head.filename = unescape_name(header_parameter(line, "filename"));
  }
  return head;
}

}  // namespace

MultipartReader::MultipartReader(std::string_view boundary)
    : delimiter_("\r\n--" + std::string(boundary)) {}

std::optional<std::string> MultipartReader::boundary_of(std::string_view content_type) {
  std::string boundary = header_parameter(content_type, "boundary");
  if (boundary.empty()) return std::nullopt;
  return boundary;
}

std::string MultipartReader::take_body() { return std::exchange(body_, {}); }

MultipartReader::Found MultipartReader::next() {
  for (;;) {
    if (where_ == Where::kDone) return Found::kEnd;
    if (where_ == Where::kBody) return next_of_body();
    if (where_ == Where::kHead) {
      const std::size_t end = pending_.find("\r\n\r\n");
      if (end == std::string::npos) return Found::kNeedMore;
      head_ = parse_part_head(std::string_view(pending_).substr(0, end));
      pending_.erase(0, end + 4);
      where_ = Where::kBody;
      return Found::kHead;
    }
    const bool advanced = where_ == Where::kPreamble ? skip_preamble() : skip_delimiter_tail();
    if (!advanced) return Found::kNeedMore;
  }
}

bool MultipartReader::skip_preamble() {
  const std::size_t at = pending_.find(delimiter_);
  if (at == std::string::npos) {
    pending_.erase(0, pending_.size() - std::min(pending_.size(), delimiter_.size() - 1));
    return false;
  }
  pending_.erase(0, at + delimiter_.size());
  where_ = Where::kAfterPart;
  return true;
}

// `--` ends it all, a line's end begins the next part.
bool MultipartReader::skip_delimiter_tail() {
  if (pending_.size() < 2) return false;
  if (pending_.starts_with("--")) {
    where_ = Where::kDone;
    return true;
  }
  const std::size_t line = pending_.find("\r\n");
  if (line == std::string::npos) return false;
  if (pending_.find_first_not_of(" \t") < line) {
    throw Error(Code::kInvalidArgument, "multipart: what follows a boundary is no line's end");
  }
  pending_.erase(0, line + 2);
  where_ = Where::kHead;
  return true;
}

MultipartReader::Found MultipartReader::next_of_body() {
  const std::size_t at = pending_.find(delimiter_);
  if (at == 0) {
    pending_.erase(0, delimiter_.size());
    where_ = Where::kAfterPart;
    return Found::kPartEnd;
  }
  // What may be the beginning of a delimiter waits for the rest.
  const std::size_t sure = at != std::string::npos
                               ? at
                               : pending_.size() - std::min(pending_.size(), delimiter_.size() - 1);
  if (sure == 0) return Found::kNeedMore;
  body_ = pending_.substr(0, sure);
  pending_.erase(0, sure);
  return Found::kBody;
}

}  // namespace sandport::e2b_emulator
