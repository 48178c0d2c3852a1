// The texts a manifest was put together from: files, and `--set` arguments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace sandport::manifest {

class Sources {
 public:
  // `name` is what people see in front of line and column. Relative paths written in this source
  // are meant relative to `directory`. Returns the index for `Location::source`.
  std::uint32_t add(std::string name, std::filesystem::path directory);
  void set_text(std::uint32_t source, std::string text);

  [[nodiscard]] const std::string& name(std::uint32_t source) const;
  [[nodiscard]] const std::filesystem::path& directory(std::uint32_t source) const;
  [[nodiscard]] std::string_view text(std::uint32_t source) const;
  // The line without its line break; empty when there is no such line. Counts from 1.
  [[nodiscard]] std::string_view line(std::uint32_t source, std::uint32_t number) const;
  // The byte offset at which a line starts, or the size of the text when there is no such line.
  [[nodiscard]] std::size_t line_start(std::uint32_t source, std::uint32_t number) const;

 private:
  struct Source {
    std::string name;
    std::filesystem::path directory;
    std::string text;
    std::vector<std::size_t> line_starts;
  };
  std::vector<Source> sources_;
};

}  // namespace sandport::manifest
