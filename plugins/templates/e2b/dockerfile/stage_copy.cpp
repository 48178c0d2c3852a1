#include <array>
#include <charconv>

#include "../files/source_pattern.hpp"
#include "stage.hpp"

namespace e2b_template {
namespace {

constexpr std::array<std::string_view, 8> kArchives{".tar",    ".tar.gz",  ".tgz", ".tar.bz2",
                                                    ".tar.xz", ".tar.zst", ".txz", ".tbz2"};

bool is_archive(std::string_view path) {
  for (const std::string_view end : kArchives) {
    if (path.ends_with(end)) return true;
  }
  return false;
}

bool is_remote(std::string_view source) {
  return source.find("://") != std::string_view::npos || source.starts_with("git@");
}

}  // namespace

bool Stage::check_copy_flags(const Instruction& copy, CopyOptions& options) {
  for (const auto& [name, value] : copy.flags) {
    if (name == "chown") {
      auto owner = expanded(copy, value, Unknown::kRefuse);
      if (!owner) return false;
      options.user = std::move(*owner);
    } else if (name == "chmod") {
      std::uint32_t mode = 0;
      const auto* end = value.data() + value.size();
      const auto parsed = std::from_chars(value.data(), end, mode, 8);
      if (parsed.ec != std::errc() || parsed.ptr != end || value.size() > 4) {
        refuse(copy, "--chmod: expected octal digits such as 0755, not " + value);
        return false;
      }
      options.mode = mode;
    } else if (name == "exclude") {
      options.ignore.push_back(value);
    } else if (name == "link") {
      // Says how layers are stored; the files are the same.
    } else if (name == "from") {
      refuse(copy, "--from: a template has one stage; build the image with docker instead");
      return false;
    } else {
      refuse(copy, "--" + name + " has no counterpart in a template");
      return false;
    }
  }
  return true;
}

bool Stage::check_copy_sources(const Instruction& copy, Words& sources,
                               const std::string& destination) {
  if (sources.size() > 1 && !destination.ends_with('/')) {
    refuse(copy, "several sources need a destination that ends in /");
    return false;
  }
  for (std::string& source : sources) {
    if (is_remote(source)) {
      refuse(copy, "the service downloads nothing; RUN curl or git clone instead");
      return false;
    }
    if (copy.keyword == "ADD" && is_archive(source)) {
      refuse(copy, "the service does not unpack " + source + "; COPY it and RUN tar");
      return false;
    }
    // In a Dockerfile the context is the root.
    while (source.starts_with('/')) source.erase(0, 1);
    if (source.empty()) source = ".";
    if (const auto problem = source_problem(source)) {
      refuse(copy, *problem);
      return false;
    }
  }
  return true;
}

void Stage::lower_copy(const Instruction& copy) {
  CopyOptions options;
  if (!check_copy_flags(copy, options)) return;
  if (!copy.heredocs.empty()) {
    refuse(copy, "a heredoc cannot be copied; put the file into the context");
    return;
  }
  Words words;
  if (auto exec = copy.exec_form()) {
    words = std::move(*exec);
  } else {
    for (const std::string& word : split_words(copy.text, escape_)) {
      auto path = expanded(copy, word, Unknown::kRefuse);
      if (!path) return;
      words.push_back(std::move(*path));
    }
  }
  if (words.size() < 2) {
    refuse(copy, "expected a source and a destination");
    return;
  }
  const std::string destination = words.back();
  words.pop_back();
  if (check_copy_sources(copy, words, destination)) recipe_.copy(words, destination, options);
}

}  // namespace e2b_template
