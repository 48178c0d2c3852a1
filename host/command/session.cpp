// `sandport session list|show|fork|export|delete`.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/json_text.hpp"
#include "core/session/home.hpp"
#include "core/session/private_file.hpp"
#include "core/session/store.hpp"
#include "host/command/command.hpp"
#include "host/engine/block_on.hpp"
#include "host/engine/engine.hpp"
#include "host/ui/table.hpp"
#include "host/ui/terminal.hpp"

namespace sandport {
namespace {

// The store alone: these commands load no plugin and reach no network.
struct OpenStore {
  Engine engine{Engine::Options{.threads = 1}};
  SessionStore store{StoreOptions{.directory = home_directory()}};

  ~OpenStore() {
    store.close();
    engine.stop();
  }
};

nlohmann::ordered_json to_json(const SessionInfo& info) {
  nlohmann::ordered_json json{{"id", info.id},
                              {"state", state_name(info.state)},
                              {"title", info.title},
                              {"manifest", info.manifest_name},
                              {"created_ms", info.created_ms},
                              {"updated_ms", info.updated_ms},
                              {"events", info.last_seq},
                              {"outcome", info.outcome},
                              {"sandbox",
                               {{"backend", info.sandbox.backend},
                                {"id", info.sandbox.id},
                                {"work_dir", info.sandbox.work_dir}}}};
  if (!info.parent.empty()) {
    json["parent"] = info.parent;
    json["fork_seq"] = info.fork_seq;
  }
  return json;
}

ExitCode list(OutputFormat format, std::size_t limit) {
  OpenStore open;
  const auto sessions = open.store.list(ListPage{.limit = limit});
  if (format == OutputFormat::kJson) {
    nlohmann::ordered_json array = nlohmann::ordered_json::array();
    for (const SessionInfo& info : sessions) array.push_back(to_json(info));
    std::cout << json_text(array, JsonLayout::kIndented) << '\n';
    return ExitCode::kDone;
  }
  if (sessions.empty()) {
    std::cerr << "no sessions yet; `sandport run MANIFEST` makes one\n";
    return ExitCode::kDone;
  }
  std::vector<std::vector<std::string>> rows{{"SESSION", "STATE", "UPDATED", "AGENT", "TITLE"}};
  for (const SessionInfo& info : sessions) {
    rows.push_back({info.id, state_name(info.state), ago(info.updated_ms), info.manifest_name,
                    printable(info.title.substr(0, 60))});
  }
  print_table(std::cout, rows);
  return ExitCode::kDone;
}

ExitCode show_session(const std::string& prefix, OutputFormat format) {
  OpenStore open;
  const SessionInfo info = open.store.find(prefix);
  if (format == OutputFormat::kJson) {
    std::cout << json_text(to_json(info), JsonLayout::kIndented) << '\n';
    return ExitCode::kDone;
  }
  std::vector<std::vector<std::string>> rows{{"session", info.id},
                                             {"state", state_name(info.state)},
                                             {"agent", info.manifest_name},
                                             {"title", printable(info.title)},
                                             {"created", ago(info.created_ms)},
                                             {"updated", ago(info.updated_ms)},
                                             {"events", std::to_string(info.last_seq)}};
  if (!info.outcome.empty()) rows.push_back({"last turn", info.outcome});
  if (!info.parent.empty()) rows.push_back({"forked from", info.parent});
  if (!info.sandbox.backend.empty()) {
    rows.push_back({"sandbox", info.sandbox.backend + " " +
                                   (info.sandbox.id.empty() ? "(gone)" : info.sandbox.id)});
    rows.push_back({"work dir", printable(info.sandbox.work_dir)});
  }
  print_table(std::cout, rows);
  return ExitCode::kDone;
}

ExitCode fork(const std::string& prefix, std::uint64_t seq) {
  OpenStore open;
  const std::string id = open.store.find(prefix).id;
  std::cout << block_on(open.engine, open.store.fork(id, seq == 0 ? std::optional<std::uint64_t>{}
                                                                  : std::optional{seq}))
            << '\n';
  return ExitCode::kDone;
}

ExitCode export_to(const std::string& prefix, const std::string& path) {
  OpenStore open;
  const std::string id = open.store.find(prefix).id;
  if (path.empty() || path == "-") {
    export_session(open.store, id, std::cout);
    return ExitCode::kDone;
  }
  std::error_code none;
  if (std::filesystem::exists(path, none) && !std::filesystem::is_regular_file(path, none)) {
    // A pipe or a device, which cannot be replaced.
    std::ofstream file(path, std::ios::binary);
    if (!file) throw Error(Code::kFailedPrecondition, "cannot write " + path);
    export_session(open.store, id, file);
    return ExitCode::kDone;
  }
  PrivateReplacement file(path);
  export_session(open.store, id, file.stream());
  file.commit();
  return ExitCode::kDone;
}

ExitCode remove(const std::vector<std::string>& prefixes) {
  OpenStore open;
  for (const std::string& prefix : prefixes) {
    const SessionInfo info = open.store.find(prefix);
    block_on(open.engine, open.store.remove(info.id));
    std::cerr << "deleted " << info.id << '\n';
    if (!info.sandbox.id.empty()) {
      std::cerr << "its sandbox is left alone: " << info.sandbox.backend << ' ' << info.sandbox.id
                << '\n';
    }
  }
  return ExitCode::kDone;
}

}  // namespace

void add_session(CLI::App& root, ChosenCommand& chosen) {
  CLI::App* session = root.add_subcommand("session", "Show and handle stored sessions");
  session->require_subcommand(1);
  session->footer(
      "Examples:\n"
      "  sandport session list\n"
      "  sandport session export 01jd --file session.jsonl\n"
      "  sandport run agent.yaml --session $(sandport session fork 01jd)");
  auto id = std::make_shared<std::string>();
  auto ids = std::make_shared<std::vector<std::string>>();
  auto file = std::make_shared<std::string>();
  auto seq = std::make_shared<std::uint64_t>(0);
  auto limit = std::make_shared<std::size_t>(50);
  auto format = std::make_shared<OutputFormat>(OutputFormat::kText);

  CLI::App* command = session->add_subcommand("list", "List sessions, the newest first");
  command->add_option("--limit", *limit, "Most sessions to list (50)");
  add_json_output_option(*command, *format);
  command->callback(
      [&chosen, format, limit] { chosen.action = [=] { return list(*format, *limit); }; });

  command = session->add_subcommand("show", "Show one session");
  command->add_option("SESSION", *id, "Its id, or the beginning of it")->required();
  add_json_output_option(*command, *format);
  command->callback(
      [&chosen, id, format] { chosen.action = [=] { return show_session(*id, *format); }; });

  command = session->add_subcommand("fork", "Copy a session up to a safe point; prints the new id");
  command->add_option("SESSION", *id, "Its id, or the beginning of it")->required();
  command->add_option("--at", *seq, "The last event to copy; default: the last safe one");
  command->callback([&chosen, id, seq] { chosen.action = [=] { return fork(*id, *seq); }; });

  command = session->add_subcommand("export", "Write a session as lines of JSON");
  command->add_option("SESSION", *id, "Its id, or the beginning of it")->required();
  command->add_option("--file", *file, "Where to; default: standard output");
  command->callback([&chosen, id, file] { chosen.action = [=] { return export_to(*id, *file); }; });

  command = session->add_subcommand("delete", "Delete sessions; their sandboxes are left alone");
  command->add_option("SESSION", *ids, "Ids, or the beginnings of them")->required();
  command->callback([&chosen, ids] { chosen.action = [=] { return remove(*ids); }; });
}

}  // namespace sandport
