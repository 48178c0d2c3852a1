#include "prepared.hpp"

namespace e2b_template {

Prepared prepare_source(const std::string& json, const std::stop_token& stop) {
  Prepared prepared;
  prepared.source = parse_source(json);
  prepared.made = read_template(prepared.source, prepared.diagnostics);
  prepared.files = read_context(prepared.made, prepared.diagnostics, stop);
  return prepared;
}

}  // namespace e2b_template
