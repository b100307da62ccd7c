// The routes of the API, a file of this folder for each group.
#pragma once

#include <vector>

#include "gannet/server/http/route.h"
#include "gannet/server/services.h"

namespace gannet::server {

using Routes = std::vector<Route>;

void add_health_routes(Routes& routes, Services& services);
void add_recipe_routes(Routes& routes, Services& services);
void add_run_routes(Routes& routes, Services& services);
void add_network_routes(Routes& routes, Services& services);
void add_generate_routes(Routes& routes, Services& services);
// /api/openapi.json, of all routes that are there by then.
void add_openapi_route(Routes& routes);

}  // namespace gannet::server
