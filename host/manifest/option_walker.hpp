// Walks a plugin's options beside its schema: defaults, common mistakes in plain words, places.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "host/manifest/diagnostic.hpp"
#include "host/manifest/manifest.hpp"
#include "host/manifest/node.hpp"
#include "host/manifest/sources.hpp"

namespace sandport::manifest {

// All arguments must outlive the walker.
class OptionWalker {
 public:
  struct Place {
    Location location;
    std::string path;
  };

  OptionWalker(const nlohmann::json& schema, const PluginUse& use, const Sources& sources,
               Diagnostics& diagnostics);

  // Checks `options`, gives values that came from variables the type the schema asks for, resolves
  // host paths, and fills in defaults.
  void walk(nlohmann::json& options);

  // Whether what is at this JSON pointer needs no second opinion: a problem in it or around it was
  // reported, or it is (part of) a secret, whose value nobody knows yet.
  [[nodiscard]] bool is_settled(const std::string& pointer) const;
  // Where the value (or the nearest map around it) was written.
  [[nodiscard]] Place place_of(const std::string& pointer) const;
  // JSON pointers of what the schema marks as secret.
  [[nodiscard]] std::vector<std::string> hidden() const { return hidden_; }

 private:
  struct Spot {
    const Node* node;  // null for what a default put there
    Place place;
    std::string pointer;
  };

  void visit(nlohmann::json& value, const nlohmann::json& schema, const Spot& spot,
             std::size_t depth);
  void visit_map(nlohmann::json& map, const nlohmann::json& schema, const Spot& spot,
                 std::size_t depth);
  void visit_list(nlohmann::json& list, const nlohmann::json& schema, const Spot& spot,
                  std::size_t depth);
  void check_unknown_keys(const nlohmann::json& map, const nlohmann::json& schema,
                          const Spot& spot);
  void fill_defaults(nlohmann::json& map, const nlohmann::json& properties);
  void check_required(const nlohmann::json& map, const nlohmann::json& schema, const Spot& spot);
  // False when the type does not fit, which is then reported.
  bool check_type(nlohmann::json& value, const nlohmann::json& schema, const Spot& spot);
  void check_scalar(nlohmann::json& value, const nlohmann::json& schema, const Spot& spot);
  void check_format(nlohmann::json& value, const nlohmann::json& schema, const Spot& spot);
  void report(const Spot& spot, std::string message);
  [[nodiscard]] const nlohmann::json& resolve(const nlohmann::json& schema) const;
  [[nodiscard]] static Spot below(const Spot& spot, std::string_view key);
  [[nodiscard]] static Spot below(const Spot& spot, std::size_t index);

  const nlohmann::json& schema_;
  const PluginUse& use_;
  const Sources& sources_;
  Diagnostics& diagnostics_;
  std::map<std::string, Place> places_;
  std::set<std::string> reported_;
  std::set<std::string> secret_;
  std::vector<std::string> hidden_;
};

}  // namespace sandport::manifest
