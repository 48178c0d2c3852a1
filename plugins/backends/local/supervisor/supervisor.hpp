// Watches over one process and everything that descends from it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "supervisor/journal.hpp"
#include "supervisor/launch.hpp"
#include "supervisor/protocol.hpp"

namespace sandport_local {

// Runs in a process of its own, with one thread. As a child subreaper it inherits every orphan of
// the tree, and ends when the tree is empty.
//
// Attached: the plugin's end of kControlFd is the tree's life line; when it closes, everything is
// killed. Detached: plugins come and go; output goes to journals.
class Supervisor {
 public:
  explicit Supervisor(const ParsedRequest& request);
  // The supervisor's exit code.
  int run(pid_t main);

 private:
  struct Client {
    int fd = -1;
    bool told_started = false;
    bool told_exit = false;
    bool waits = false;  // its socket is full
    std::uint64_t told_output = 0;
    std::uint64_t told_error = 0;
  };

  [[nodiscard]] bool detached() const { return request_.has(kRequestDetached); }
  [[nodiscard]] bool pty() const { return request_.has(kRequestPty); }
  [[nodiscard]] int poll_timeout() const;
  void poll_once();
  void reap();
  void take_status(int status);
  void check_deadlines();
  void begin_kill();

  void accept_client();
  void serve(Client& client);
  void drop(Client& client);
  void tell(Client& client);
  void tell_all();
  bool send_message(Client& client, const Message& message);
  bool send_started(Client& client);

  // Up to `most` bytes of a stream into its journal, or nowhere.
  void read_output(int& fd, Journal* journal, std::uint64_t most);
  void read_rest();
  void maybe_publish();
  void publish();
  void write_file(const char* name, const char* text);

  const ParsedRequest& request_;
  pid_t first_pid_ = -1;  // what STARTED tells
  pid_t main_ = -1;       // -1 once it has ended
  int signals_ = -1;
  int output_ = kOutputFd;  // each -1 once at its end
  int error_ = kErrorFd;
  int input_ = kInputFd;
  int listen_ = kListenFd;
  bool draining_ = false;
  bool killing_ = false;
  bool timed_out_ = false;
  bool main_ended_ = false;
  bool published_ = false;
  bool empty_ = false;  // no descendant is left
  std::int64_t timeout_at_ = 0;
  std::int64_t publish_at_ = 0;
  Message exit_{};
  std::vector<Client> clients_;
  std::unique_ptr<Journal> output_journal_;
  std::unique_ptr<Journal> error_journal_;
};

}  // namespace sandport_local
