#include "host/assembly/agent_session.hpp"

#include <fmt/format.h>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "host/assembly/runtime.hpp"
#include "host/manifest/render.hpp"
#include "host/plugin/sha256.hpp"

namespace sandport {

using manifest::OnExit;

AgentSession::AgentSession(Agent& agent, SessionOptions options, Strand strand)
    : agent_(agent), options_(std::move(options)), strand_(std::move(strand)) {}

AgentSession::~AgentSession() = default;

Task<std::unique_ptr<AgentSession>> AgentSession::open(Agent& agent, SessionOptions options,
                                                       Strand strand) {
  std::unique_ptr<AgentSession> session(
      new AgentSession(agent, std::move(options), std::move(strand)));
  SessionStore& store = agent.runtime().store();
  SandboxRecord previous;
  SessionLease lease;
  if (session->options_.resume.empty()) {
    const std::string text = manifest::config_json(agent.manifest()).dump();
    NewSession fresh;
    fresh.title = session->options_.title;
    fresh.manifest_name = agent.manifest().name;
    fresh.manifest_hash = sha256_hex(text);
    fresh.manifest_text = text;
    fresh.work_dir = agent.manifest().sandbox.work_dir;
    lease = co_await store.create(std::move(fresh));
    session->id_ = lease.session_id();
  } else {
    const SessionInfo info = store.find(session->options_.resume);
    lease = store.lease(info.id);
    session->id_ = info.id;
    session->history_ = co_await resume_history(store, lease);
    previous = info.sandbox;
  }
  session->log_ = std::make_shared<StoreEventLog>(store, std::move(lease));
  co_await session->attach_sandbox(previous);
  co_return session;
}

Task<void> AgentSession::record_sandbox(const std::string& id) {
  std::vector<Event> events(1);
  events[0].type = event_type::kSandboxAttached;
  events[0].payload_json = nlohmann::json{
      {"backend", agent_.backend().name()},
      {"id", id},
      {"work_dir",
       opened_.work_dir}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  co_await log_->append(std::move(events));
}

Task<void> AgentSession::attach_sandbox(const SandboxRecord& previous) {
  Backend& backend = agent_.backend();
  const manifest::Manifest& manifest = agent_.manifest();
  const bool had_one = previous.backend == backend.name() && !previous.id.empty();
  if (had_one) {
    try {
      const SandboxSpec spec = sandbox_spec(agent_.runtime(), manifest, id_);
      opened_.sandbox = co_await backend.connect(previous.id, spec);
      opened_.origin = previous.id == configured_sandbox_id(manifest) ? SandboxOrigin::kConnected
                                                                      : SandboxOrigin::kCreated;
      opened_.work_dir = previous.work_dir;
    } catch (const Error& error) {
      // The conversation can go on without it, but a person should know.
      if (error.code() != Code::kNotFound) throw;
      options_.notice(
          fmt::format("the session's sandbox {} is gone; another one takes its place, "
                      "without the files of the old one",
                      previous.id));
    }
  }
  if (opened_.sandbox == nullptr) {
    opened_ = co_await open_sandbox(agent_.runtime(), backend, manifest, id_);
  }
  std::exception_ptr failure;
  try {
    co_await record_sandbox(opened_.sandbox->id());
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure == nullptr) co_return;
  // Nobody will know of a sandbox that was not written down.
  if (!had_one && opened_.origin == SandboxOrigin::kCreated) {
    co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
    co_await opened_.sandbox->dispose();
  }
  std::rethrow_exception(failure);
}

Task<TurnResult> AgentSession::run_turn(std::optional<std::string> message) {
  if (!loop_) {
    AgentConfig config = agent_.loop_config(options_.approver == nullptr ? Attendance::kUnattended
                                                                         : Attendance::kAttended);
    config.sandbox = opened_.sandbox.get();
    config.work_dir = opened_.work_dir;
    config.log = log_;
    config.approver = options_.approver;
    config.listener = listener_;
    loop_.emplace(std::move(config), std::move(history_));
  }
  if (message) co_return co_await loop_->run_turn(std::move(*message));
  co_return co_await loop_->continue_turn();
}

Task<void> AgentSession::finish() {
  // Taken out: a second call, by a signal, must not end it twice.
  const std::unique_ptr<Sandbox> sandbox = std::move(opened_.sandbox);
  if (sandbox == nullptr) co_return;
  OnExit on_exit = agent_.manifest().sandbox.on_exit;
  if (on_exit == OnExit::kAuto) {
    on_exit = opened_.origin == SandboxOrigin::kCreated ? OnExit::kDispose : OnExit::kKeep;
  }
  if (on_exit == OnExit::kPause) {
    PauseExtension* pause = sandbox->pause_extension();
    if (pause == nullptr) {
      options_.notice(fmt::format(
          "sandbox.on_exit: pause: the backend {} cannot pause; the sandbox {} is kept running",
          agent_.backend().name(), sandbox->id()));
    } else {
      co_await pause->pause();
    }
  }
  if (on_exit == OnExit::kDispose) {
    co_await sandbox->dispose();
    co_await record_sandbox("");
  }
}

}  // namespace sandport
