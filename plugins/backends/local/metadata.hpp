// What is kept on disk of a sandbox, so that it can be found again.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sandport_local {

enum class Owner { kSandbox, kUser };

struct Metadata {
  std::string id;
  std::string root;            // real path
  std::string work_dir;        // real path
  Owner owner = Owner::kUser;  // kSandbox: we made the root, and dispose removes it
  std::string created_at;      // RFC 3339
  std::map<std::string, std::string> labels;
};

// The directory of all sandboxes' own files. Blocking; throws PosixError.
class MetadataStore {
 public:
  explicit MetadataStore(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // "local-" and 16 hexadecimal digits.
  [[nodiscard]] static std::string new_id();

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  [[nodiscard]] std::filesystem::path directory_of(const std::string& id) const {
    return directory_ / id;
  }
  [[nodiscard]] std::filesystem::path processes_of(const std::string& id) const {
    return directory_ / id / "processes";
  }

  // Makes the sandbox's own directory, mode 0700.
  void make_directory(const std::string& id) const;
  void save(const Metadata& metadata) const;
  // nullopt when there is no such sandbox.
  [[nodiscard]] std::optional<Metadata> load(const std::string& id) const;
  // Oldest first.
  [[nodiscard]] std::vector<Metadata> all() const;

  // Kills its processes, removes what was made for it, and forgets it. Nothing when it is gone.
  void dispose(const std::string& id) const;

 private:
  std::filesystem::path directory_;
};

[[nodiscard]] std::string now_rfc3339();

}  // namespace sandport_local
