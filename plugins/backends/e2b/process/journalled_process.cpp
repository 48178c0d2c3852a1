#include "process/journalled_process.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sandport/utf8.hpp>
#include <sandport/when_all.hpp>

#include "encoding.hpp"
#include "json_access.hpp"
#include "process/exit_status.hpp"
#include "process/script_run.hpp"
#include "process/scripts.hpp"
#include "retry.hpp"

namespace sandport_e2b {
namespace {

using sandport::Error;
using sandport::ExitReason;
using sandport::ExitStatus;
using sandport::Task;

constexpr const char* kLaunching = "starting a background command";
constexpr const char* kFollowing = "following a background command";

std::string seconds_text(std::chrono::milliseconds duration) {
  if (duration.count() <= 0) return "0";
  std::string fraction = std::to_string(duration.count() % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  const std::string whole = std::to_string(duration.count() / 1000);
  return fraction == "000" ? whole : whole + '.' + fraction;
}

ExitStatus parse_exit(const std::string& word) {
  if (word == "timeout") {
    ExitStatus status = from_shell_code(128 + 9);
    status.reason = ExitReason::kTimeout;
    return status;
  }
  if (word.empty() || word == "lost") {
    ExitStatus status;
    status.reason = ExitReason::kLost;
    return status;
  }
  return from_shell_code(std::atoi(word.c_str()));
}

}  // namespace

std::string journal_name(const std::string& tag) {
  if (tag.empty()) return "run-" + random_hex(8);
  constexpr std::size_t kLongest = 200;
  std::string name = "tag-" + percent_encode(tag);
  if (name.size() <= kLongest) return name;
  std::string digest;
  for (const char letter : base64_encode(sha256(tag))) {
    if (letter == '+' || letter == '/')
      digest += letter == '+' ? '-' : '_';
    else if (letter != '=')
      digest += letter;
  }
  return "long-" + digest;
}

JournalledProcess::JournalledProcess(ProcessShared& shared, sandport::ExecRequest request)
    : E2bProcess(shared, Input::kNone, request.user),
      origin_(Origin::kStarted),
      request_(std::move(request)),
      selector_("name"),
      which_(journal_name(request_.tag)) {
  key_ = random_hex(16);
  root_ = Root::kSelf;
}

JournalledProcess::JournalledProcess(ProcessShared& shared, sandport::AttachRequest request)
    : E2bProcess(shared, Input::kNone, ""),
      origin_(Origin::kFound),
      selector_(request.tag.empty() ? "pid" : "name"),
      which_(request.tag.empty() ? std::to_string(request.pid) : journal_name(request.tag)),
      out_offset_(request.stdout_offset),
      err_offset_(request.stderr_offset) {
  root_ = Root::kSelf;
}

Task<ExitStatus> JournalledProcess::run(sandport::ProcessOutput& output) {
  std::exception_ptr failure;
  try {
    co_await shared_.life.extend();
    if (origin_ == Origin::kStarted) co_await launch();
    auto following = follow(output);
    auto living = keep_alive();
    co_await sandport::when_all(std::move(following), std::move(living));
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure && request_.on_cancel == sandport::OnCancel::kKill && launched_) {
    co_await kill_tree();
  } else if (failure && !follower_key_.empty()) {
    co_await end_follower();
  }
  ended_.store(true);
  started_.open();
  if (failure) std::rethrow_exception(failure);
  co_return exit_;
}

Task<void> JournalledProcess::launch() {
  const nlohmann::json info{{"tag", request_.tag}, {"argv", request_.argv}, {"cwd", request_.cwd}};
  StartRequest start;
  start.script = scripts::kDetached;
  start.key = key_;
  start.arguments =
      words(shared_.journals + '/' + which_, dump(info), seconds_text(request_.timeout));
  start.arguments.insert(start.arguments.end(), request_.argv.begin(), request_.argv.end());
  start.cwd = request_.cwd;
  start.envs = StringMap(request_.env.begin(), request_.env.end());
  RpcCall call("process.Process/Start", start.json(), kLaunching);
  call.user = envd().user_for(user_);
  for (int attempt = 0; !launched_; ++attempt) {
    std::optional<Error> failure;
    bool submitted = false;
    try {
      auto stream = co_await envd().stream(call);
      submitted = true;
      co_await read_launch(stream);
    } catch (const sandport::Cancelled&) {
      throw;
    } catch (const Error& error) {
      failure.emplace(error);
    }
    if (!failure) co_return;
    // It may well run. Its journal says so.
    if (submitted && is_stream_lost(*failure)) {
      launched_ = true;
      co_return;
    }
    if (!should_retry(envd().options(), *failure, Repeat::kUnsafe, attempt)) {
      const Error said =
          failure->code() == SP_INVALID_ARGUMENT ? as_file_error(*failure, request_.cwd) : *failure;
      throw Error(said);
    }
    co_await back_off(envd().host(), *failure, attempt);
  }
}

Task<void> JournalledProcess::read_launch(ConnectStream& stream) {
  NoteScanner scanner(key_);
  std::string words;
  while (!launched_) {
    const auto text = co_await stream.next();
    if (!text) break;
    const auto message = parse_reply(*text, kLaunching);
    const auto* event = member(message, "event");
    const auto* data = event == nullptr ? nullptr : member(*event, "data");
    if (data == nullptr) continue;
    std::vector<std::string> notes;
    words += scanner.feed(base64_decode(text_of(*data, "stdout")), &notes);
    words += base64_decode(text_of(*data, "stderr"));
    for (const std::string& note : notes) take_launch_note(note);
  }
  if (launched_) co_return;
  throw Error(SP_INTERNAL, "E2B: the background command did not start: " +
                               sandport::printable(words.substr(0, 200)));
}

void JournalledProcess::take_launch_note(const std::string& note) {
  if (note.starts_with("pid=")) launched_ = true;
  if (note == "missing") {
    throw Error(SP_NOT_FOUND,
                "E2B: there is no program '" + sandport::printable(request_.argv.front()) +
                    "' in the sandbox, or it is not executable",
                "ENOENT");
  }
  if (note == "running") {
    throw Error(SP_ALREADY_EXISTS,
                "E2B: a background command with the tag '" + request_.tag + "' runs already");
  }
  if (note == "denied") {
    throw Error(SP_PERMISSION_DENIED,
                "E2B: user " + envd().user_for(user_) + " may not write to " + shared_.journals,
                "EACCES");
  }
}

Task<void> JournalledProcess::follow(sandport::ProcessOutput& output) {
  for (int attempt = 0; !ended_well_;) {
    std::optional<Error> failure;
    const auto before = out_offset_ + err_offset_;
    try {
      co_await follow_once(output);
    } catch (const sandport::Cancelled&) {
      throw;
    } catch (const Error& error) {
      failure.emplace(error);
    }
    if (ended_well_) break;
    if (!failure) {
      failure.emplace(SP_INTERRUPTED, "E2B: the follower of a background command ended",
                      std::string(reason::kStreamLost));
    }
    // Nothing is lost: the journal is read on from where we were.
    if (out_offset_ + err_offset_ != before) attempt = 0;
    const bool again = is_stream_lost(*failure) || may_retry(*failure, Repeat::kSafe);
    if (!again || attempt >= envd().options().retries) throw Error(*failure);
    co_await back_off(envd().host(), *failure, attempt);
    ++attempt;
  }
  finished_.close();
}

Task<void> JournalledProcess::follow_once(sandport::ProcessOutput& output) {
  follower_key_ = random_hex(16);
  StartRequest start;
  start.script = scripts::kFollow;
  start.key = follower_key_;
  start.arguments = words(shared_.journals, selector_, which_, std::to_string(out_offset_),
                          std::to_string(err_offset_));
  start.envs[std::string(scripts::kKeyVariable)] = follower_key_;
  start.cwd = "/";
  RpcCall call("process.Process/Start", start.json(), kFollowing);
  call.user = envd().user_for(user_);
  auto stream = co_await envd().stream(std::move(call));
  NoteScanner scanner(follower_key_);
  for (;;) {
    const auto text = co_await stream.next();
    if (!text) break;
    const auto message = parse_reply(*text, kFollowing);
    const auto* event = member(message, "event");
    const auto* data = event == nullptr ? nullptr : member(*event, "data");
    if (data == nullptr) continue;
    std::vector<std::string> notes;
    const std::string out = scanner.feed(base64_decode(text_of(*data, "stdout")), &notes);
    const std::string err = base64_decode(text_of(*data, "stderr"));
    if (!announced_) co_await take_notes(output, std::exchange(notes, {}));
    if (!out.empty()) co_await output.out(out);
    if (!err.empty()) co_await output.err(err);
    out_offset_ += out.size();
    err_offset_ += err.size();
    co_await take_notes(output, std::move(notes));
  }
}

Task<void> JournalledProcess::take_notes(sandport::ProcessOutput& output,
                                         std::vector<std::string> notes) {
  for (const std::string& note : notes) {
    if (note == "gone") {
      throw Error(SP_NOT_FOUND, "E2B: no background command is known by that tag or pid",
                  std::string(kNoJournal));
    }
    if (note.starts_with("key=")) key_ = note.substr(4);
    if (note.starts_with("pid=") && !announced_) {
      const std::int64_t pid = std::atoll(note.c_str() + 4);
      root_pid_ = pid;
      shown_pid_ = pid;
      announced_ = true;
      launched_ = true;
      started_.open();
      co_await output.started(pid);
    }
    if (note.starts_with("exit=")) {
      exit_ = parse_exit(note.substr(5));
      ended_well_ = true;
    }
  }
}

Task<void> JournalledProcess::keep_alive() {
  for (;;) {
    bool look = false;
    try {
      auto end = finished_.next();
      co_await sandport::with_timeout(envd().host(), shared_.life.interval(), std::move(end));
    } catch (const Error& error) {
      if (error.code() != SP_DEADLINE_EXCEEDED) throw;
      look = true;
    }
    if (!look) co_return;
    co_await shared_.life.extend();
  }
}

// What follows for us in the sandbox would otherwise stay until the command ends.
Task<void> JournalledProcess::end_follower() const {
  ScriptCall call(scripts::kSignal, "letting go of a background command");
  call.start.arguments = words(follower_key_, "9", "0", "below");
  call.user = user_;
  std::optional<Error> failure;
  try {
    auto work = run_script(envd(), std::move(call));
    co_await sandport::shield(std::move(work));
  } catch (const Error& error) {
    failure.emplace(error);
  }
  if (failure) envd().host().log().info(failure->what());
}

}  // namespace sandport_e2b
