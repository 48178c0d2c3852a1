// Reads a template from text, for tests.
#pragma once

#include <nlohmann/json.hpp>
#include <sandport/error.hpp>
#include <string>

#include "plugins/templates/e2b/model/request_body.hpp"
#include "plugins/templates/e2b/source.hpp"

namespace template_test {

inline e2b_template::Source source(const std::string& text,
                                   e2b_template::Format format = e2b_template::Format::kYaml) {
  e2b_template::Source made;
  made.file = format == e2b_template::Format::kYaml ? "t.yaml" : "Dockerfile";
  made.text = text;
  made.format = format;
  if (format == e2b_template::Format::kDockerfile) made.name = "x";
  return made;
}

inline e2b_template::Template read(const e2b_template::Source& from) {
  e2b_template::Diagnostics diagnostics;
  return e2b_template::read_template(from, diagnostics);
}

// The start request of a template file.
inline nlohmann::json request(const std::string& text) {
  return e2b_template::start_body(read(source(text)), e2b_template::Credentials::kSent);
}
inline nlohmann::json dockerfile_request(const std::string& text) {
  return e2b_template::start_body(read(source(text, e2b_template::Format::kDockerfile)),
                                  e2b_template::Credentials::kSent);
}

// What is said about a template that must be refused.
inline std::string problems(const e2b_template::Source& from) {
  try {
    static_cast<void>(read(from));
  } catch (const sandport::Error& error) {
    return error.what();
  }
  return "accepted";
}
inline std::string problems(const std::string& text) { return problems(source(text)); }
inline std::string dockerfile_problems(const std::string& text) {
  return problems(source(text, e2b_template::Format::kDockerfile));
}

}  // namespace template_test
