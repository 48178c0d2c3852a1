// `sandport batch MANIFEST --input prompts.jsonl --output results.jsonl`: many sessions at once.
#include <CLI/CLI.hpp>
#include <atomic>
#include <future>
#include <iostream>

#include "core/error.hpp"
#include "host/assembly/agent_session.hpp"
#include "host/command/batch_file.hpp"
#include "host/command/descriptor_limit.hpp"
#include "host/command/foreground.hpp"
#include "host/command/run_options.hpp"
#include "host/command/template_use.hpp"

namespace sandport {
namespace {

namespace asio = boost::asio;

struct BatchArguments {
  ManifestArguments manifest;
  std::string input;
  std::string output;
  std::size_t concurrency = 8;
};

// What the workers share.
struct Batch {
  Batch(Agent& shared_agent, std::vector<BatchItem> all, BatchResults& file)
      : agent(shared_agent), items(std::move(all)), results(file) {}

  void count(bool failed) {
    const std::size_t ended = ++done;
    if (failed) ++failures;
    if (!terminal.interactive()) return;
    const std::lock_guard lock(progress);
    std::cerr << '\r' << ended << '/' << items.size() << " done, " << failures << " failed"
              << std::flush;
  }

  Agent& agent;
  std::vector<BatchItem> items;
  BatchResults& results;
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> done{0};
  std::atomic<std::size_t> failures{0};
  std::shared_ptr<std::atomic<bool>> stopping = std::make_shared<std::atomic<bool>>(false);
  std::mutex progress;
  Terminal terminal = Terminal::standard_error();
};

Task<void> run_item(Batch& batch, const BatchItem& item, Strand strand) {
  std::unique_ptr<AgentSession> session;
  std::string problem;
  try {
    SessionOptions options;
    options.notice = [&item](const std::string& text) { tell(item.id + ": " + text); };
    session = co_await AgentSession::open(batch.agent, std::move(options), strand);
    const TurnResult result = co_await session->run_turn(item.prompt);
    batch.results.add(item, session->id(), result);
    batch.count(result.end != TurnEnd::kFinished);
  } catch (const std::exception& error) {
    problem = error.what();
  }
  if (!problem.empty()) {
    batch.results.add_failure(item, problem);
    batch.count(true);
  }
  if (session == nullptr) co_return;
  // A cancelled coroutine would be refused here, and the sandbox would stay.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  const std::string sandbox = session->sandbox().id();
  try {
    co_await session->finish();
  } catch (const Error& error) {
    tell(item.id + ": the sandbox " + sandbox + " was left as it is: " + error.what());
  }
}

Task<void> work(Batch& batch, Strand strand) {
  while (!*batch.stopping) {
    const std::size_t index = batch.next++;
    if (index >= batch.items.size()) break;
    co_await run_item(batch, batch.items[index], strand);
  }
}

// Its signal and flag are touched on its strand only.
struct Worker {
  explicit Worker(Strand on) : strand(std::move(on)) {}
  Strand strand;
  asio::cancellation_signal signal;
  std::promise<void> promise;
  bool interrupted = false;
};

std::future<void> start(Batch& batch, const std::shared_ptr<Worker>& worker) {
  std::future<void> ended = worker->promise.get_future();
  asio::post(worker->strand, [&batch, worker] {
    const std::shared_ptr<std::promise<void>> promise(worker, &worker->promise);
    // The signal is touched once more after the promise was kept: at the coroutine's own end.
    auto keep = [worker](const std::exception_ptr&) {};
    asio::co_spawn(worker->strand, detail::fulfil<void>(work(batch, worker->strand), promise),
                   asio::bind_cancellation_slot(worker->signal.slot(), std::move(keep)));
    if (worker->interrupted) worker->signal.emit(asio::cancellation_type::terminal);
  });
  return ended;
}

ExitCode batch(const BatchArguments& arguments) {
  std::vector<BatchItem> items = read_batch(arguments.input);
  BatchResults results(arguments.output);
  const std::size_t all = items.size();
  std::erase_if(items, [&](const BatchItem& item) { return results.has(item.id); });
  if (items.size() < all) {
    tell(std::to_string(all - items.size()) + " items are finished in " + arguments.output +
         " already");
  }

  make_room_for_sessions(std::min(arguments.concurrency, items.size()));
  Runtime runtime(runtime_options());
  PreparedManifest prepared =
      prepare_manifest(arguments.manifest.path, arguments.manifest.sets, runtime.plugins());
  Interrupts interrupts(runtime.engine());
  use_template_file(runtime, interrupts, prepared);
  Agent agent(runtime, std::move(prepared));
  Batch shared(agent, std::move(items), results);

  std::vector<std::shared_ptr<Worker>> workers(
      std::min(arguments.concurrency, shared.items.size()));
  for (auto& worker : workers) {
    worker = std::make_shared<Worker>(runtime.engine().make_strand());
  }
  // Before the first begins: from its first effect on, a signal must find somebody to ask. The
  // workers are held by the action too, which may run longer than they do.
  const auto stopping = shared.stopping;
  interrupts.on_interrupt([stopping, workers] {
    *stopping = true;
    for (const auto& worker : workers) {
      asio::post(worker->strand, [worker] {
        worker->interrupted = true;
        worker->signal.emit(asio::cancellation_type::terminal);
      });
    }
  });
  std::vector<std::future<void>> ended;
  ended.reserve(workers.size());
  for (const auto& worker : workers) ended.push_back(start(shared, worker));
  for (const auto& end : ended) end.wait();
  interrupts.clear();
  if (shared.terminal.interactive()) std::cerr << '\n';
  for (auto& end : ended) end.get();

  if (*shared.stopping) {
    tell("interrupted; the same command goes on with what is not finished");
    return ExitCode::kInterrupted;
  }
  std::cerr << shared.done - shared.failures << " finished, " << shared.failures << " did not; see "
            << arguments.output << '\n';
  return shared.failures == 0 ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

void add_batch(CLI::App& root, ChosenCommand& chosen) {
  CLI::App* command = root.add_subcommand("batch", "Run an agent for many prompts, a session each");
  auto arguments = std::make_shared<BatchArguments>();
  add_manifest_arguments(*command, arguments->manifest);
  command->add_option("--input", arguments->input, "Lines of {\"id\"?, \"prompt\"}")->required();
  command->add_option("--output", arguments->output, "Where a line per result is appended")
      ->required();
  command->add_option("--concurrency", arguments->concurrency, "Sessions at the same time (8)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}).description(""));
  command->footer(
      "Example:\n"
      "  sandport batch agent.yaml --input prompts.jsonl --output results.jsonl --concurrency 64\n"
      "\n"
      "The same command again runs only what has not finished.");
  command->callback([&chosen, arguments] { chosen.action = [=] { return batch(*arguments); }; });
}

}  // namespace sandport
