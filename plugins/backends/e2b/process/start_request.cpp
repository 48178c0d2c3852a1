#include "process/start_request.hpp"

#include <nlohmann/json.hpp>

#include "json_access.hpp"

namespace sandport_e2b {

std::string StartRequest::json() const {
  nlohmann::json process{{"cmd", "/bin/sh"}, {"envs", envs}};
  nlohmann::json args{"-c", script, key};
  for (const std::string& argument : arguments) args.push_back(argument);
  process["args"] = std::move(args);
  if (!cwd.empty()) process["cwd"] = cwd;
  nlohmann::json body{{"process", std::move(process)}, {"stdin", stdin_open}};
  if (!tag.empty()) body["tag"] = tag;
  if (terminal) body["pty"] = {{"size", {{"cols", terminal->columns}, {"rows", terminal->rows}}}};
  return dump_strict(body, "the command");
}

}  // namespace sandport_e2b
