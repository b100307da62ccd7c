#include "gannet/training/detail/listen.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <memory>

#include "gannet/base/error.h"

namespace gannet {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Addresses resolve(const std::string& address, uint16_t port, int type) {
  addrinfo hints = {};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = type;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0)
    throw Error("this machine's name is unknown (" + std::string(gai_strerror(error)) + ")",
                "MASTER_ADDR=" + address, "a numeric address, or a line in /etc/hosts");
  return {found, freeaddrinfo};
}

// The first of these addresses with which work(socket, address) succeeds: its socket, or -1.
int first_socket(const addrinfo* all, const std::function<bool(int, const addrinfo&)>& work) {
  for (const addrinfo* each = all; each != nullptr; each = each->ai_next) {
    const int fd = socket(each->ai_family, each->ai_socktype | SOCK_CLOEXEC, each->ai_protocol);
    if (fd < 0) continue;
    if (work(fd, *each)) return fd;
    const int error = errno;
    close(fd);
    errno = error;
  }
  return -1;
}

}  // namespace

// A connected datagram socket sends nothing: the kernel only looks up the way.
std::string own_address_towards(const std::string& address, uint16_t port) {
  const Addresses all = resolve(address, port, SOCK_DGRAM);
  const int fd = first_socket(all.get(), [](int socket, const addrinfo& to) {
    return connect(socket, to.ai_addr, to.ai_addrlen) == 0;
  });
  sockaddr_storage own = {};
  socklen_t length = sizeof own;
  char text[NI_MAXHOST] = "";
  const bool known = fd >= 0 && getsockname(fd, reinterpret_cast<sockaddr*>(&own), &length) == 0 &&
                     getnameinfo(reinterpret_cast<sockaddr*>(&own), length, text, sizeof text,
                                 nullptr, 0, NI_NUMERICHOST) == 0;
  if (fd >= 0) close(fd);
  if (!known) throw Error("no way leads to this machine", "MASTER_ADDR=" + address);
  return text;
}

int listen_at(const std::string& address, uint16_t port) {
  const Addresses all = resolve(address, port, SOCK_STREAM);
  return first_socket(all.get(), [](int socket, const addrinfo& at) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    return bind(socket, at.ai_addr, at.ai_addrlen) == 0 && listen(socket, SOMAXCONN) == 0;
  });
}

}  // namespace gannet
