// Boost.Asio's own code, compiled once for this library.
#include <boost/asio/impl/src.hpp>
