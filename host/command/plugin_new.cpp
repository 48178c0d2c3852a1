// `sandport plugin new NAME`: a project that builds, to change into one's own.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "core/error.hpp"
#include "host/command/command.hpp"
#include "host/command/plugin_starters.hpp"

namespace sandport {
namespace {

namespace fs = std::filesystem;

struct NewArguments {
  std::string name;
  std::string kind = "toolset";
  std::string directory;
};

constexpr std::string_view kPlaceName = "my_plugin";

void check_name(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  const bool fits = !name.empty() && name.size() <= 64 && name[0] >= 'a' && name[0] <= 'z' &&
                    std::all_of(name.begin(), name.end(), allowed);
  if (fits) return;
  throw Error(Code::kInvalidArgument,
              "\"" + name +
                  "\" cannot be a plugin's name: small letters, digits, `-` and `_`, a "
                  "letter first, at most 64");
}

std::string with_name(std::string_view text, const std::string& name) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with(kPlaceName)) {
      result += name;
      at += kPlaceName.size();
    } else {
      result += text[at++];
    }
  }
  return result;
}

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) {
    throw Error(Code::kFailedPrecondition, path.string() + ": cannot be written");
  }
}

ExitCode make(const NewArguments& arguments) {
  check_name(arguments.name);
  const fs::path directory =
      arguments.directory.empty() ? fs::path(arguments.name) : fs::path(arguments.directory);
  std::error_code failure;
  fs::create_directories(directory, failure);
  if (failure) {
    throw Error(Code::kFailedPrecondition, directory.string() + ": " + failure.message());
  }
  if (!fs::is_empty(directory)) {
    throw Error(Code::kFailedPrecondition,
                directory.string() + " is not empty; name another with --directory");
  }
  // A toolset's lie on top: they are the template as the SDK ships it.
  const std::string folder = arguments.kind == "toolset" ? "" : arguments.kind + "/";
  for (const StarterFile& file : plugin_starters()) {
    const bool shared = file.path == "CMakeLists.txt";
    const bool ours = file.path.substr(0, file.path.find('/') + 1) == folder;
    if (!shared && !ours) continue;
    std::string text = with_name(file.text, arguments.name);
    if (shared && arguments.kind == "backend") {
      const std::string sources = "SOURCES " + arguments.name + ".cpp)";
      if (const std::size_t at = text.find(sources); at != std::string::npos) {
        text.insert(at + sources.size() - 1, " LINK sandport::testkit");
      }
    }
    const fs::path name = with_name(fs::path(file.path).filename().string(), arguments.name);
    write_file(directory / name, text);
    std::cout << (directory / name).string() << '\n';
  }
  const std::string place = directory.string();
  std::cerr << "next:\n  cmake -S " << place << " -B " << place << "/build && cmake --build "
            << place << "/build\n  sandport plugin check " << place << "/build/" << arguments.name
            << ".sandport.so\n";
  return ExitCode::kDone;
}

}  // namespace

void add_plugin_new(CLI::App& plugin, ChosenCommand& chosen) {
  CLI::App* command = plugin.add_subcommand("new", "Write a plugin project to start from");
  auto arguments = std::make_shared<NewArguments>();
  command->add_option("NAME", arguments->name, "The plugin's name, as `uses:` will have it")
      ->required();
  command->add_option("--kind", arguments->kind, "toolset, backend, model or template_builder")
      ->type_name("KIND")
      ->check(CLI::IsMember({"toolset", "backend", "model", "template_builder"}).description(""));
  command->add_option("--directory", arguments->directory, "Where to; default: NAME, in here");
  command->footer(
      "Examples:\n"
      "  sandport plugin new dice\n"
      "  sandport plugin new my-cloud --kind backend --directory ~/src/my-cloud\n"
      "\n"
      "It needs the SDK: CMake finds it where sandport is installed (CMAKE_PREFIX_PATH).");
  command->callback([&chosen, arguments] { chosen.action = [=] { return make(*arguments); }; });
}

}  // namespace sandport
