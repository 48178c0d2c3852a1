#include "plan_report.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "dockerfile/print.hpp"
#include "model/request_body.hpp"
#include "yaml/print.hpp"

namespace e2b_template {
namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson uploads(const Prepared& prepared, const Cached& cached) {
  OrderedJson list = OrderedJson::array();
  for (std::size_t i = 0; i < prepared.files.size(); ++i) {
    const StepFiles& files = prepared.files[i];
    const Step& step = prepared.made.steps[files.step];
    OrderedJson upload{{"step", files.step + 1},          {"source", step.args[0]},
                       {"destination", step.args[1]},     {"hash", step.copy->files_hash},
                       {"entries", files.entries.size()}, {"bytes", files.bytes}};
    if (cached[i]) upload["cached"] = *cached[i];
    list.push_back(std::move(upload));
  }
  return list;
}

// Each file once, whatever the number of steps that take it.
std::map<std::string, std::uint64_t> distinct_files(const Prepared& prepared) {
  std::map<std::string, std::uint64_t> files;
  for (const StepFiles& step : prepared.files) {
    for (const Entry& entry : step.entries) {
      if (!entry.is_folder()) files[entry.path] = entry.is_file() ? entry.size : 0;
    }
  }
  return files;
}

OrderedJson diagnostics(const Diagnostics& found) {
  OrderedJson list = OrderedJson::array();
  for (const Diagnostic& diagnostic : found.all()) {
    list.push_back({{"file", diagnostic.place.file},
                    {"line", diagnostic.place.line},
                    {"column", diagnostic.place.column},
                    {"severity", diagnostic.severity == Severity::kError ? "error" : "warning"},
                    {"message", diagnostic.message}});
  }
  return list;
}

}  // namespace

std::string plan_report(const Prepared& prepared, const Cached& cached) {
  OrderedJson report{{"name", prepared.made.name},
                     {"request",
                      {{"create", create_body(prepared.made)},
                       {"start", start_body(prepared.made, Credentials::kMasked)}}},
                     {"context", prepared.made.context},
                     {"uploads", uploads(prepared, cached)}};
  std::uint64_t bytes = 0;
  OrderedJson files = OrderedJson::array();
  for (const auto& [path, size] : distinct_files(prepared)) {
    bytes += size;
    files.push_back({{"path", path}, {"size", size}});
  }
  report["files"] = std::move(files);
  report["bytes"] = bytes;
  report["dockerfile"] = print_dockerfile(prepared.made);
  report["template_file"] = print_template_file(prepared.made);
  report["diagnostics"] = diagnostics(prepared.diagnostics);
  return report.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace e2b_template
