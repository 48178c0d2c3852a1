#include "script.hpp"

#include "fields.hpp"
#include "parse_turn.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace scripted {
namespace {

Repeat parse_repeat(const std::string& text) {
  if (text == "error") return Repeat::kError;
  if (text == "last") return Repeat::kLast;
  if (text == "loop") return Repeat::kLoop;
  throw std::invalid_argument("repeat: \"" + text + "\" is unknown; use error, last or loop");
}

}  // namespace

const Turn* Script::turn(std::uint64_t replies) const {
  if (turns.empty()) return nullptr;
  if (replies < turns.size()) return &turns[replies];
  switch (repeat) {
    case Repeat::kLast:
      return &turns.back();
    case Repeat::kLoop:
      return &turns[replies % turns.size()];
    case Repeat::kError:
      break;
  }
  return nullptr;
}

Script parse_script(const nlohmann::json& options) {
  Script script;
  const Fields fields(options, "options");
  const auto* turns = fields.find("turns");
  if (turns == nullptr || !turns->is_array() || turns->empty()) {
    throw std::invalid_argument("turns: give a list of at least one turn, or a file that has one");
  }
  for (std::size_t i = 0; i < turns->size(); ++i) {
    script.turns.push_back(parse_turn((*turns)[i], "turns[" + std::to_string(i) + "]"));
  }
  script.repeat = parse_repeat(fields.text("repeat").value_or("error"));
  script.model = fields.text("model").value_or(script.model);
  script.chunk_size = fields.number("chunk_size").value_or(0);
  script.chunk_delay = fields.duration("chunk_delay").value_or(script.chunk_delay);
  return script;
}

}  // namespace scripted
