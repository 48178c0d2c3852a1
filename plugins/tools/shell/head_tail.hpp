// The beginning and the end of a stream of any length, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace shell {

class HeadTail {
 public:
  // Keeps the first head and the last tail bytes.
  HeadTail(std::size_t head, std::size_t tail) : head_limit_(head), tail_limit_(tail) {}

  void append(std::string_view bytes);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::uint64_t omitted() const { return size_ - head_.size() - tail_size(); }
  [[nodiscard]] std::string_view head() const { return head_; }
  [[nodiscard]] std::string tail() const;
  // Lines that ended so far, and those of them that ended in what is omitted.
  [[nodiscard]] std::uint64_t line_ends() const { return line_ends_; }
  [[nodiscard]] std::uint64_t omitted_line_ends() const;

 private:
  [[nodiscard]] std::size_t tail_size() const;

  std::size_t head_limit_;
  std::size_t tail_limit_;
  std::uint64_t size_ = 0;
  std::uint64_t line_ends_ = 0;
  std::string head_;
  std::string ring_;       // grows to tail_limit_, then wraps
  std::size_t start_ = 0;  // the oldest byte, once it is full
};

}  // namespace shell
