// Sockets of the interfaces that a group of processes is told.
#pragma once

#include <cstdint>
#include <string>

namespace gannet {

// The numeric address of this machine that a connection to `address` would leave from; of the
// machine itself: where others find it. Throws Error where the name is unknown.
std::string own_address_towards(const std::string& address, uint16_t port);

// A socket that listens at this address of this machine alone, or -1 with errno set.
int listen_at(const std::string& address, uint16_t port);

}  // namespace gannet
