// Turns yaml-cpp's parse events into our tree. Private to the parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "host/manifest/diagnostic.hpp"
#include "host/manifest/node.hpp"
#include "host/manifest/parse.hpp"
#include "host/manifest/sources.hpp"

namespace sandport::manifest {

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const Sources& sources, std::uint32_t source, Budget& budget,
              Diagnostics& diagnostics);

  // The root, once the document has ended.
  [[nodiscard]] std::optional<Node> take_root();
  // yaml-cpp counts lines and bytes from 0.
  [[nodiscard]] Location locate(const YAML::Mark& mark) const;

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

 private:
  enum class Expect : std::uint8_t { kItem, kKey, kValue };
  struct Open {
    Node node;
    YAML::anchor_t anchor;
    Expect expect;
    std::size_t nodes_before;
    std::size_t bytes_before;
    bool duplicate = false;  // the key just read was already there
  };
  struct Anchored {
    Node node;
    std::size_t nodes;
    std::size_t bytes;
  };

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& unknown_tag,
            YAML::anchor_t anchor);
  void close();
  void add(Node node);
  void add_key(const Node& key);
  void take(const Location& where, std::size_t nodes, std::size_t bytes);
  void remember(YAML::anchor_t anchor, const Node& node, std::size_t nodes, std::size_t bytes);

  const Sources& sources_;
  std::uint32_t source_;
  Budget& budget_;
  Diagnostics& diagnostics_;
  bool started_ = false;
  std::size_t nodes_used_ = 0;
  std::size_t bytes_used_ = 0;
  std::size_t key_offset_ = 0;  // of the last key read, in bytes
  std::optional<Node> root_;
  std::vector<Open> stack_;
  std::unordered_map<YAML::anchor_t, Anchored> anchors_;
};

}  // namespace sandport::manifest
