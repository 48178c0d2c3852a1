// What the manifest tests share: a fresh directory, a made-up environment, short ways to load.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/manifest/load.hpp"

namespace sandport::manifest {

class ManifestTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "sandport-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }

  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path write(const std::string& name, std::string_view text) const {
    auto path = directory_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  [[nodiscard]] LoadOptions options() const {
    LoadOptions result;
    result.sets = sets_;
    result.environment = [variables =
                              variables_](std::string_view name) -> std::optional<std::string> {
      const auto found = variables.find(std::string(name));
      if (found == variables.end()) return std::nullopt;
      return found->second;
    };
    return result;
  }

  [[nodiscard]] ManifestResult load(const std::string& text) const {
    return load_manifest_text(text, "m.yaml", options());
  }

  // Loads a manifest that has what is required, and `more`.
  [[nodiscard]] ManifestResult load_with(const std::string& more) const {
    return load("version: 1\nmodel: {uses: scripted}\nsandbox: {uses: local}\n" + more);
  }

  // The messages without excerpts, one a line.
  [[nodiscard]] static std::string problems(const ManifestResult& result) {
    std::string all;
    for (Diagnostic diagnostic : result.diagnostics) {
      diagnostic.excerpt.clear();
      all += to_string(diagnostic);
    }
    return all;
  }

  std::filesystem::path directory_;
  std::map<std::string, std::string> variables_;
  std::vector<std::string> sets_;
};

}  // namespace sandport::manifest
