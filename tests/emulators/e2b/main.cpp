// The emulator as a program: for the official clients, and by hand.
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fstream>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "tests/emulators/e2b/emulator.hpp"

namespace {

namespace asio = boost::asio;
namespace e2b = sandport::e2b_emulator;
using sandport::Error;

struct Arguments {
  e2b::EmulatorOptions options;
  std::vector<std::string> rules;
  int lifetime_seconds = 3600;
  bool until_stdin_closes = false;
};

// A rule or an array of them, as text or in a file.
void add_rules(e2b::Emulator& emulator, const std::string& given) {
  nlohmann::json json;
  if (given.starts_with('{') || given.starts_with('[')) {
    json = nlohmann::json::parse(given, nullptr, false);
  } else {
    std::ifstream file(given);
    json = nlohmann::json::parse(file, nullptr, false);
  }
  if (!json.is_array()) json = nlohmann::json::array({json});
  for (const nlohmann::json& rule : json) emulator.add_rule(e2b::rule_from_json(rule));
}

void wait_for_end(const Arguments& arguments) {
  asio::io_context context;
  asio::signal_set signals(context, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code&, int) { context.stop(); });
  asio::steady_timer lifetime(context, std::chrono::seconds(arguments.lifetime_seconds));
  lifetime.async_wait([&](const boost::system::error_code&) { context.stop(); });
  asio::posix::stream_descriptor input(context);
  std::string ignored(4096, '\0');
  std::function<void(const boost::system::error_code&, std::size_t)> on_input =
      [&](const boost::system::error_code& error, std::size_t) {
        if (error) {
          context.stop();
        } else {
          input.async_read_some(asio::buffer(ignored), on_input);
        }
      };
  if (arguments.until_stdin_closes) {
    input.assign(::dup(STDIN_FILENO));
    input.async_read_some(asio::buffer(ignored), on_input);
  }
  context.run();
}

int run(const Arguments& arguments) {
  e2b::Emulator emulator(arguments.options);
  for (const std::string& rule : arguments.rules) add_rules(emulator, rule);
  nlohmann::json ready;
  ready["E2B_API_URL"] = emulator.url();
  ready["E2B_SANDBOX_URL"] = emulator.url();
  ready["E2B_API_KEY"] = emulator.api_key();
  ready["isolation"] = emulator.isolation() == e2b::Isolation::kNamespace ? "namespace" : "none";
  std::cout << ready.dump() << std::endl;
  wait_for_end(arguments);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  e2b::EmulatorOptions& options = arguments.options;
  CLI::App app(
      "An E2B cloud on 127.0.0.1, over sandboxes of this machine. It prints its addresses "
      "as one line of JSON and runs until SIGTERM or SIGINT.");
  app.add_option("--api-key", options.api_key, "the key that clients must send");
  app.add_option("--envd-version", options.envd_version, "the version that sandboxes claim");
  app.add_option("--template", options.templates, "a template that exists; may be repeated");
  app.add_option("--most-sandboxes", options.most_sandboxes, "running at once; one more is 429");
  app.add_option("--plugins", options.plugins, "the folder of the local backend's plugin");
  app.add_option("--rules", arguments.rules, "faults: JSON, or a file with it; may be repeated");
  app.add_option("--lifetime", arguments.lifetime_seconds, "seconds until it ends by itself")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_flag("--until-stdin-closes", arguments.until_stdin_closes,
               "end as well when standard input does");
  const std::map<std::string, e2b::RouteGeneration> generations{
      {"both", e2b::RouteGeneration::kBoth},
      {"first", e2b::RouteGeneration::kFirst},
      {"second", e2b::RouteGeneration::kSecond}};
  app.add_option("--routes", options.routes, "which create and connect are answered")
      ->transform(CLI::CheckedTransformer(generations));
  const std::map<std::string, e2b::Isolation> isolations{{"best", e2b::Isolation::kBest},
                                                         {"namespace", e2b::Isolation::kNamespace},
                                                         {"none", e2b::Isolation::kNone}};
  app.add_option("--isolation", options.isolation, "whether commands see the sandbox as /")
      ->transform(CLI::CheckedTransformer(isolations));
  CLI11_PARSE(app, argc, argv);
  try {
    return run(arguments);
  } catch (const Error& error) {
    std::cerr << "sandport-e2b-emulator: " << error.what() << std::endl;
    return 1;
  }
}
