// What we remember of builds: where their steps were written, and which content is built already.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "../model/template.hpp"
#include "build_log.hpp"

namespace e2b_template {

// Enough to explain a failure to somebody who attaches to the build later.
struct StepRecord {
  std::string type;
  std::string text;  // its arguments, shortened
  Place place;
};

struct BuildRecord {
  BuildIds ids;
  std::string name;
  Place base_place;
  Place start_place;
  std::vector<StepRecord> steps;
};

[[nodiscard]] BuildRecord make_record(const Template& made, BuildIds ids);

// Files of their own in the plugin's state directory. Losing one costs a build or an explanation,
// so that nothing here fails: what cannot be read is not there. Any thread; each call blocks for a
// small file.
class BuildRecords {
 public:
  // Empty: nothing is remembered.
  explicit BuildRecords(std::string directory) : directory_(std::move(directory)) {}

  void save(const BuildRecord& record) const;
  [[nodiscard]] std::optional<BuildRecord> find(const std::string& build_id) const;

  // Which build made this content ready; see content_digest.
  void save_built(const std::string& digest, const BuildIds& ids) const;
  [[nodiscard]] std::optional<BuildIds> find_built(const std::string& digest) const;

 private:
  std::string directory_;
};

// The same for the same name, requests and service.
[[nodiscard]] std::string content_digest(const Template& made, const std::string& api_url);

}  // namespace e2b_template
