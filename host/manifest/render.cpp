#include "host/manifest/render.hpp"

#include <algorithm>
#include <string_view>

#include <yaml-cpp/emitter.h>
#include <yaml-cpp/null.h>
#include <nlohmann/json.hpp>

#include "host/manifest/node.hpp"

namespace sandport::manifest {
namespace {

using Json = nlohmann::ordered_json;

// `$` would start a variable when the text is loaded again.
std::string escape_dollars(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '$' ? std::string("$$") : std::string(1, c);
  return result;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

bool reads_back_as_string(const std::string& text) {
  Node scalar;
  scalar.text = text;
  resolve_type(scalar);
  return scalar.kind == Node::Kind::kString && !text.empty() && text != "<<" && !has_control(text);
}

// Several whole lines, none of which a literal block would change.
bool fits_a_block(std::string_view text) {
  if (!text.ends_with('\n') || text.ends_with("\n\n") || text.starts_with(' ') ||
      text.starts_with('\n')) {
    return false;
  }
  std::string flat(text);
  std::ranges::replace(flat, '\n', ' ');
  return !has_control(flat);
}

void emit_scalar(YAML::Emitter& out, const std::string& text) {
  if (reads_back_as_string(text))
    out << text;
  else
    out << YAML::DoubleQuoted << text;
}

void emit_text(YAML::Emitter& out, const std::string& text) {
  if (fits_a_block(text))
    out << YAML::Literal << text.substr(0, text.size() - 1);
  else
    emit_scalar(out, text);
}

void emit(YAML::Emitter& out, const Json& value) {
  if (value.is_object()) {
    out << YAML::BeginMap;
    for (const auto& entry : value.items()) {
      out << YAML::Key;
      emit_scalar(out, entry.key());
      out << YAML::Value;
      emit(out, entry.value());
    }
    out << YAML::EndMap;
  } else if (value.is_array()) {
    out << YAML::BeginSeq;
    for (const Json& item : value) emit(out, item);
    out << YAML::EndSeq;
  } else if (value.is_string()) {
    emit_text(out, escape_dollars(value.get_ref<const std::string&>()));
  } else if (value.is_null()) {
    out << YAML::Null;
  } else {
    out << value.dump();  // as JSON writes booleans and numbers, so does YAML
  }
}

}  // namespace

std::string render_config(const Manifest& manifest) {
  YAML::Emitter out;
  emit(out, config_json(manifest));
  return std::string(out.c_str(), out.size()) + "\n";
}

}  // namespace sandport::manifest
