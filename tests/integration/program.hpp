// Runs the built `sandport` as a person or a script would, and sees everything it does.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sandport::testing {

enum class StandardInput {
  kGiven,
  kClosed,
  kSilent,  // a pipe that stays open, with nothing in it
  kTerminal,
};

struct ProgramOptions {
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;  // the whole of it
  std::string directory;                           // where it starts; empty: where the test is
  StandardInput input = StandardInput::kGiven;
  std::string bytes = {};  // with kGiven: all that it can read
  // Files that it may open at first, and at most; 0: as the test.
  unsigned soft_descriptors = 0;
  unsigned hard_descriptors = 0;
};

struct ProgramResult {
  int exit_code = -1;  // -1: ended by `signal`
  int signal = 0;
  std::string out;
  std::string err;  // empty with kTerminal: all is in `out`
};

// Ends it, at the latest, in its destructor. Every wait fails the test after 100 s.
class Program {
 public:
  explicit Program(const ProgramOptions& options);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void send(int signal) const;
  // With kTerminal: as if it were typed.
  void type(std::string_view keys);
  // Reads until either stream holds `text` after what earlier calls waited for.
  void wait_for(std::string_view text);
  // Nobody reads its standard output any more.
  void close_output();
  // Until it has ended.
  [[nodiscard]] ProgramResult wait();

 private:
  struct Stream {
    int descriptor = -1;
    std::string text;
    std::size_t seen = 0;
  };
  // False when every stream is at its end.
  bool read_some();

  pid_t pid_ = -1;
  Stream out_;
  Stream err_;
  int silence_ = -1;  // the other end of kSilent
  std::optional<int> status_;
};

// Reads a line that another process writes into a fifo; waits for it.
class Fifo {
 public:
  explicit Fifo(std::string path);
  ~Fifo();
  Fifo(const Fifo&) = delete;
  Fifo& operator=(const Fifo&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string read_line();

 private:
  std::string path_;
  int descriptor_;
};

// Whether the process ends within `limit`; true when there is none.
[[nodiscard]] bool has_ended(pid_t pid, std::chrono::milliseconds limit);

}  // namespace sandport::testing
