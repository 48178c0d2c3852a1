#include "host/engine/services/flow.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "core/error.hpp"
#include "host/plugin/adapt/status.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport::services {
namespace asio = boost::asio;

struct Flow::Op : sp_op {
  Op(std::shared_ptr<Flow> shared, std::shared_ptr<void> kept)
      : sp_op{sizeof(sp_op), &Op::on_cancel, &Op::on_resume, &Op::on_release},
        flow(std::move(shared)),
        keep(std::move(kept)) {}

  static void on_cancel(sp_op* self) {
    auto flow = static_cast<Op*>(self)->flow;
    asio::post(flow->strand_, [flow] { flow->cancel(); });
  }
  static void on_resume(sp_op* self) {
    // Through the strand, so that it comes after the event that it answers has returned.
    auto flow = static_cast<Op*>(self)->flow;
    asio::post(flow->strand_, [flow] { flow->resume(); });
  }
  static void on_release(sp_op* self) { const std::unique_ptr<Op> freed(static_cast<Op*>(self)); }

  std::shared_ptr<Flow> flow;
  std::shared_ptr<void> keep;
};

namespace {

asio::awaitable<void> run(Flow::Body body, std::shared_ptr<Flow> flow,
                          std::shared_ptr<std::string> result) {
  std::string text = co_await body(std::move(flow));
  *result = std::move(text);
}

}  // namespace

Flow::Flow(const Strand& strand, sp_sink* sink) : strand_(strand), sink_(sink), resumed_(strand) {}

void Flow::launch(const Strand& strand, const std::stop_token& stop, sp_sink* sink, sp_op** out_op,
                  Body body, std::shared_ptr<void> keep) {
  if (stop.stop_requested()) {
    throw Error(Code::kUnavailable, "the host is stopping: no new work starts");
  }
  auto flow = std::make_shared<Flow>(strand, sink);
  auto result = std::make_shared<std::string>();
  *out_op = std::make_unique<Op>(flow, std::move(keep)).release();
  auto ended = [flow, result](std::exception_ptr failure) { flow->done(failure, *result); };
  asio::co_spawn(strand, run(std::move(body), flow, result),
                 asio::bind_cancellation_slot(flow->cancel_.slot(), std::move(ended)));
  // After the start, on the same strand: done() is sure to find it.
  asio::post(strand, [flow, stop] {
    if (flow->sink_ == nullptr) return;
    flow->on_stop_.emplace(stop, [strand = flow->strand_, weak = flow->weak_from_this()] {
      asio::post(strand, [weak] {
        if (const auto alive = weak.lock()) alive->cancel();
      });
    });
  });
}

asio::awaitable<void> Flow::emit(std::uint32_t channel, std::string_view payload) {
  if (!sink_->event(sink_, channel, adapt::to_bytes(payload))) paused_ = true;
  while (paused_) co_await resumed_.wait();
}

void Flow::cancel() { cancel_.emit(asio::cancellation_type::terminal); }

void Flow::resume() {
  paused_ = false;
  resumed_.notify();
}

void Flow::done(const std::exception_ptr& failure, const std::string& result) {
  on_stop_.reset();
  sp_sink* sink = std::exchange(sink_, nullptr);
  if (failure) {
    const adapt::StatusOf error(adapt::to_error(failure));
    sink->done(sink, &error.status(), sp_bytes{nullptr, 0});
    return;
  }
  const sp_status status{sizeof(sp_status), SP_OK, {}, {}, 0, 0};
  sink->done(sink, &status, adapt::to_bytes(std::string_view(result)));
}

}  // namespace sandport::services
