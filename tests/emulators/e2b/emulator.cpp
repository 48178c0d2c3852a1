#include "tests/emulators/e2b/emulator.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <iostream>

#include "tests/emulators/e2b/control/routes.hpp"
#include "tests/emulators/e2b/core/isolation.hpp"
#include "tests/emulators/e2b/core/service.hpp"

namespace sandport::e2b_emulator {
namespace asio = boost::asio;

// Members are destroyed in reverse: first nobody asks any more, then the sandboxes go, then what
// they were made with.
struct Emulator::State {
  explicit State(EmulatorOptions options)
      : local(options.plugins.empty() ? SANDPORT_E2B_EMULATOR_PLUGINS : options.plugins),
        world(std::move(options), local),
        strand(local.engine().make_strand()) {
    world.executor = strand;
    world.guest_program = SANDPORT_E2B_EMULATOR_GUEST;
    world.isolation =
        choose_isolation(world.options.isolation, world.guest_program, local.directory());
    server.emplace([this](testing::Exchange& exchange) { return service.handle(exchange); },
                   asio::any_io_executor(strand));
  }

  ~State() {
    server.reset();
    try {
      on_strand(world.end());
    } catch (const std::exception& error) {
      std::cerr << "sandport-e2b-emulator: not all sandboxes ended: " << error.what() << std::endl;
    }
  }

  template <typename T>
  T on_strand(Task<T> work) {
    return asio::co_spawn(strand, std::move(work), asio::use_future).get();
  }

  // Where the id is looked up, so that nothing can change in between.
  Task<void> interfere(std::string id,
                       Task<void> (World::*what)(std::shared_ptr<EmulatedSandbox>)) {
    const auto sandbox = world.find(id);
    if (!sandbox || sandbox->state != VmState::kRunning) {
      throw Error(Code::kNotFound, "the emulator runs no sandbox " + id);
    }
    co_await (world.*what)(sandbox);
  }

  LocalHost local;
  World world;
  Service service{world};
  Strand strand;
  std::optional<testing::HttpServer> server;
};

Emulator::Emulator(EmulatorOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Emulator::~Emulator() = default;

std::uint16_t Emulator::port() const { return state_->server->port(); }
std::string Emulator::url() const { return "http://127.0.0.1:" + std::to_string(port()); }
const std::string& Emulator::api_key() const { return state_->world.options.api_key; }
Isolation Emulator::isolation() const { return state_->world.isolation; }

void Emulator::add_rule(Rule rule) {
  const std::lock_guard lock(state_->world.mutex);
  state_->world.rules.add(std::move(rule));
}

void Emulator::clear_rules() {
  const std::lock_guard lock(state_->world.mutex);
  state_->world.rules.clear();
}

std::vector<SeenRequest> Emulator::requests() const {
  const std::lock_guard lock(state_->world.mutex);
  return state_->world.requests;
}

void Emulator::clear_requests() {
  const std::lock_guard lock(state_->world.mutex);
  state_->world.requests.clear();
}

void Emulator::pause(const std::string& sandbox_id) {
  state_->on_strand(state_->interfere(sandbox_id, &World::pause_with_memory));
}

void Emulator::expire(const std::string& sandbox_id) {
  state_->on_strand(state_->interfere(sandbox_id, &World::expire));
}

void Emulator::kill(const std::string& sandbox_id) {
  state_->on_strand(state_->interfere(sandbox_id, &World::kill));
}

std::vector<std::string> Emulator::sandboxes() const {
  return state_->on_strand(state_->world.list_ids());
}

std::string SeenRequest::header(std::string_view name) const {
  testing::ServerRequest request;
  request.headers = headers;
  return request.header(name);
}

}  // namespace sandport::e2b_emulator
