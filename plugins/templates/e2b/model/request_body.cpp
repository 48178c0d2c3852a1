#include "request_body.hpp"

#include <nlohmann/json.hpp>

namespace e2b_template {
namespace {

using OrderedJson = nlohmann::ordered_json;

struct LoginBody {
  Credentials credentials;

  [[nodiscard]] std::string shown(const std::string& secret) const {
    return credentials == Credentials::kSent ? secret : "***";
  }
  OrderedJson operator()(std::monostate) const { return nullptr; }
  OrderedJson operator()(const RegistryLogin& login) const {
    return {
        {"type", "registry"}, {"username", login.username}, {"password", shown(login.password)}};
  }
  OrderedJson operator()(const AwsLogin& login) const {
    return {{"type", "aws"},
            {"awsAccessKeyId", login.access_key_id},
            {"awsSecretAccessKey", shown(login.secret_access_key)},
            {"awsRegion", login.region}};
  }
  OrderedJson operator()(const GcpLogin& login) const {
    return {{"type", "gcp"}, {"serviceAccountJson", shown(login.service_account_json)}};
  }
};

OrderedJson step_body(const Step& step) {
  OrderedJson body{{"type", step.type}, {"args", step.args}, {"force", step.force}};
  if (step.copy && !step.copy->files_hash.empty()) body["filesHash"] = step.copy->files_hash;
  return body;
}

}  // namespace

OrderedJson create_body(const Template& made) {
  OrderedJson body{{"name", made.name}};
  if (!made.tags.empty()) body["tags"] = made.tags;
  body["cpuCount"] = made.cpu_count;
  body["memoryMB"] = made.memory_mb;
  if (made.min_free_disk_mb) body["minFreeDiskMb"] = *made.min_free_disk_mb;
  return body;
}

OrderedJson start_body(const Template& made, Credentials credentials) {
  OrderedJson body = OrderedJson::object();
  if (made.from_template.empty()) {
    body["fromImage"] = made.image;
  } else {
    body["fromTemplate"] = made.from_template;
  }
  OrderedJson login = std::visit(LoginBody{credentials}, made.login);
  if (!login.is_null()) body["fromImageRegistry"] = std::move(login);
  body["force"] = made.force;
  body["steps"] = OrderedJson::array();
  for (const Step& step : made.steps) body["steps"].push_back(step_body(step));
  if (!made.start_command.empty()) body["startCmd"] = made.start_command;
  if (!made.ready_command.empty()) body["readyCmd"] = made.ready_command;
  return body;
}

}  // namespace e2b_template
