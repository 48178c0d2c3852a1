// A folder of its own for a test, with files in it; gone afterwards.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace template_test {

class ScratchContext : public testing::Test {
 protected:
  ScratchContext() {
    std::string pattern = std::filesystem::temp_directory_path() / "sandport-template-test-XXXXXX";
    root_ = mkdtemp(pattern.data());
  }
  ~ScratchContext() override {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  // Modes are set, so that the test's umask does not matter.
  void write(const std::string& path, const std::string& content, mode_t mode = 0644) const {
    folder(std::filesystem::path(path).parent_path().string());
    std::ofstream(at(path), std::ios::binary) << content;
    chmod(at(path).c_str(), mode);
  }
  void folder(const std::string& path) const {
    std::filesystem::path made = root_;
    for (const auto& part : std::filesystem::path(path)) {
      made /= part;
      if (std::filesystem::create_directory(made)) chmod(made.c_str(), 0755);
    }
  }
  void link(const std::string& target, const std::string& path) const {
    std::filesystem::create_symlink(target, at(path));
  }
  [[nodiscard]] std::string at(const std::string& path) const { return root_ + '/' + path; }

  std::string root_;
};

}  // namespace template_test
