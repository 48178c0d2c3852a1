// An assistant message as a model gave it, made fit to be stored and sent again.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace sandport {

struct RequestedCall {
  std::string id;  // as the model gave it; may be empty, or used twice
  std::string name;
  std::string arguments = "{}";  // a JSON object, compact
  std::string error;             // why the arguments could not be used, or empty
};

// The JSON object that `text` stands for, compact; blank text stands for {}. False, with the reason
// in `error`, when it is none: nothing is guessed, since a guess would be acted on.
[[nodiscard]] bool read_arguments(std::string_view text, std::string& arguments,
                                  std::string& error);

// The same for two texts of one object, whatever the order of its keys.
[[nodiscard]] std::string canonical_arguments(std::string_view arguments);

// Used by one strand at a time.
class ReplyMessage {
 public:
  // Throws kInternal when the text is no assistant message.
  explicit ReplyMessage(std::string_view message_json);
  // What a stream gave before it ended early. `calls` are the whole ones.
  ReplyMessage(std::string_view text, std::string_view reasoning, std::vector<RequestedCall> calls);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool has_reasoning() const { return has_reasoning_; }
  [[nodiscard]] bool has_text() const;  // more than white space
  // Ids and names may be changed before json() is called.
  [[nodiscard]] std::vector<RequestedCall>& calls() { return calls_; }
  [[nodiscard]] const std::vector<RequestedCall>& calls() const { return calls_; }

  // The message with its calls as they are in calls(): arguments are always an object, so that
  // every provider takes the history. Fields that we do not know are kept.
  [[nodiscard]] std::string json() const;

 private:
  void read_content();
  void read_calls();

  std::shared_ptr<nlohmann::ordered_json> message_;
  std::string text_;
  bool has_reasoning_ = false;
  std::vector<RequestedCall> calls_;
};

}  // namespace sandport
