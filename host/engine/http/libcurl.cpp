#include "host/engine/http/libcurl.hpp"

#include <boost/dll/shared_library.hpp>
#include <string>

#include "core/error.hpp"

// The macros that check the types of direct calls have the functions' names.
#undef curl_easy_getinfo
#undef curl_easy_setopt
#undef curl_multi_setopt

namespace sandport {
namespace {

class LoadedLibCurl {
 public:
  LoadedLibCurl() {
    try {
      load();
    } catch (const boost::dll::fs::system_error& error) {
      throw Error(Code::kFailedPrecondition, std::string("libcurl cannot be loaded: ") +
                                                 error.what() + "; install it (Debian: libcurl4)");
    }
    const CURLcode result = functions_.global_init(CURL_GLOBAL_DEFAULT);
    if (result == CURLE_OK) return;
    throw Error(Code::kInternal,
                std::string("libcurl does not start: ") + functions_.easy_strerror(result));
  }

  [[nodiscard]] const LibCurl& functions() const { return functions_; }

 private:
  template <typename Function>
  void find(Function*& function, const char* name) {
    function = &library_.get<Function>(name);
  }

  void load() {
    // The name that its binary interface goes by, whatever the release.
    library_.load("libcurl.so.4", boost::dll::load_mode::search_system_folders);
    find(functions_.easy_cleanup, "curl_easy_cleanup");
    find(functions_.easy_getinfo, "curl_easy_getinfo");
    find(functions_.easy_init, "curl_easy_init");
    find(functions_.easy_pause, "curl_easy_pause");
    find(functions_.easy_setopt, "curl_easy_setopt");
    find(functions_.easy_strerror, "curl_easy_strerror");
    find(functions_.free, "curl_free");
    find(functions_.global_init, "curl_global_init");
    find(functions_.multi_add_handle, "curl_multi_add_handle");
    find(functions_.multi_assign, "curl_multi_assign");
    find(functions_.multi_cleanup, "curl_multi_cleanup");
    find(functions_.multi_info_read, "curl_multi_info_read");
    find(functions_.multi_init, "curl_multi_init");
    find(functions_.multi_remove_handle, "curl_multi_remove_handle");
    find(functions_.multi_setopt, "curl_multi_setopt");
    find(functions_.multi_socket_action, "curl_multi_socket_action");
    find(functions_.multi_strerror, "curl_multi_strerror");
    find(functions_.slist_append, "curl_slist_append");
    find(functions_.slist_free_all, "curl_slist_free_all");
    find(functions_.url, "curl_url");
    find(functions_.url_cleanup, "curl_url_cleanup");
    find(functions_.url_get, "curl_url_get");
    find(functions_.url_set, "curl_url_set");
    find(functions_.url_strerror, "curl_url_strerror");
  }

  boost::dll::shared_library library_;
  LibCurl functions_{};
};

}  // namespace

const LibCurl& libcurl() {
  static const LoadedLibCurl kLoaded;
  return kLoaded.functions();
}

}  // namespace sandport
