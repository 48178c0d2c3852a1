// `sandport sandbox list|url|pause|dispose`: the sandboxes of a manifest's backend.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "host/assembly/prepare.hpp"
#include "host/assembly/sandbox_access.hpp"
#include "host/command/foreground.hpp"
#include "host/command/run_options.hpp"
#include "host/ui/table.hpp"

namespace sandport {
namespace {

using Json = nlohmann::ordered_json;

struct SandboxArguments {
  ManifestArguments manifest;
  OutputFormat format = OutputFormat::kText;
  std::string id;  // of url
  std::vector<std::string> ids;
  std::vector<std::string> labels;  // name=value
  std::uint16_t port = 0;
};

const char* state_text(SandboxState state) {
  switch (state) {
    case SandboxState::kRunning:
      return "running";
    case SandboxState::kPaused:
      return "paused";
    case SandboxState::kEnded:
      return "ended";
  }
  return "";
}

std::map<std::string, std::string> parse_labels(const std::vector<std::string>& labels) {
  std::map<std::string, std::string> parsed;
  for (const std::string& label : labels) {
    const std::size_t equals = label.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error(Code::kInvalidArgument, "--label takes name=value, not \"" + label + "\"");
    }
    parsed[label.substr(0, equals)] = label.substr(equals + 1);
  }
  return parsed;
}

Task<std::vector<SandboxInfo>> list_all(Backend& backend, SandboxFilter filter) {
  std::vector<SandboxInfo> all;
  do {
    SandboxPage page = co_await backend.list(filter);
    for (SandboxInfo& info : page.sandboxes) all.push_back(std::move(info));
    filter.page = page.next_page;
  } while (!filter.page.empty());
  co_return all;
}

// The backend of a manifest, and what is needed to await it.
struct BackendAccess {
  explicit BackendAccess(const SandboxArguments& arguments)
      : interrupts(runtime.engine()),
        prepared(
            prepare_manifest(arguments.manifest.path, arguments.manifest.sets, runtime.plugins())),
        backend(runtime.make_backend(prepared.backend, prepared.manifest.sandbox.plugin)),
        strand(runtime.engine().make_strand()) {}

  template <typename T>
  T wait(Task<T> work) {
    return run_in_foreground(strand, interrupts, std::move(work));
  }

  Runtime runtime{runtime_options()};
  Interrupts interrupts;
  PreparedManifest prepared;
  std::unique_ptr<Backend> backend;
  Strand strand;
};

ExitCode list(const SandboxArguments& arguments) {
  BackendAccess access(arguments);
  SandboxFilter filter;
  filter.labels = parse_labels(arguments.labels);
  const auto sandboxes = access.wait(list_all(*access.backend, std::move(filter)));
  if (arguments.format == OutputFormat::kJson) {
    Json array = Json::array();
    for (const SandboxInfo& info : sandboxes) {
      Json entry = Json::parse(info.json, nullptr, false);
      if (!entry.is_object()) entry = Json{{"id", info.id}};
      array.push_back(std::move(entry));
    }
    std::cout << array.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    return ExitCode::kDone;
  }
  std::vector<std::vector<std::string>> rows{{"SANDBOX", "STATE", "AGENT", "SESSION"}};
  const auto label = [](const SandboxInfo& info, const char* name) {
    const auto found = info.labels.find(name);
    return found == info.labels.end() ? std::string("-") : printable(found->second);
  };
  for (const SandboxInfo& info : sandboxes) {
    rows.push_back({printable(info.id), state_text(info.state), label(info, "sandport.agent"),
                    label(info, "sandport.session")});
  }
  print_table(std::cout, rows);
  return ExitCode::kDone;
}

ExitCode url(const SandboxArguments& arguments) {
  BackendAccess access(arguments);
  const SandboxSpec spec = sandbox_spec(access.runtime, access.prepared.manifest, "");
  const auto sandbox = access.wait(access.backend->connect(arguments.id, spec));
  const HostUrl host = access.wait(sandbox->host_url(arguments.port));
  if (arguments.format == OutputFormat::kJson) {
    std::cout << Json{{"url", host.url}, {"headers", host.headers}}.dump() << '\n';
    return ExitCode::kDone;
  }
  std::cout << host.url << '\n';
  for (const auto& [name, value] : host.headers) {
    std::cerr << "needs the header " << name << "; --output json prints its value\n";
  }
  return ExitCode::kDone;
}

ExitCode pause(const SandboxArguments& arguments) {
  BackendAccess access(arguments);
  const SandboxSpec spec = sandbox_spec(access.runtime, access.prepared.manifest, "");
  for (const std::string& id : arguments.ids) {
    const auto sandbox = access.wait(access.backend->connect(id, spec));
    PauseExtension* extension = sandbox->pause_extension();
    if (extension == nullptr) {
      throw Error(Code::kUnimplemented,
                  "the backend " + access.backend->name() + " cannot pause sandboxes");
    }
    access.wait(extension->pause());
    std::cerr << "paused " << id << '\n';
  }
  return ExitCode::kDone;
}

ExitCode dispose(const SandboxArguments& arguments) {
  BackendAccess access(arguments);
  std::vector<std::string> ids = arguments.ids;
  if (!arguments.labels.empty()) {
    SandboxFilter filter;
    filter.labels = parse_labels(arguments.labels);
    for (const SandboxInfo& info : access.wait(list_all(*access.backend, std::move(filter)))) {
      ids.push_back(info.id);
    }
  } else if (ids.empty()) {
    throw Error(Code::kInvalidArgument, "which ones? give ids, or --label name=value");
  }
  for (const std::string& id : ids) {
    access.wait(access.backend->dispose(id));
    std::cerr << "disposed of " << id << '\n';
  }
  return ExitCode::kDone;
}

}  // namespace

void add_sandbox(CLI::App& root, ChosenCommand& chosen) {
  CLI::App* sandbox = root.add_subcommand("sandbox", "List and end the sandboxes of a backend");
  sandbox->require_subcommand(1);
  sandbox->footer(
      "Examples:\n"
      "  sandport sandbox list manifests/e2b.yaml\n"
      "  sandport sandbox url manifests/e2b.yaml i1234 8080\n"
      "  sandport sandbox dispose manifests/e2b.yaml --label sandport.session=01jd");
  auto arguments = std::make_shared<SandboxArguments>();
  const auto add = [&](const char* name, const char* summary,
                       ExitCode (*action)(const SandboxArguments&)) {
    CLI::App* command = sandbox->add_subcommand(name, summary);
    add_manifest_arguments(*command, arguments->manifest);
    command->callback(
        [&chosen, arguments, action] { chosen.action = [=] { return action(*arguments); }; });
    return command;
  };
  const auto add_labels = [&](CLI::App* command, const char* what) {
    add_repeatable_option(*command, "--label", arguments->labels, "NAME=VALUE", what);
  };

  CLI::App* command = add("list", "List them, also those of other processes", list);
  add_labels(command, "Only those with this label");
  add_json_output_option(*command, arguments->format);

  command = add("url", "How the world reaches a port of a sandbox", url);
  command->add_option("SANDBOX", arguments->id, "Its id")->required();
  command->add_option("PORT", arguments->port, "A port in the sandbox")->required();
  add_json_output_option(*command, arguments->format);

  command = add("pause", "Put sandboxes to sleep", pause);
  command->add_option("SANDBOX", arguments->ids, "Their ids")->required();

  command = add("dispose", "End sandboxes for good", dispose);
  command->add_option("SANDBOX", arguments->ids, "Their ids");
  add_labels(command, "All with this label");
}

}  // namespace sandport
