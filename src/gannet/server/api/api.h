// The routes of the API, a file of this folder for each group.
#pragma once

#include <memory>
#include <vector>

#include "gannet/server/http/route.h"
#include "gannet/server/services.h"

namespace gannet::server {

class GameRooms;

using Routes = std::vector<Route>;

void add_health_routes(Routes& routes, Services& services);
void add_recipe_routes(Routes& routes, Services& services);
void add_run_routes(Routes& routes, Services& services);
void add_network_routes(Routes& routes, Services& services);
void add_generate_routes(Routes& routes, Services& services);
void add_game_routes(Routes& routes, const std::shared_ptr<GameRooms>& rooms);
// /api/openapi.json, of all routes that are there by then.
void add_openapi_route(Routes& routes);

}  // namespace gannet::server
