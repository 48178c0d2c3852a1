#include "core/session/store.hpp"

#include <fmt/format.h>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "core/error.hpp"
#include "core/session/session_id.hpp"
#include "core/session/store_state.hpp"
#include "core/session/write_connection.hpp"

namespace sandport {
namespace {

namespace asio = boost::asio;

// A write on its way through the writer, with the coroutine that waits for it.
template <typename Result, typename Handler>
struct PendingWrite {
  PendingWrite(Handler waiting, std::function<Result(WriteConnection&)> wanted)
      : handler(std::move(waiting)),
        work(std::move(wanted)),
        keep_running(asio::get_associated_executor(handler)) {}

  Handler handler;
  std::function<Result(WriteConnection&)> work;
  asio::executor_work_guard<asio::associated_executor_t<Handler>> keep_running;
  Result result{};
};

// Completes on the caller's executor once the transaction has been committed.
template <typename Result>
asio::awaitable<Result> write(Writer& writer, std::function<Result(WriteConnection&)> wanted) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr, Result)>(
      [&writer](auto handler, std::function<Result(WriteConnection&)> work) {
        using Pending = PendingWrite<Result, decltype(handler)>;
        auto pending = std::make_shared<Pending>(std::move(handler), std::move(work));
        WriteJob job;
        job.work = [pending](WriteConnection& connection) {
          pending->result = Result{};  // a first try may have been rolled back
          pending->result = pending->work(connection);
        };
        job.done = [pending](const std::exception_ptr& failure) {
          pending->work = nullptr;
          const auto executor = pending->keep_running.get_executor();
          asio::post(executor, [pending, failure]() mutable {
            auto resume = std::move(pending->handler);
            auto result = std::move(pending->result);
            pending.reset();
            resume(failure, std::move(result));
          });
        };
        writer.submit(std::move(job));
      },
      asio::use_awaitable, std::move(wanted));
}

// For writes with nothing to give back.
using WriteNothing = std::function<int(WriteConnection&)>;

void require(const SessionLease& session) {
  if (!session) {
    throw Error(Code::kFailedPrecondition, "the session is not leased: lease it before writing");
  }
}

}  // namespace

SessionStore::SessionStore(StoreOptions options)
    : state_(std::make_unique<State>(std::move(options))) {}

SessionStore::~SessionStore() { close(); }

void SessionStore::close() { state_->writer->close(); }

asio::awaitable<SessionLease> SessionStore::create(NewSession session) {
  std::vector<Event> events(1);
  events.front().type = event_type::kSessionStarted;
  events.front().payload_json = std::move(session.payload_json);
  state_->prepare(events);
  session.title = state_->redact(std::move(session.title));
  session.manifest_text = state_->redact(std::move(session.manifest_text));
  std::string id = make_session_id(now_ms());
  return write<SessionLease>(
      *state_->writer, [leases = state_->leases, id = std::move(id), events = std::move(events),
                        session = std::move(session)](WriteConnection& connection) {
        const auto key = connection.create_session(id, events.front().time_ms, session);
        connection.append(key, events);
        // Before the commit: nobody else can have seen the session yet.
        return leases->acquire(key, id);
      });
}

SessionLease SessionStore::lease(std::string_view id) {
  const std::int64_t key = state_->key_of(id);
  SessionLease session = state_->leases->acquire(key, std::string{id});
  // It may have been removed between the two; keys are not used again, so asking once more is
  // enough.
  (void)state_->key_of(id);
  return session;
}

asio::awaitable<ResumedSession> SessionStore::resume(const SessionLease& session) {
  require(session);
  Rebuilder rebuilder;
  read_events(session.session_id(), 0, [&rebuilder](const Event& event) { rebuilder.add(event); });
  if (std::vector<Event> repairs = rebuilder.repairs(); !repairs.empty()) {
    const std::uint64_t last = co_await append(session, repairs);
    std::uint64_t seq = last - repairs.size();
    for (Event& repair : repairs) {
      repair.seq = ++seq;
      rebuilder.add(repair);
    }
  }
  ResumedSession resumed;
  resumed.history = rebuilder.finish();
  resumed.info = show(session.session_id());
  co_return resumed;
}

asio::awaitable<std::uint64_t> SessionStore::append(const SessionLease& session, Event event) {
  std::vector<Event> events;
  events.push_back(std::move(event));
  return append(session, std::move(events));
}

asio::awaitable<std::uint64_t> SessionStore::append(const SessionLease& session,
                                                    std::vector<Event> events) {
  require(session);
  state_->prepare(events);
  return write<std::uint64_t>(*state_->writer,
                              [session, events = std::move(events)](WriteConnection& connection) {
                                return connection.append(session.key(), events);
                              });
}

asio::awaitable<void> SessionStore::set_title(const SessionLease& session, std::string title) {
  require(session);
  title = state_->redact(std::move(title));
  const WriteNothing work = [session, title](WriteConnection& connection) {
    connection.set_title(session.key(), title);
    return 0;
  };
  co_await write<int>(*state_->writer, work);
}

asio::awaitable<std::string> SessionStore::fork(std::string id, std::optional<std::uint64_t> seq) {
  const std::int64_t parent = state_->key_of(id);
  Rebuilder rebuilder;
  std::uint64_t last_read = 0;
  bool safe = false;
  read_events(id, 0, [&](const Event& event) {
    if (!seq || event.seq <= *seq) {
      rebuilder.add(event);
      last_read = event.seq;
      safe = rebuilder.at_safe_point();
    }
  });
  Rebuilt history = rebuilder.finish();
  if (seq && last_read != *seq) {
    throw Error(Code::kInvalidArgument,
                fmt::format("session {} has no event {}: its last one is {}", id, *seq, last_read));
  }
  if (history.last_safe_seq == 0) {
    throw Error(Code::kFailedPrecondition,
                fmt::format("session {} has no message yet: there is nothing to fork", id));
  }
  if (seq && !safe) {
    throw Error(Code::kInvalidArgument,
                fmt::format("session {} cannot be forked at event {}: a tool call is open there; "
                            "the last safe point before it is {}",
                            id, *seq, history.last_safe_seq));
  }
  const std::uint64_t last = seq.value_or(history.last_safe_seq);
  const char* state = history.turn == TurnState::kOpen ? "running" : "idle";
  std::string copy = make_session_id(now_ms());
  const WriteNothing work = [=](WriteConnection& connection) {
    connection.copy_session(parent, last, copy, now_ms(), state);
    return 0;
  };
  co_await write<int>(*state_->writer, work);
  co_return copy;
}

asio::awaitable<void> SessionStore::remove(std::string id) {
  const SessionLease session = lease(id);
  const WriteNothing work = [session](WriteConnection& connection) {
    connection.delete_session(session.key());
    return 0;
  };
  co_await write<int>(*state_->writer, work);
}

}  // namespace sandport
