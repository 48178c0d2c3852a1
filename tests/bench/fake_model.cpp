// A chat-completions server on 127.0.0.1 for the benchmarks: answers at once, or after a wait, to
// any number of connections. Prints its port, and ends when its standard input does.
//
// usage: fake_model WAIT_MS. The model's name in a request chooses the reply: `talk` says one word,
// `tool` first calls the shell, by whichever name the client gives it.
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <chrono>
#include <iostream>
#include <string>
#include <string_view>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

struct Served {
  std::chrono::milliseconds wait;
  std::size_t open = 0;
  std::size_t most_open = 0;  // requests that waited for their answer at the same time
  std::size_t requests = 0;
};

std::string events(std::string_view delta, std::string_view reason) {
  std::string text = R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m",)";
  text += R"("choices":[{"index":0,"delta":)" + std::string(delta) + R"(,"finish_reason":null}]})" +
          "\n\n";
  text += R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m",)";
  text += R"("choices":[{"index":0,"delta":{},"finish_reason":")" + std::string(reason) +
          R"("}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}})" +
          "\n\ndata: [DONE]\n\n";
  return text;
}

std::string answer(const std::string& request) {
  const auto says = [&](const char* text) { return request.find(text) != std::string::npos; };
  const bool called = says(R"("role":"tool")");
  if (!says(R"("model":"tool")") || called) {
    return events(R"({"role":"assistant","content":"done"})", "stop");
  }
  const bool ours = says("bash_run");
  std::string call =
      R"({"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_1",)";
  call += R"("type":"function","function":{"name":")" + std::string(ours ? "bash_run" : "bash");
  call += R"(","arguments":"{\")" + std::string(ours ? "cmd" : "command");
  call += R"(\":\"true\"}"}}]})";
  return events(call, "tool_calls");
}

asio::awaitable<void> serve(Tcp::socket socket, Served& served) {
  try {
    socket.set_option(Tcp::no_delay(true));
    asio::steady_timer timer(socket.get_executor());
    boost::beast::flat_buffer buffer;
    for (bool more = true; more;) {
      http::request<http::string_body> request;
      co_await http::async_read(socket, buffer, request, asio::use_awaitable);
      ++served.requests;
      served.most_open = std::max(served.most_open, ++served.open);
      if (served.wait.count() > 0) {
        timer.expires_after(served.wait);
        co_await timer.async_wait(asio::use_awaitable);
      }
      --served.open;
      http::response<http::string_body> response(http::status::ok, request.version());
      response.set(http::field::content_type, "text/event-stream");
      response.body() = answer(request.body());
      response.keep_alive(more = request.keep_alive());
      response.prepare_payload();
      co_await http::async_write(socket, response, asio::use_awaitable);
    }
  } catch (const boost::system::system_error&) {
    // The client has closed the connection.
  }
}

asio::awaitable<void> listen(Tcp::acceptor& acceptor, Served& served) {
  for (;;) {
    Tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), served), asio::detached);
  }
}

}  // namespace

int main(int count, char** arguments) {
  int wait_ms = 0;
  const std::string_view text = count == 2 ? arguments[1] : "";
  if (std::from_chars(text.data(), text.data() + text.size(), wait_ms).ec != std::errc{}) {
    std::cerr << "usage: fake_model WAIT_MS\n";
    return 2;
  }
  Served served{std::chrono::milliseconds(wait_ms)};
  asio::io_context context(1);
  Tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
  acceptor.listen(16'384);
  std::cout << acceptor.local_endpoint().port() << std::endl;

  asio::posix::stream_descriptor input(context, ::dup(0));
  char byte = 0;
  input.async_read_some(asio::buffer(&byte, 1), [&](const auto&, std::size_t) { context.stop(); });
  asio::co_spawn(context, listen(acceptor, served), asio::detached);
  context.run();
  std::cout << served.requests << ' ' << served.most_open << std::endl;
}
